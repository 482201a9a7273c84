"""Matroska files (RFC 9559) that a crash cannot spoil.

libavformat's muxer holds packets of one track back until the others have some, without a bound where one is
VP8 or VP9: while a publisher's picture stands still, the sound of minutes would be in memory only. This
writer puts everything that is a second old into the file, as a whole cluster with its size, and then the
duration. An unknown size of the segment keeps the file open for more; closing it adds that size and an index.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import cyclorama
from cyclorama.stage.recording import ebml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cyclorama.stage.recording.frames import Look

CLUSTER_MS = 1000
CLUSTER_BYTES = 4 << 20
SYNC_MS = 5000  # of media between two times that the file is made safe against a loss of power
EPOCH = 978_307_200  # Matroska counts dates from 2001, in Unix seconds
SEEK_HEAD_ROOM = 96  # bytes
OPUS_RATE = 48000
# RFC 7845, 5.1: version, two channels, nothing to skip, rate, no gain, mapping family 0.
OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, OPUS_RATE, 0, 0)
OPUS_SEEK_PRE_ROLL = 80_000_000  # nanoseconds

EBML, SEGMENT, SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES = (
    0x1A45DFA3,
    0x18538067,
    0x114D9B74,
    0x1549A966,
    0x1654AE6B,
    0x1F43B675,
    0x1C53BB6B,
)
TITLE, DATE, DURATION = 0x7BA9, 0x4461, 0x4489


class Track(NamedTuple):
    """One track: its codec's id, and the look of its pictures; of sound, which is Opus, there is none."""

    codec: str
    look: Look | None


class Summary(NamedTuple):
    """What a file says of itself. `began` is in Unix seconds."""

    title: str
    began: float
    seconds: float


class Writer:
    """A new file, for nobody but its owner to read. Tracks are numbered from 0.

    Each method raises `OSError` when the disk does not take more; what is in the file by then stays good.

    Args:
        path: where there is nothing yet.
        title: whose recording it is.
        began: Unix seconds.
        tracks: at most 126.
    """

    def __init__(self, path: Path, title: str, began: float, tracks: Sequence[Track]) -> None:
        head = ebml.element(
            EBML,
            ebml.number(0x4286, 1),
            ebml.number(0x42F7, 1),
            ebml.number(0x42F2, 4),
            ebml.number(0x42F3, 8),
            ebml.element(0x4282, b"matroska"),
            ebml.number(0x4287, 4),
            ebml.number(0x4285, 2),
        )
        head += ebml.identifier(SEGMENT) + ebml.UNKNOWN_SIZE
        self._segment = len(head)  # where positions are counted from
        head += ebml.void(SEEK_HEAD_ROOM)
        self._info = len(head)
        application = f"Cyclorama {cyclorama.__version__}".encode()
        info = ebml.element(
            INFO,
            ebml.number(0x2AD7B1, 1_000_000),  # nanoseconds of which all times are multiples
            ebml.element(0x4D80, application),
            ebml.element(0x5741, application),
            ebml.element(DATE, int((began - EPOCH) * 1e9).to_bytes(8, "big", signed=True)),
            ebml.element(TITLE, title.encode()),
            ebml.element(DURATION, struct.pack(">d", 0)),
        )
        head += info
        self._duration = len(head) - 8
        self._tracks = len(head)
        head += ebml.element(TRACKS, *(_track(number, each) for number, each in enumerate(tracks, 1)))
        self._pictures = [each.look is not None for each in tracks]
        self._blocks: list[tuple[int, int, bytes]] = []  # time in ms, track, block
        self._since: dict[int, int] = {}  # the time of each track's first block
        self._bytes = 0
        self._cluster_at = 0
        self._last = 0
        self._synced = 0
        self._cues: list[tuple[int, int, int]] = []  # time in ms, track, position
        self._file = os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb", 0
        )
        self._end = 0
        try:
            self._append(head)
        except OSError:
            self._file.close()
            path.unlink()
            raise

    @property
    def pending(self) -> bool:
        """Whether there are frames that are not in the file yet."""
        return bool(self._blocks)

    def write(self, track: int, time: int, data: bytes, *, key: bool) -> None:
        """Add a frame. `time` is in ms and rises in each track; what is a second older is written then."""
        # By track: sound and picture of one moment may come seconds apart.
        old = time - self._since.get(track, time) >= CLUSTER_MS
        if old or self._bytes >= CLUSTER_BYTES or (key and self._pictures[track]):
            self.flush()
        self._since.setdefault(track, time)
        self._blocks.append((time, track, (b"\x80" if key else b"\0") + data))
        self._bytes += len(data)

    def flush(self) -> None:
        """Put what there is into the file."""
        if not self._blocks:
            return
        blocks = sorted(self._blocks, key=lambda each: each[0])
        self._blocks = []
        self._since.clear()
        self._bytes = 0
        self._cluster_at = at = max(self._cluster_at, blocks[0][0])
        position = self._end - self._segment
        self._append(
            ebml.element(
                CLUSTER,
                ebml.number(0xE7, at),
                *(
                    ebml.element(
                        0xA3, bytes([0x80 | track + 1]) + struct.pack(">h", _nearby(time - at)) + block
                    )
                    for time, track, block in blocks
                ),
            )
        )
        self._cues += self._cue(blocks, position)
        self._last = max(self._last, blocks[-1][0])
        self._put(self._duration, struct.pack(">d", self._last))
        if self._last - self._synced >= SYNC_MS:
            self._synced = self._last
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """End the file. When it raises, what was flushed before is still good."""
        with self._file:
            self.flush()
            cues = self._end - self._segment
            self._append(
                ebml.element(
                    CUES,
                    *(
                        ebml.element(
                            0xBB,
                            ebml.number(0xB3, time),
                            ebml.element(0xB7, ebml.number(0xF7, track + 1), ebml.number(0xF1, position)),
                        )
                        for time, track, position in self._cues
                    ),
                )
                if self._cues
                else b""
            )
            places = [(INFO, self._info - self._segment), (TRACKS, self._tracks - self._segment)]
            if self._cues:
                places.append((CUES, cues))
            seek_head = ebml.element(
                SEEK_HEAD,
                *(
                    ebml.element(0x4DBB, ebml.element(0x53AB, ebml.identifier(what)), ebml.number(0x53AC, at))
                    for what, at in places
                ),
            )
            self._put(self._segment, seek_head + ebml.void(SEEK_HEAD_ROOM - len(seek_head)))
            self._put(self._segment - 8, ebml.size(self._end - self._segment, length=8))
            os.fsync(self._file.fileno())

    def _cue(self, blocks: list[tuple[int, int, bytes]], position: int) -> Iterator[tuple[int, int, int]]:
        """Yield where a player may jump to: a key frame, or any sound where there is no picture."""
        for time, track, block in blocks:
            if block[0] & 0x80 and (self._pictures[track] or not any(self._pictures)):
                yield time, track, position
                return

    def _append(self, data: bytes) -> None:
        try:
            self._put(self._end, data)
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise
        self._end += len(data)

    def _put(self, at: int, data: bytes) -> None:
        self._file.seek(at)
        rest = memoryview(data)
        while rest:  # a disk that is nearly full takes a part, and says so at the next
            rest = rest[self._file.write(rest) :]


