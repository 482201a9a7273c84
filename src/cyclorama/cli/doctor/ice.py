"""Asks STUN and TURN servers whether they would serve our participants."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aioice import stun, turn

from cyclorama.iceurl import IceUrl

if TYPE_CHECKING:
    from cyclorama.stage.iceservers import IceServer

PATIENCE_S = 5.0
UNAUTHORISED = 401  # RFC 8489, 14.8; the others are of RFC 8656, 19
QUOTA_REACHED = 486
NO_CAPACITY = 508


@dataclass(frozen=True)
class Answer:
    """What a server said.

    Attributes:
        public: the address from which it saw us come; "" where it did not say.
        relay: of TURN, the address that it would relay from.
        trouble: what is wrong with it; "" when all is well.
        advice: what to do about that.
    """

    public: str = ""
    relay: str = ""
    trouble: str = ""
    advice: str = ""


async def ask(servers: list[IceServer]) -> list[Answer]:
    """Ask all of them at once, for at most 5 s."""
    return list(await asyncio.gather(*(_ask(server) for server in servers)))


async def _ask(server: IceServer) -> Answer:
    url = IceUrl.parse(server.url)
    if url.scheme == "turns" and url.transport == "udp":
        return Answer(trouble="TURN over DTLS, which browsers do not speak", advice="Use ?transport=tcp.")
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await (_allocate(url, server) if url.is_turn else _bind(url))
    except TimeoutError:
        return Answer(
            trouble=f"no answer within {PATIENCE_S:.0f} s",
            advice=f"Does it run, and do firewalls let {url.transport.upper()} port {url.port} through?",
        )
    except stun.TransactionFailed as error:
        return _refusal(error)
    except socket.gaierror:
        return Answer(trouble=f"there is no host {url.host}", advice="Mend its name in ice_servers.")
    except ssl.SSLError as error:
        advice = "Renew its certificate, and use the name that the certificate is for."
        return Answer(trouble=f"its TLS does not work: {error.reason or error}", advice=advice)
    except (OSError, stun.TransactionError) as error:
        return Answer(trouble=str(error) or type(error).__name__, advice="Does it run?")


def _refusal(error: stun.TransactionFailed) -> Answer:
    code, reason = error.response.attributes.get("ERROR-CODE", (0, ""))
    if code == UNAUTHORISED:
        advice = "Set turn_secret to its own secret (coturn: static-auth-secret, with use-auth-secret)."
        return Answer(trouble="refuses our credentials", advice=advice)
    if code in {QUOTA_REACHED, NO_CAPACITY}:
        return Answer(trouble=f"is full: {reason}", advice="Raise its limits, or add another.")
    return Answer(trouble=f"refuses: {code} {reason}".strip(), advice="Its log should say more.")


class _Client(asyncio.DatagramProtocol):
    """Sends one binding request (RFC 8489) and hears the answer."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._transaction: stun.Transaction | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            message = stun.parse_message(data)
        except ValueError:
            return
        answers = message.message_class in {stun.Class.RESPONSE, stun.Class.ERROR}
        if answers and self._transaction and message.transaction_id == self._id:
            self._transaction.response_received(message, addr)

    def send_stun(self, message: stun.Message, addr: tuple[str, int]) -> None:
        if self._transport:
            self._transport.sendto(bytes(message))

    async def bind(self, server: tuple[str, int]) -> stun.Message:
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        self._id = request.transaction_id
        self._transaction = stun.Transaction(request, server, self)
        response, _ = await self._transaction.run()
        return response


async def _bind(url: IceUrl) -> Answer:
    loop = asyncio.get_running_loop()
    server = (url.host, url.port)
    transport, client = await loop.create_datagram_endpoint(_Client, remote_addr=server)
    try:
        response = await client.bind(server)
    finally:
        transport.close()
    mapped = response.attributes.get("XOR-MAPPED-ADDRESS") or response.attributes.get("MAPPED-ADDRESS")
    return Answer(public=mapped[0]) if mapped else Answer(trouble="answers without our address")


class _Relayed(asyncio.DatagramProtocol):
    """Hears when an allocation is gone."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    def connection_lost(self, _: Exception | None) -> None:
        self.gone.set()


async def _allocate(url: IceUrl, server: IceServer) -> Answer:
    relay, relayed = await turn.create_turn_endpoint(
        _Relayed,
        (url.host, url.port),
        server.username,
        server.credential,
        ssl=url.scheme == "turns" or None,
        transport=url.transport,
    )
    # Given back at once: it would hold one of the server's ports for ten minutes.
    relay.close()
    await relayed.gone.wait()
    mapped = relay.get_extra_info("related_address")
    return Answer(mapped[0] if mapped else "", relay.get_extra_info("sockname")[0])
