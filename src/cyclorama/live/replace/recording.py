"""A recording: what is in it, and its frames, upright, in 8 bits and at their exact times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.stream import Disposition

from cyclorama.errors import NotFound, UnsupportedMedia
from cyclorama.live.avframes import from_av
from cyclorama.live.canvas import Canvas
from cyclorama.live.fit import fit
from cyclorama.live.replace.hdr import HDR, to_sdr

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from av.container import InputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from cyclorama.picture import Frame

UNKNOWN_FPS = Fraction(25)
FASTEST = 240  # pictures a second; what a file says beyond that is a guess gone wrong


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of a file before all of it was read.

    Attributes:
        path: of the file.
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
        turns: quarter turns, against the clock, that make it upright.
        time_base: seconds; of all times here and of its frames.
        fps: the average, in pictures a second.
        frames: how many, as far as the file says; 0 where it does not.
        seconds: how long it is, as far as the file says; 0 where it does not.
        bits: of each sample.
        hdr: "PQ" or "HLG"; "" where its light is that of usual screens.
        interlaced: whether the first picture is made of two fields.
        aspect: width to height of a pixel.
        start: the first frame's time.
        canvas: what all frames of it are made, whatever comes later in the file.
    """

    path: Path
    width: int
    height: int
    turns: int
    time_base: Fraction
    fps: Fraction
    frames: int
    seconds: float
    bits: int
    hdr: str
    interlaced: bool
    aspect: Fraction
    start: int
    canvas: Canvas

    @property
    def remarks(self) -> list[str]:
        """What somebody should know who gets it back, a sentence each."""
        said = []
        if self.hdr:
            said.append(f"It is HDR ({self.hdr}) and becomes SDR: highlights lose some of their light.")
        elif self.bits > 8:
            said.append(f"It has {self.bits} bits a sample; what is written has 8.")
        if self.interlaced:
            said.append("It is interlaced, and stays as it is: edges may show combs where people move fast.")
        return said


def probe(path: str | Path) -> Recording:
    """Look into a file.

    Raises:
        NotFound: there is no such file.
        UnsupportedMedia: there is no video in it that can be read.
    """
    path = Path(path)
    with _opened(path) as container:
        track = _video(container, path)
        first = next(_decoded(container, track), None)
        if first is None:
            raise UnsupportedMedia(f"No picture of {path} can be decoded. Is the file whole?")
        assert track.time_base is not None  # noqa: S101 (demuxers set it)
        rate = track.average_rate or track.guessed_rate
        fps = Fraction(rate) if rate and 0 < rate <= FASTEST else UNKNOWN_FPS
        seconds = float(track.duration * track.time_base) if track.duration else 0.0
        if not seconds and container.duration:
            seconds = container.duration / av.time_base
        turns = round((first.rotation or 0) / 90) % 4
        hdr = HDR.get(int(first.color_trc), "")
        upright = _upright(_in_8_bits(first, hdr), turns)
        aspect = Fraction(track.sample_aspect_ratio or 1)
        return Recording(
            path,
            upright.width,
            upright.height,
            turns,
            track.time_base,
            fps,
            track.frames or round(seconds * fps),
            seconds,
            max(component.bits for component in first.format.components),
            hdr,
            bool(first.interlaced_frame),
            1 / aspect if turns % 2 else aspect,
            first.pts or 0,
            Canvas.of(upright, None),
        )


def frames(recording: Recording, since: int | None = None) -> Generator[Frame]:
    """Decode a recording's frames; damaged ones are left out, as every player does.

    Args:
        recording: what `probe` gave.
        since: a time in units of its `time_base`: frames begin there or somewhat earlier.
    """
    with _opened(recording.path) as container:
        track = _video(container, recording.path)
        track.thread_type = "AUTO"
        if since is not None:
            container.seek(since, stream=track)
        decoded = _decoded(container, track)
        first = next(decoded, None)
        if since is not None and (first is None or first.pts is None or first.pts > since):
            # a file without an index, or with a bad one
            yield from frames(recording)
            return
        step = max(1, round(1 / recording.fps / recording.time_base))
        last: int | None = None
        while first is not None:
            pts = first.pts if first.pts is not None else 0 if last is None else last + step
            # a picture at another one's time would take its place
            if last is None or pts > last:
                last = pts
                frame = _upright(_in_8_bits(first, recording.hdr), recording.turns)
                frame = replace(frame, pts=pts, time_base=recording.time_base)
                yield fit(frame, recording.canvas)
            first = next(decoded, None)


def _opened(path: Path) -> InputContainer:
    if not path.is_file():
        raise NotFound(f"There is no file {path}. Check the path.")
    try:
        return av.open(str(path))
    except (av.FFmpegError, OSError) as error:
        raise UnsupportedMedia(f"{path} cannot be read as a video: {error.strerror or error}.") from error


def _video(container: InputContainer, path: Path) -> VideoStream:
    for track in container.streams.video:
        # the cover of an album is no video
        if not track.disposition & Disposition.attached_pic:
            return track
    raise UnsupportedMedia(f"There is no video in {path}.")


def _decoded(container: InputContainer, track: VideoStream) -> Iterator[av.VideoFrame]:
    for packet in container.demux(track):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def _in_8_bits(frame: av.VideoFrame, hdr: str) -> Frame:
    return to_sdr(frame, hdr) if hdr else from_av(frame)


def _upright(frame: Frame, turns: int) -> Frame:
    if not turns:
        return frame

    def turned(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(np.rot90(plane, turns))

    return replace(frame, planes=tuple(turned(plane) for plane in frame.planes))
