"""What strangers, and peers who lie about their address, can do to the sockets that all share: nothing."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from aioice import stun
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters
from aiortc.rtcicetransport import RTCIceParameters

from cyclorama.errors import Unavailable
from cyclorama.stage.link import MAX_ADDRESSES, Link
from cyclorama.stage.ports import LOOPBACK, Ports

from .clients import BLUE, RED, Colour, Publisher, Viewer, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from .conftest import Running

    Meet = Callable[[int], Awaitable["Stranger"]]

pytestmark = pytest.mark.stage

THEIRS = RTCIceParameters(usernameFragment="them", password="their-password-their-password")


class Stranger(asyncio.DatagramProtocol):
    """A socket of somebody's, on loopback, that keeps what comes."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.got.append(data)

    @property
    def messages(self) -> list[stun.Message]:
        return [stun.parse_message(data) for data in self.got if data[0] < 4]


@pytest.fixture
async def stranger() -> AsyncIterator[Callable[[int], Awaitable[Stranger]]]:
    """Make sockets that talk to that port of this machine."""
    met: list[Stranger] = []

    async def meet(number: int) -> Stranger:
        loop = asyncio.get_running_loop()
        _, made = await loop.create_datagram_endpoint(Stranger, remote_addr=(LOOPBACK, number))
        met.append(made)
        return made

    yield meet
    for each in met:
        each.transport.close()


def check(link: Link, *, password: str = "", nominate: bool = True, role: str = "ICE-CONTROLLING") -> bytes:
    """Return a connectivity check for `link`, authentic unless another password is given."""
    message = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{link.ufrag}:them"
    message.attributes["PRIORITY"] = 1
    message.attributes[role] = 1
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity((password or link.password).encode())
    return bytes(message)


@pytest.fixture
async def ports() -> AsyncIterator[Ports]:
    ports = Ports()
    yield ports
    await ports.aclose()


@pytest.fixture
async def number(ports: Ports) -> int:
    return next(each.port for each in await ports.candidates() if each.address == LOOPBACK)


@pytest.fixture
async def link(ports: Ports) -> AsyncIterator[Link]:
    link = Link(ports, lambda: None)
    fingerprint = RTCDtlsFingerprint("sha-256", "00")
    link.listen(THEIRS, RTCDtlsParameters([fingerprint], "server"), "active")
    yield link
    await link.close()
    assert not ports.links
    assert not ports.asking


async def settle() -> None:
    await asyncio.sleep(0.1)


async def test_an_authentic_check_is_answered_and_begins_the_handshake(
    link: Link, number: int, stranger: Meet
) -> None:
    them = await stranger(number)
    them.transport.sendto(check(link))
    await until(lambda: link.state == "connecting")
    await until(lambda: any(data[0] == 22 for data in them.got))  # a DTLS handshake record
    (response,) = them.messages
    assert response.message_class == stun.Class.RESPONSE
    assert response.attributes["XOR-MAPPED-ADDRESS"] == them.transport.get_extra_info("sockname")
    assert response.check_message_integrity(link.password.encode())


async def test_strangers_get_no_answer_at_all(link: Link, number: int, stranger: Meet) -> None:
    them = await stranger(number)
    them.transport.sendto(check(link, password="wrong"))
    unknown = Link(link._ports, lambda: None)
    them.transport.sendto(check(unknown))
    bare = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    them.transport.sendto(bytes(bare))
    for size in (0, 1, 19, 20, 100, 1500, 9000):
        for first in (0, 1, 2, 22, 128, 200, 255):
            them.transport.sendto((bytes((first,)) + secrets.token_bytes(size))[:size])
    await settle()
    assert them.got == []
    assert link.state == "new"
    assert link.heard == 0


async def test_who_claims_our_part_is_told_so(link: Link, number: int, stranger: Meet) -> None:
    them = await stranger(number)
    them.transport.sendto(check(link, role="ICE-CONTROLLED"))
    await until(lambda: them.got)
    assert them.messages[0].error_code == 487
    assert link.state == "new"


async def test_nothing_is_decrypted_before_a_handshake_nor_from_addresses_that_were_not_checked(
    link: Link, number: int, stranger: Meet
) -> None:
    them, other = await stranger(number), await stranger(number)
    them.transport.sendto(check(link, nominate=False))
    await until(lambda: link.heard)
    for each in (them, other):
        each.transport.sendto(b"\x80" + bytes(40))
        each.transport.sendto(b"\x80" + bytes(3000))
        each.transport.sendto(b"\x16" + bytes(40))
    await settle()
    assert link.heard == 1
    assert link._queue.qsize() == 1  # the handshake record of who was checked


