"""Frames become parts: some seconds of video each, or PNG pictures."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import av

from cyclorama.live.base import Stream
from cyclorama.live.encoding import Encoder
from cyclorama.live.replace.parts import Part, writing
from cyclorama.live.sinks.pictures import NAMES, to_picture

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from cyclorama.live.replace.parts import Parts
    from cyclorama.live.replace.recording import Recording
    from cyclorama.live.replace.target import Target
    from cyclorama.picture import Frame

PART_S = 5
"""Of a part: so much work is lost at most."""


class Writer(Protocol):
    """Writes one part."""

    def write(self, frame: Frame) -> None:
        """Take the next frame; it may change afterwards."""

    def finish(self) -> Part:
        """Complete the part."""

    def drop(self) -> None:
        """Throw away what is not complete."""


class VideoWriter:
    """A part in a container, from one key frame to the next part's.

    Its times only count frames: those that they have in the end are in the part's list, whatever units the
    container has for time.
    """

    def __init__(self, path: Path, recording: Recording, target: Target, quality: int | None) -> None:
        self._path, self._open = path, path.with_name(path.name + ".part")
        self._times: list[int] = []
        self._order: list[int] = []
        self._tick = 1 / max(recording.fps, Fraction(1))
        canvas = recording.canvas
        stream = Stream(
            canvas.width,
            canvas.height,
            1 / self._tick,
            canvas.format,
            canvas.matrix,
            canvas.full_range,
            alpha=target.alpha,
            live=False,
        )
        self._container = av.open(
            str(self._open), "w", format="mov" if target.codec == "prores" else "matroska"
        )
        self._encoder = Encoder(stream, codec=target.codec, quality=quality, into=self._container)
        track = self._container.streams.video[0]
        track.codec_context.sample_aspect_ratio = recording.aspect

    def write(self, frame: Frame) -> None:
        """Take the next frame."""
        assert frame.pts is not None  # noqa: S101 (a recording's frames have it)
        counted = replace(frame, pts=len(self._times), time_base=self._tick)
        self._times.append(frame.pts)
        self._mux(self._encoder.encode(counted))

    def finish(self) -> Part:
        """Complete the part."""
        self._mux(self._encoder.flush())
        self._container.close()
        with self._open.open("rb+") as file:
            os.fsync(file.fileno())
        self._open.replace(self._path)
        return Part(self._times, self._order, self._path.stat().st_size)

    def drop(self) -> None:
        """Throw away what is not complete."""
        self._container.close()
        self._open.unlink(missing_ok=True)

    def _mux(self, packets: list[av.Packet[Any]]) -> None:
        for packet in packets:
            assert packet.pts is not None  # noqa: S101 (encoders set it)
            self._order.append(round(packet.pts * packet.time_base / self._tick))
            self._container.mux(packet)


class PictureWriter:
    """PNG pictures, numbered from 1 over all parts."""

    def __init__(self, folder: Path, before: int) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, self._before = folder, before
        self._times: list[int] = []

    def write(self, frame: Frame) -> None:
        """Take the next frame."""
        assert frame.pts is not None  # noqa: S101
        self._times.append(frame.pts)
        name = NAMES % (self._before + len(self._times))
        # level 1 takes a fifth of the time of level 6, and a tenth more room
        to_picture(frame).save(self._folder / name, compress_level=1)

    def finish(self) -> Part:
        """Complete the part."""
        return Part(self._times, list(range(len(self._times))), 0)

    def drop(self) -> None:
        """Leave them: the next run writes them anew."""


def write_parts(
    frames: Iterator[Frame], parts: Parts, recording: Recording, target: Target, quality: int | None
) -> Generator[int]:
    """Write the frames that are not done yet; give how many are done after each, those in open parts too.

    Raises:
        Unavailable: they cannot be written, as on a full disk.
    """
    writer: Writer | None = None
    begun, count, last = 0.0, parts.frames, parts.last
    try:
        for frame in frames:
            assert frame.pts is not None  # noqa: S101
            if last is not None and frame.pts <= last:
                continue
            now = frame.seconds or 0.0
            with writing(parts.folder):
                if writer is not None and now - begun >= PART_S:
                    parts.add(writer.finish())
                    writer = None
                if writer is None:
                    writer, begun = _writer(parts, recording, target, quality), now
                writer.write(frame)
            count += 1
            yield count
        if writer is not None:
            with writing(parts.folder):
                parts.add(writer.finish())
                writer = None
    finally:
        if writer is not None:
            with suppress(OSError, av.FFmpegError):
                writer.drop()


def _writer(parts: Parts, recording: Recording, target: Target, quality: int | None) -> Writer:
    if target.codec == "png":
        return PictureWriter(parts.pictures, parts.frames)
    return VideoWriter(parts.file(len(parts.done) + 1), recording, target, quality)
