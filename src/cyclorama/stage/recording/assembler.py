"""Whole frames out of ordered packets, and none that cannot be decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.stage.recording.frames import Depacketizer, Frame
    from cyclorama.stage.recording.reorder import Ordered

MAX_FRAME = 4 << 20  # bytes; a key frame of 4K has less


class Timed(NamedTuple):
    """A frame, its RTP timestamp, and when its first packet came."""

    frame: Frame
    timestamp: int
    arrival: float


class Assembler:
    """Assembles one source's frames.

    `broken` says that a part is missing, and that nothing comes out before the next key frame. Each packet of
    sound is a frame of its own, and a key frame.
    """

    def __init__(self, depacketize: Depacketizer, *, sound: bool) -> None:
        self.broken = not sound
        self._depacketize = depacketize
        self._sound = sound
        self._parts: list[bytes] = []
        self._size = 0
        self._timestamp = 0
        self._arrival = 0.0

    def push(self, ordered: Ordered) -> Iterator[Timed]:
        """Take a packet and yield the frames that are whole now."""
        packet, arrival, gap = ordered
        if gap and not self._sound:
            self._parts.clear()
            self.broken = True
        if not packet.payload:  # padding, which probes for bandwidth
            return
        if self._parts and packet.timestamp != self._timestamp:
            yield from self._finish()
        if not self._parts:
            self._timestamp, self._arrival, self._size = packet.timestamp, arrival, 0
        if self._size <= MAX_FRAME:
            self._parts.append(packet.payload)
            self._size += len(packet.payload)
        if packet.marker or self._sound:
            yield from self._finish()

    def _finish(self) -> Iterator[Timed]:
        parts, self._parts = self._parts, []
        try:
            if self._size > MAX_FRAME:
                raise ValueError("a frame that is too large")
            frame = self._depacketize(parts)
        except ValueError:
            self.broken = not self._sound
            return
        if frame.key:
            self.broken = False
        if not self.broken:
            yield Timed(frame, self._timestamp, self._arrival)
