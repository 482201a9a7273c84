"""A sink that is fed in real time in a thread, and what a viewer of the stage gets."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiortc import RTCPeerConnection

    from cyclorama.live.base import Sink, Sound, Stream
    from cyclorama.picture import Frame


class Feeder:
    """What goes into a sink, made moment by moment; it is fed until the context ends or it raises.

    Args:
        picture: makes the frame of a time.
        sound: makes the 20 ms of sound of a time.
        late: seconds by which pictures come later than the sound that belongs to them.
    """

    def __init__(
        self,
        sink: Sink,
        stream: Stream,
        picture: Callable[[float], Frame],
        sound: Callable[[float], Sound] | None = None,
        late: float = 0,
    ) -> None:
        self._sink, self._stream, self._picture, self._sound = sink, stream, picture, sound
        self._late = late
        self._stop = threading.Event()
        self.opened = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._sink.open(self._stream)
            self.opened.set()
            self._feed()
        except Exception as error:
            self.error = error
        finally:
            self._sink.close()

    def stop(self) -> None:
        self._stop.set()

    def _feed(self) -> None:
        began, pictures, sounds = time.monotonic(), 0, 0
        while not self._stop.wait(0.004):
            now = time.monotonic() - began
            while self._sound is not None and sounds * 0.02 <= now:
                self._sink.write(self._sound(sounds * 0.02))
                sounds += 1
            while pictures / float(self._stream.fps) + self._late <= now:
                self._sink.write(self._picture(pictures / float(self._stream.fps)))
                pictures += 1


@asynccontextmanager
async def fed(*given: Any, **named: Any) -> AsyncIterator[Feeder]:
    """Feed a sink while the context is open; the arguments are the Feeder's."""
    feeder = Feeder(*given, **named)
    thread = threading.Thread(target=feeder.run)
    thread.start()
    try:
        yield feeder
    finally:
        feeder.stop()
        await asyncio.to_thread(thread.join)


def track(peer: RTCPeerConnection, kind: str) -> Any:
    return next(each.track for each in peer.getReceivers() if each.track and each.track.kind == kind)


async def next_of(peer: RTCPeerConnection, kind: str) -> Any:
    async with asyncio.timeout(10):
        return await track(peer, kind).recv()
