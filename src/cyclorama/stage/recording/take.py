"""One participant's recording: packets go in, files come out."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cyclorama.stage.recording.assembler import Assembler, Timed
from cyclorama.stage.recording.clock import Clock
from cyclorama.stage.recording.codecs import RECORDABLE
from cyclorama.stage.recording.file import File
from cyclorama.stage.recording.reorder import Reorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from aiortc.rtp import RtpPacket

    from cyclorama.stage.codecs import Codec, Kind
    from cyclorama.stage.recording.frames import Frame, Look

ALONE = 5.0  # seconds that sound waits for the first key frame before it is recorded alone
HELD = 4096  # packets of sound that wait so: more than 5 s of the shortest
INTERVAL = 0.5  # seconds between two files' beginnings, however often a publisher changes codecs
ABSENCE = 15.0  # seconds without a packet after which a file ends; who comes back earlier goes on in it
ASK_AGAIN = 1.0  # seconds between two requests for a key frame that does not come


@dataclass(frozen=True, eq=False)
class Source:
    """One kind of media of one publishing connection, and the codecs of all kinds that come with it."""

    kind: Kind
    codec: Codec
    together: Mapping[Kind, str]


class Report(NamedTuple):
    """A sender report."""

    ntp: int
    timestamp: int


class _Strand:
    """One source on its way through reordering, assembling and timing."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.reorder = Reorder()
        depacketize = RECORDABLE[source.codec.name.upper()].depacketizer(source.codec)
        self.assembler = Assembler(depacketize, sound=source.kind == "audio")
        self.clock = Clock(source.codec.clockRate)


class Take:
    """One participant's recording. All of it belongs to one thread.

    Whoever returns within `ABSENCE` goes on in the same file, as much later as time has passed; with other
    codecs or kinds, in a new one. Its methods raise `OSError` when the disk does not take more.

    Args:
        folder: where files go.
        user_id: whose they are.

    Attributes:
        want_key_frame: asks the publisher for one; called in the take's thread.
    """

    def __init__(self, folder: Path, user_id: str) -> None:
        self.want_key_frame: Callable[[], None] = _nothing
        self._folder = folder
        self._user_id = user_id
        self._strands: dict[Kind, _Strand] = {}
        self._file: File | None = None
        self._held: deque[tuple[float, Frame]] = deque(maxlen=HELD)
        self._heard_at = 0.0
        self._asked_at = -math.inf
        self._began_at = -math.inf

    @property
    def name(self) -> str | None:
        """The file that is open."""
        return self._file.name if self._file is not None else None

    def packet(self, source: Source, packet: RtpPacket, arrival: float) -> None:
        """Take a packet."""
        self._heard_at = arrival
        strand = self._strand(source)
        if strand is not None:
            strand.reorder.push(packet, arrival)
            self._advance(strand, arrival)

    def report(self, source: Source, report: Report) -> None:
        """Take a sender report."""
        strand = self._strand(source)
        if strand is None:
            return
        strand.clock.report(*report)
        if "audio" in self._strands and "video" in self._strands:
            self._strands["video"].clock.follow(self._strands["audio"].clock)

    def tick(self, now: float) -> None:
        """Give up what does not come any more, and put what there is into the file. Call it often."""
        for strand in self._strands.values():
            self._advance(strand, now)
        if self._held and now - self._held[0][0] > ALONE:
            self._begin_with_sound()
        heard = now - self._heard_at < ABSENCE
        if heard and self._needs_key_frame() and now - self._asked_at > ASK_AGAIN:
            self._asked_at = now
            self.want_key_frame()
        if self._file is not None:
            self._file.settle(now)
            if not heard:
                self._end_file()

    def close(self) -> None:
        """Write what is there and end the file."""
        try:
            for strand in self._strands.values():
                self._advance(strand, math.inf)
            if self._held:
                self._begin_with_sound()
        finally:
            self._strands.clear()
            self._end_file()

    def _strand(self, source: Source) -> _Strand | None:
        strand = self._strands.get(source.kind)
        if strand is not None and strand.source is source:
            return strand
        if source.codec.name.upper() not in RECORDABLE:
            return None
        if strand is not None:
            self._advance(strand, math.inf)
        if self._file is not None and self._file.together != source.together:
            self._end_file()
        self._strands = {kind: each for kind, each in self._strands.items() if kind in source.together}
        if "audio" not in source.together:
            self._held.clear()
        self._strands[source.kind] = strand = _Strand(source)
        return strand

    def _needs_key_frame(self) -> bool:
        picture = self._strands.get("video")
        if picture is None:
            return False
        return picture.assembler.broken or self._file is None or "video" not in self._file.kinds

    def _begin_with_sound(self) -> None:
        self._begin_file(self._strands["audio"].source.together, self._held[0][0], None)

    def _advance(self, strand: _Strand, now: float) -> None:
        for ordered in strand.reorder.pop(now):
            for timed in strand.assembler.push(ordered):
                self._frame(strand, timed)

    def _frame(self, strand: _Strand, timed: Timed) -> None:
        frame, timestamp, arrival = timed
        kind, together = strand.source.kind, strand.source.together
        taken = strand.clock.at(timestamp, arrival)
        if self._file is not None and kind not in self._file.kinds and frame.key:
            self._end_file()  # the picture comes after all
        if self._file is None:
            if kind == "audio" and "video" in together:
                self._held.append((taken, frame))
                return
            if not frame.key or arrival - self._began_at < INTERVAL:
                return
            self._began_at = arrival
            self._begin_file(together, taken, frame.look)
        if self._file is not None:
            self._file.write(kind, taken, frame)

    def _begin_file(self, together: Mapping[Kind, str], zero: float, look: Look | None) -> None:
        """Begin a file at `zero` with a picture like that, if any, and with the sound that waits for it."""
        self._file = File(self._folder, self._user_id, together, zero, look)
        held, self._held = self._held, deque(maxlen=HELD)
        for taken, frame in held:
            self._file.write("audio", taken, frame)

    def _end_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


def _nothing() -> None:
    """Ask nobody."""
