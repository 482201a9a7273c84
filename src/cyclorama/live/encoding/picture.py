"""Frames become packets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
from av.video.frame import PictureType

from cyclorama.errors import InvalidRequest, UnsupportedMedia, instead

from .fitting import Fitting, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.container import OutputContainer

    from cyclorama.live.base import Stream
    from cyclorama.picture import Frame

NOTICED = 0.1  # a change of the bit rate by less than this share is not worth a key frame


@dataclass(frozen=True, slots=True)
class Codec:
    """How one encoder of FFmpeg's is told what is wanted.

    Attributes:
        encoder: FFmpeg's name.
        even: whether it wants even sizes.
        format: the pixel format that it is given; "" is the stream's own.
        alpha: the one with alpha; "" where it has none.
        live: options where frames must leave at once.
        recording: options where they may wait.
        quality: options where no bit rate is given.
        profiles: the names that it knows.
        video_range: whether all decoders take its pictures for video range, whatever the file says.
    """

    encoder: str
    even: bool = True
    format: str = ""
    alpha: str = ""
    live: Mapping[str, str] = field(default_factory=dict)
    recording: Mapping[str, str] = field(default_factory=dict)
    quality: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    video_range: bool = False


H264_PROFILES = ("baseline", "main", "high")
# Without scene cuts key frames come when they are due, which is what receivers and fragments count on.
X264 = {"preset": "veryfast", "forced-idr": "1", "sc_threshold": "0"}
VP9 = {"row-mt": "1", "auto-alt-ref": "0"}  # alt-ref frames and alpha exclude each other
CODECS = {
    "h264": Codec(
        "libx264",
        live={**X264, "tune": "zerolatency", "bf": "0"},
        recording={**X264, "bf": "0"},
        quality={"crf": "20"},
        profiles=H264_PROFILES,
    ),
    "vp9": Codec(
        "libvpx-vp9",
        even=False,
        format="yuv420p",
        alpha="yuva420p",
        live={**VP9, "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
        recording={**VP9, "deadline": "good", "cpu-used": "5", "lag-in-frames": "0"},
        quality={"crf": "30", "b": "0"},
    ),
    "prores": Codec(
        "prores_ks",
        even=False,
        format="yuv444p10le",
        alpha="yuva444p10le",
        live={"profile": "4444", "vendor": "apl0", "alpha_bits": "8"},
        recording={"profile": "4444", "vendor": "apl0", "alpha_bits": "8"},
        video_range=True,
    ),
    "h264_nvenc": Codec(
        "h264_nvenc",
        live={"preset": "p3", "tune": "ull", "forced-idr": "1", "zerolatency": "1", "bf": "0", "delay": "0"},
        recording={"preset": "p5", "forced-idr": "1", "bf": "0"},
        quality={"rc": "vbr", "cq": "21"},
        profiles=H264_PROFILES,
    ),
    "h264_videotoolbox": Codec(
        "h264_videotoolbox",
        live={"realtime": "1", "bf": "0"},
        recording={"bf": "0"},
        quality={"q": "60"},
        profiles=H264_PROFILES,
    ),
    "h264_qsv": Codec(
        "h264_qsv",
        format="nv12",
        live={"async_depth": "1", "forced_idr": "1", "bf": "0"},
        recording={"forced_idr": "1", "bf": "0"},
        quality={"global_quality": "22"},
        profiles=H264_PROFILES,
    ),
}


class Encoder:
    """Encodes the frames of one stream, each at its own time, in the time base of the first.

    All frames get the size, the matrix and the range that the stream names (ProRes is always in video range):
    a frame of another size is scaled to it. H.264 has even sizes only, so the last column or row of an odd
    size is there twice.
    Key frames come every `keyframe_s` seconds of the frames' own time, whatever their rate.

    Args:
        stream: what will come.
        codec: "h264" (by x264), "vp9", "prores"; "h264_nvenc", "h264_videotoolbox" and "h264_qsv" are
            hardware's, where FFmpeg has them.
        profile: of H.264: "baseline", "main", "high"; None is the encoder's choice.
        bitrate: bits a second, which is never exceeded for longer than a second; None is even quality at
            whatever rate it takes.
        keyframe_s: seconds from one key frame to the next.
        live: whether each frame's packet leaves at once, without B-frames; None is as the stream is.
        preset: x264's: how much work it does.
        quality: without a bit rate, the constant rate factor of H.264 (0 to 51) or VP9 (0 to 63): less is
            better and larger. None is 20 or 30.
        into: a container that gets a stream of these packets; its header must not be written yet.

    Raises:
        InvalidRequest: there is no such codec or profile.
        UnsupportedMedia: this machine's FFmpeg cannot encode it.
    """

    def __init__(
        self,
        stream: Stream,
        *,
        codec: str = "h264",
        profile: str | None = None,
        bitrate: int | None = None,
        keyframe_s: float = 2,
        live: bool | None = None,
        preset: str = "veryfast",
        quality: int | None = None,
        into: OutputContainer | None = None,
    ) -> None:
        if codec not in CODECS:
            raise InvalidRequest(f"There is no codec {codec}. {instead(codec, CODECS)}")
        self._codec = CODECS[codec]
        if self._codec.video_range:
            stream = replace(stream, full_range=False)
        if profile is not None and profile not in self._codec.profiles:
            raise InvalidRequest(
                f"{codec} has no profile {profile}. {instead(profile, self._codec.profiles)}"
            )
        if stream.alpha and not self._codec.alpha:
            raise InvalidRequest(f"{codec} has no alpha. VP9 and ProRes have: write a .webm or a .mov.")
        self._stream = stream
        self._profile = profile
        self._preset = preset
        self._quality = quality
        self._keyframe_s = keyframe_s
        self._live = stream.live if live is None else live
        self._fitting = Fitting(stream, even=self._codec.even)
        self._last: Fraction | None = None
        self._next_key = Fraction(0)
        self.bitrate = bitrate
        self._used_bitrate = bitrate
        self._time_base: Fraction | None = None
        self._track = None
        if self._codec.encoder not in av.codecs_available:
            raise UnsupportedMedia(
                f"This machine's FFmpeg has no {self._codec.encoder}. Choose another codec."
            )
        if into is None:
            self._context = self._created()
        else:
            self._track = into.add_stream(self._codec.encoder, rate=stream.fps)
            self._context = self._set_up(cast("av.VideoCodecContext", self._track.codec_context))

    def encode(self, frame: Frame, *, key: bool = False) -> list[av.Packet[Any]]:
        """Encode the next frame.

        Times never go back: a frame that is not later than the one before it is left out.

        Args:
            frame: with `pts` and `time_base`.
            key: whether it must be a key frame, for somebody who has just joined.

        Returns:
            What is ready: live, this frame's packet; otherwise it may be that of an earlier frame.

        Raises:
            InvalidRequest: the frame has no time.
            UnsupportedMedia: the encoder does not take the stream, e.g. as hardware that is busy elsewhere.
        """
        if frame.pts is None or frame.time_base is None:
            raise InvalidRequest("A frame without a time cannot be encoded: set its pts and time_base.")
        if self._time_base is None:
            self._time_base = frame.time_base
            self._context.time_base = frame.time_base
        now = round(frame.pts * frame.time_base / self._time_base) * self._time_base
        if self._last is not None and now <= self._last:
            return []
        packets = self._follow_bitrate()
        target = self._fitting.fit(frame)
        if key or self._last is None or now >= self._next_key:
            target.pict_type = PictureType.I
            self._next_key = now + Fraction(self._keyframe_s)
        self._last = now
        try:
            return [*packets, *self._mine(self._context.encode(target))]
        except av.FFmpegError as error:
            raise UnsupportedMedia(
                f"{self._codec.encoder} does not encode {target.width}x{target.height} pictures on this "
                f"machine ({error.strerror}). Choose another codec or size."
            ) from error

    def flush(self) -> list[av.Packet[Any]]:
        """Return what is still inside; nothing can be encoded afterwards."""
        if not self._context.is_open:
            return []
        return self._mine(self._context.encode(None))

    def _follow_bitrate(self) -> list[av.Packet[Any]]:
        wanted, used = self.bitrate, self._used_bitrate
        if wanted is None or used is None or abs(wanted - used) <= NOTICED * used:
            return []
        # x264 keeps its first buffer and takes seconds to follow a new rate; a fresh one keeps to it at once.
        packets = self.flush()
        self._used_bitrate = wanted
        self._context = self._created()
        if self._time_base is not None:
            self._context.time_base = self._time_base
        self._next_key = Fraction(0)
        return packets

    def _created(self) -> av.VideoCodecContext:
        return self._set_up(cast("av.VideoCodecContext", av.CodecContext.create(self._codec.encoder, "w")))

    def _set_up(self, context: av.VideoCodecContext) -> av.VideoCodecContext:
        stream, codec = self._stream, self._codec
        context.width, context.height = self._fitting.width, self._fitting.height
        context.framerate = stream.fps
        own = "nv12" if stream.format.name == "NV12" else "yuv420p"
        context.pix_fmt = codec.alpha if stream.alpha else codec.format or own
        # Frames say when they are shown, so this is only the encoder's guess; encode() counts seconds.
        context.gop_size = max(1, round(stream.fps * Fraction(self._keyframe_s)))
        tag(context, stream)
        options = dict(codec.live if self._live else codec.recording)
        if codec.encoder == "libx264":
            options["preset"] = self._preset
        if self._profile is not None:
            options["profile"] = self._profile
        if self._used_bitrate is None:
            options.update(codec.quality)
            if self._quality is not None and "crf" in codec.quality:
                options["crf"] = str(self._quality)
        else:
            context.bit_rate = self._used_bitrate
            options["maxrate"] = options["bufsize"] = str(self._used_bitrate)
        context.options = options
        return context

    def _mine(self, packets: list[av.Packet[Any]]) -> list[av.Packet[Any]]:
        if self._track is not None:
            for packet in packets:
                packet.stream = self._track
        return packets


def fitting_bitrate(stream: Stream) -> int:
    """Return bits a second that suit a live picture: a tenth of a bit a pixel, from 0.4 to 6 Mbit/s.

    1280x720 at 30 is 2.8 Mbit/s. 6 Mbit/s is the most that the large streaming services take.
    """
    pixels = stream.width * stream.height * float(stream.fps)
    return round(min(max(0.1 * pixels, 400_000), 6_000_000))
