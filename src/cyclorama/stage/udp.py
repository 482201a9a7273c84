"""A UDP socket that tells when each datagram arrived: by the kernel's clock where it has one, not by ours.

A publisher takes late arrival for a narrow way, and slows down for a long time. So the time for which a busy
machine, which paints or cuts out on the same cores, lets a datagram lie must not count.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from struct import Struct
from typing import TYPE_CHECKING

from cyclorama.stage.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

Address = tuple[str, int]

BUFFER = 4 << 20  # bytes; the system may allow less
LARGEST = 65_535  # bytes
AT_ONCE = 64  # datagrams that are read before others get their turn
LONGEST_WAIT = 1.0  # seconds; whatever lay longer, a clock was set meanwhile
TIMESTAMPS = 35 if sys.platform == "linux" else None  # SO_TIMESTAMPNS, which Python does not name
TIMESPEC = Struct("@ll")
SPACE = socket.CMSG_SPACE(TIMESPEC.size) if TIMESTAMPS is not None else 0


class Socket:
    """One socket, in the running event loop. `take` gets each datagram, its sender and its time of arrival.

    Times are those of `time.monotonic`.

    Raises:
        OSError: there is no such address, or the port is taken.
    """

    def __init__(self, address: str, number: int, take: Callable[[bytes, Address, float], None]) -> None:
        self._take = take
        self._tasks = Tasks()
        self._loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                self._socket.setsockopt(socket.SOL_SOCKET, option, BUFFER)
            if TIMESTAMPS is not None:
                self._socket.setsockopt(socket.SOL_SOCKET, TIMESTAMPS, 1)
            self._socket.bind((address, number))
        except OSError:
            self._socket.close()
            raise
        try:
            self._loop.add_reader(self._socket, self._read)
        except NotImplementedError:  # Windows
            self._tasks.start(self._receive())

    @property
    def number(self) -> int:
        """The port's number."""
        return int(self._socket.getsockname()[1])

    def send(self, data: bytes, address: Address) -> None:
        """Send a datagram now, or drop it where the way is not free. Never waits."""
        try:
            self._socket.sendto(data, address)
        except OSError:
            return  # full, closed, or no way there: it is lost, as it might be anywhere on its way

    async def aclose(self) -> None:
        """Receive and send no more."""
        if self._tasks:
            await self._tasks.aclose()
        else:
            self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        for _ in range(AT_ONCE):
            try:
                data, about, _, sender = self._socket.recvmsg(LARGEST, SPACE)
            except OSError:
                return  # there are no more
            self._take(data, sender[:2], _arrived(about))

    async def _receive(self) -> None:
        while True:
            data, sender = await self._loop.sock_recvfrom(self._socket, LARGEST)
            self._take(data, sender[:2], time.monotonic())


def _arrived(about: list[tuple[int, int, bytes]]) -> float:
    now = time.monotonic()
    for level, kind, value in about:
        if level == socket.SOL_SOCKET and kind == TIMESTAMPS and len(value) == TIMESPEC.size:
            seconds, nanoseconds = TIMESPEC.unpack(value)
            waited = time.time() - (seconds + nanoseconds / 1e9)
            return now - waited if 0 <= waited < LONGEST_WAIT else now
    return now