def summary(path: Path) -> Summary:
    """Read what a file of ours says of itself, whether it was closed or not.

    Raises:
        ValueError: it is no file of ours.
    """
    with path.open("rb") as file:
        data = file.read(4096)
    found = {DATE: b"", TITLE: b"", DURATION: b""}
    at = 0
    while at < len(data):
        element, at = ebml.read(data, at, mask=False)
        size, at = ebml.read(data, at, mask=True)
        if element in found:
            found[element] = data[at : at + size]
        if element not in {SEGMENT, INFO}:
            at += size
    if len(found[DATE]) != 8 or len(found[DURATION]) != 8:
        raise ValueError(f"{path.name} is not a recording")
    began = int.from_bytes(found[DATE], "big", signed=True) / 1e9 + EPOCH
    return Summary(
        found[TITLE].decode(errors="replace"), began, struct.unpack(">d", found[DURATION])[0] / 1000
    )


def _track(number: int, track: Track) -> bytes:
    look = track.look
    private = OPUS_HEAD if look is None else look.private
    return ebml.element(
        0xAE,
        ebml.number(0xD7, number),
        ebml.number(0x73C5, number),
        ebml.number(0x83, 1 if look else 2),
        ebml.number(0x9C, 0),  # no lacing: a block is one frame
        ebml.element(0x22B59C, b"und"),
        ebml.element(0x86, track.codec.encode()),
        ebml.element(0x63A2, private) if private else b"",
        ebml.element(0xE0, ebml.number(0xB0, look.width), ebml.number(0xBA, look.height))
        if look
        else ebml.number(0x56BB, OPUS_SEEK_PRE_ROLL)
        + ebml.element(0xE1, ebml.element(0xB5, struct.pack(">d", OPUS_RATE)), ebml.number(0x9F, 2)),
    )


def _nearby(time: int) -> int:
    """Keep the time of a block within the 16 bits that it has beside its cluster's."""
    return max(-0x8000, min(0x7FFF, time))
