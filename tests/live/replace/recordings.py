"""Recordings: a red box that moves before a green room, at uneven times, with a tone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from cyclorama.live.avframes import to_av
from cyclorama.live.fake import person_before_a_room, tone

if TYPE_CHECKING:
    from pathlib import Path

TIME_BASE = Fraction(1, 90_000)
RATE = 48_000


@dataclass(frozen=True)
class Made:
    """A file, and the times of its pictures in seconds."""

    path: Path
    times: list[Fraction]


def record(
    path: Path,
    count: int = 40,
    *,
    size: tuple[int, int] = (160, 90),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    uneven: bool = True,
    sound: str = "aac",
    rotation: int = 0,
    colours: dict[str, int] | None = None,
    late: int = 0,
) -> Made:
    """Write a recording of `count` pictures. late: ticks before the first one; rotation: degrees."""
    random = np.random.default_rng(3)
    pts, times = late, []
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(codec, rate=30)
        context: Any = video.codec_context
        context.width, context.height = size
        context.pix_fmt, context.time_base = pix_fmt, TIME_BASE
        for name, value in (colours or {}).items():
            setattr(context, name, value)
        if codec == "libx264":
            context.options = {"preset": "ultrafast", "bf": "2", "b-adapt": "0"}
        if rotation:
            video.set_display_rotation(rotation)
        audio: Any = container.add_stream(sound, rate=RATE, layout="mono") if sound else None
        if audio is not None:
            audio.metadata["language"] = "deu"
        container.metadata["title"] = "A box"
        packets: list[Any] = []
        for number in range(count):
            frame = to_av(person_before_a_room(*size, number // 4)).reformat(format=pix_fmt)
            for name, value in (colours or {}).items():
                setattr(frame, name, value)
            frame.pts, frame.time_base = pts, TIME_BASE
            times.append(pts * TIME_BASE)
            packets += video.encode(frame)
            pts += int(random.integers(1500, 6000)) if uneven else 3000
        packets += video.encode(None)
        for begin in range(0, round(pts * TIME_BASE * RATE), 1024) if audio is not None else ():
            samples = tone(begin, 1024, RATE).samples.T
            piece = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", "mono")
            piece.pts, piece.rate, piece.time_base = begin, RATE, Fraction(1, RATE)
            if sound.startswith("pcm"):
                piece = av.AudioResampler("s16", "mono", RATE).resample(piece)[0]
            packets += audio.encode(piece)
        if audio is not None:
            packets += audio.encode(None)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)
    return Made(path, times)


def times_of(path: Path) -> list[Fraction]:
    """When each picture of a file is shown."""
    with av.open(str(path)) as container:
        return sorted(
            packet.pts * packet.time_base
            for packet in container.demux(container.streams.video[0])
            if packet.pts is not None and packet.size
        )


def sounds_of(path: Path) -> list[tuple[Fraction, bytes]]:
    """Each packet of sound and its time."""
    with av.open(str(path)) as container:
        return [
            (packet.pts * packet.time_base, bytes(packet))
            for packet in container.demux(container.streams.audio[0])
            if packet.pts is not None and packet.size
        ]


def pictures_of(path: Path, decoder: str = "") -> list[av.VideoFrame]:
    """Decode a file's pictures; `decoder` in place of FFmpeg's choice."""
    with av.open(str(path)) as container:
        track = container.streams.video[0]
        if not decoder:
            return list(container.decode(track))
        context: Any = av.CodecContext.create(decoder, "r")
        context.extradata = track.codec_context.extradata
        decoded = [
            frame for packet in container.demux(track) if packet.size for frame in context.decode(packet)
        ]
        return [*decoded, *context.decode(None)]