async def test_a_peer_may_come_from_some_addresses_and_not_from_thousands(
    link: Link, number: int, stranger: Meet
) -> None:
    many = [await stranger(number) for _ in range(2 * MAX_ADDRESSES)]
    for each in many:
        each.transport.sendto(check(link, nominate=each is many[0]))
        await until(lambda each=each: each.got)  # type: ignore[misc]
    assert len(link._bound) == MAX_ADDRESSES
    assert sum(len(port._links) for port in link._ports._open.values()) == MAX_ADDRESSES
    assert link._address == many[0].transport.get_extra_info("sockname")


async def test_media_goes_to_no_address_that_did_not_prove_to_be_the_viewers(
    server: Running, stranger: Meet
) -> None:
    """Who knows a session's passwords could else flood somebody by checks in their name."""
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED, noise=True))
        await until(lambda: server.publishing(host))
        await viewer.watch(host, ("video",))
        await viewer.picture()
        link = next(each.peer._link for each in server.stage._sessions.values() if not each.publishes)
        victim = await stranger(server.backend._ports._open[LOOPBACK].number)
        for _ in range(3):
            victim.transport.sendto(check(link))
            await viewer.picture()
        await settle()
        asked = [each for each in victim.messages if each.message_class == stun.Class.REQUEST]
        assert len(asked) == 3
        assert all(data[0] < 4 for data in victim.got)
        # somebody who can answer, but not as the viewer would
        wrong = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=asked[-1].transaction_id,
        )
        wrong.add_message_integrity(b"wrong")
        victim.transport.sendto(bytes(wrong))
        await viewer.picture()
        assert all(data[0] < 4 for data in victim.got)


async def test_a_viewer_who_moves_takes_the_stream_along(server: Running, stranger: Meet) -> None:
    """From one network to another: the new address proves itself, and then media goes there."""
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED, noise=True))
        await until(lambda: server.publishing(host))
        await viewer.watch(host, ("video",))
        await viewer.picture()
        link = next(each.peer._link for each in server.stage._sessions.values() if not each.publishes)
        moved = await stranger(server.backend._ports._open[LOOPBACK].number)
        moved.transport.sendto(check(link))
        await until(lambda: any(each.message_class == stun.Class.REQUEST for each in moved.messages))
        request = next(each for each in moved.messages if each.message_class == stun.Class.REQUEST)
        theirs = link._their_ice
        assert theirs is not None
        assert request.attributes["USERNAME"] == f"{theirs.usernameFragment}:{link.ufrag}"
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
        )
        response.add_message_integrity(str(theirs.password).encode())
        moved.transport.sendto(bytes(response))
        await until(lambda: any(data[0] > 127 for data in moved.got))


async def test_nobody_takes_the_packets_of_who_is_connected(server: Running) -> None:
    """A peer who forges another's address in a check of their own gets nothing of it."""
    host, guest = server.token(publish=True), server.token(publish=True)
    async with Publisher(server.url, host) as publisher, Publisher(server.url, guest) as other:
        await publisher.publish(Colour(RED))
        await other.publish(Colour(BLUE))
        await until(lambda: server.publishing(host) and server.publishing(guest))
        links = [each.peer._link for each in server.stage._sessions.values()]
        victim, thief = links
        assert victim._port is not None
        thief.checked(victim._port, victim._address, nominated=True)
        before = victim.heard
        await until(lambda: victim.heard > before)
        assert victim._port._links[victim._address] is victim
        assert thief._address != victim._address


async def test_advertised_addresses_take_the_place_of_our_own_but_for_this_machines_page() -> None:
    ports = Ports(advertised=("203.0.113.9", "2001:db8::9"))
    found = await ports.candidates()
    assert {each.address for each in found[:-1]} <= {"203.0.113.9", "2001:db8::9"}
    assert found[-1].address == LOOPBACK
    await ports.aclose()


async def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Ports()
    number = next(each.port for each in await one.candidates() if each.address == LOOPBACK)
    other = Ports(number)
    monkeypatch.setattr("cyclorama.stage.ports.get_host_addresses", lambda **_: [])
    with pytest.raises(Unavailable, match=f"UDP port {number} cannot be used"):
        await other.candidates()
    await one.aclose()
