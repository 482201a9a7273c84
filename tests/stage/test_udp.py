"""When datagrams arrived."""

from __future__ import annotations

import asyncio
import socket
import sys
import time

import pytest

from cyclorama.stage import udp
from cyclorama.stage.udp import Address, Socket

from .clients import until

pytestmark = pytest.mark.stage

Got = list[tuple[bytes, Address, float]]


def send(number: int, *datagrams: bytes) -> Address:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        for each in datagrams:
            sender.sendto(each, ("127.0.0.1", number))
        name: Address = sender.getsockname()
        return name


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a datagram arrived")
async def test_a_busy_machine_does_not_make_datagrams_late() -> None:
    got: Got = []
    sock = Socket("127.0.0.1", 0, lambda *each: got.append(each))
    before = time.monotonic()
    sender = send(sock.number, b"one", b"two")
    after = time.monotonic()
    time.sleep(0.3)  # noqa: ASYNC251 - the event loop is kept from reading
    await until(lambda: len(got) == 2)
    await sock.aclose()
    assert [each[:2] for each in got] == [(b"one", sender), (b"two", sender)]
    assert all(before - 0.02 <= at <= after + 0.02 for _, _, at in got)


async def test_where_the_kernel_tells_nothing_datagrams_are_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(udp, "TIMESTAMPS", None)
    got: Got = []
    sock = Socket("127.0.0.1", 0, lambda *each: got.append(each))
    send(sock.number, b"one")
    await until(lambda: got)
    await sock.aclose()
    assert got[0][2] == pytest.approx(time.monotonic(), abs=5)


async def test_an_event_loop_without_readers_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    with monkeypatch.context() as patch:
        patch.setattr(loop, "add_reader", _refuse)
        got: Got = []
        sock = Socket("127.0.0.1", 0, lambda *each: got.append(each))
        await asyncio.sleep(0)
    sender = send(sock.number, b"one", b"", b"two" * 1000)
    await until(lambda: len(got) == 3)
    assert [each[:2] for each in got] == [(b"one", sender), (b"", sender), (b"two" * 1000, sender)]
    await sock.aclose()


async def test_what_cannot_be_sent_is_dropped() -> None:
    sock = Socket("127.0.0.1", 0, lambda *_: None)
    for size in (100, 70_000):
        for _ in range(3):
            sock.send(b"x" * size, ("127.0.0.1", 9))
    await sock.aclose()
    sock.send(b"x", ("127.0.0.1", 9))


def _refuse(*_: object) -> None:
    raise NotImplementedError
