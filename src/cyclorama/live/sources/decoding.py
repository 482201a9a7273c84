"""What is in one open container becomes frames and sounds, in the order of their packets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.audio.frame import AudioFrame
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc

from cyclorama.errors import UnsupportedMedia
from cyclorama.live.avframes import from_av
from cyclorama.live.clock import Splice
from cyclorama.live.sources.sounds import SoundMaker
from cyclorama.live.sources.turning import turn_of, turned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from cyclorama.live.base import Sound
    from cyclorama.picture import Frame

PATIENCE = 100  # so many broken places in a row, and nothing good is to come
USUAL = Fraction(1, 30)  # seconds a picture, where nothing says
HDR = {ColorTrc.SMPTE2084: "PQ", ColorTrc.ARIB_STD_B67: "HLG"}


class Decoding:
    """Decodes a container from where it is to its end.

    Attributes:
        corrupt: packets that could not be read or decoded, and were left out.
        notices: sentences about the media that a creator should know.
        video: the track of pictures, None where there is none or it is not wanted.
        audio: the track of sound, likewise.

    Raises:
        UnsupportedMedia: there is nothing in it that is wanted and can be decoded.
    """

    def __init__(
        self,
        container: InputContainer,
        *,
        picture: bool = True,
        sound: bool = True,
        live: bool = False,
        notices: list[str] | None = None,
    ) -> None:
        self.corrupt = 0
        self.notices: list[str] = notices if notices is not None else []
        self.video = _video(container) if picture else None
        self.audio = _audio(container) if sound else None
        if (picture and self.video is None) or (self.video is None and self.audio is None):
            raise UnsupportedMedia(
                f"There is {'no picture' if picture else 'no sound'} that can be decoded in {container.name}."
            )
        self._container = container
        self._live = live
        self._splice = Splice(forward=10.0 if live else None)
        self._sounds = SoundMaker()
        self._last: int | None = None
        if self.video is not None:
            # Decoding many frames at once makes each of them late.
            self.video.thread_type = "SLICE" if live else "AUTO"

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Yield frames and sounds; their times never jump back, though the file's may."""
        decoded = False  # a picture, where there should be some
        for packet in self._packets():
            for frame in self._decoded(packet):
                decoded = decoded or self.video is None or isinstance(frame, VideoFrame)
                if isinstance(frame, VideoFrame):
                    yield self._picture(frame)
                elif isinstance(frame, AudioFrame):
                    yield from self._sound(frame)
        if not decoded and not self._live:
            raise UnsupportedMedia(
                f"Nothing in {self._container.name} can be decoded: it is empty, or broken from the start."
            )

    @property
    def rate(self) -> Fraction | None:
        """Pictures a second, as far as the container knows."""
        return (self.video.average_rate or self.video.guessed_rate) if self.video is not None else None

    def _decoded(self, packet: Packet[Any]) -> list[Any]:
        try:
            return packet.decode()
        except av.error.EOFError:  # a decoder that was broken has nothing left at the end
            return []
        except av.error.FFmpegError:
            self.corrupt += 1
            return []

    def _packets(self) -> Iterator[Packet[Any]]:
        streams = [stream for stream in (self.video, self.audio) if stream is not None]
        broken = 0
        while True:
            try:
                for packet in self._container.demux(*streams):
                    broken = 0
                    self.corrupt += packet.is_corrupt
                    yield packet
                return
            except av.error.InvalidDataError:
                # Reading goes on behind the broken place.
                self.corrupt += 1
                broken += 1
                if broken > PATIENCE:
                    return

    def _picture(self, frame: VideoFrame) -> Frame:
        base = frame.time_base or Fraction(1, 90_000)
        lasts = (frame.duration or 0) * base or (1 / self.rate if self.rate else USUAL)
        if frame.pts is None:
            pts = 0 if self._last is None else self._last + max(round(lasts / base), 1)
            mapped = Fraction(pts) * base
        else:
            mapped = self._splice.map(0, frame.pts * base, lasts)
        pts = round(mapped / base)
        if self._last is not None and pts <= self._last:
            pts = self._last + 1
        self._last = pts
        self._notice(frame)
        aspect = self.video.sample_aspect_ratio if self.video is not None else None
        return replace(turned(from_av(frame, aspect), turn_of(frame)), pts=pts, time_base=base)

    def _sound(self, frame: AudioFrame) -> Iterator[Sound]:
        if frame.pts is None or frame.time_base is None or not frame.samples:
            return
        lasts = Fraction(frame.samples, frame.sample_rate)
        yield from self._sounds.sounds(frame, self._splice.map(1, frame.pts * frame.time_base, lasts))

    def _notice(self, frame: VideoFrame) -> None:
        if (transfer := HDR.get(frame.color_trc)) is not None:  # type: ignore[call-overload]
            self._say(
                f"This is HDR ({transfer}). Its colours are taken as those of ordinary video and look pale; "
                "record or convert it as SDR."
            )

    def _say(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)


def _video(container: InputContainer) -> VideoStream | None:
    for stream in container.streams.video:
        # a cover is a picture of an album, and no video
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def _audio(container: InputContainer) -> AudioStream | None:
    return next((each for each in container.streams.audio if each.codec_context is not None), None)
