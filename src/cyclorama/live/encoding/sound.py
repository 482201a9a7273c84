"""Sounds become packets, without a gap and at their own times."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np

from cyclorama.errors import InvalidRequest, UnsupportedMedia, instead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import OutputContainer
    from numpy.typing import NDArray

    from cyclorama.live.base import Sound, Stream

# What a clock's own jitter and containers that count milliseconds may be off: nobody hears 10 ms of picture
# and sound being apart, and everybody hears a sound that is cut again and again.
TOLERANCE = Fraction(1, 100)
SILENCE = 48_000  # samples at once, so that a long gap needs no memory
# A longer gap was a clock that jumped, or a machine that slept. To fill it would take seconds in which
# nothing else goes on, so times jump, too.
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Codec:
    """An encoder of FFmpeg's: its name and sample format, the rates it takes, bits a second for a channel."""

    encoder: str
    format: str
    rates: tuple[int, ...]
    bitrate: int


SOUND_CODECS = {
    "aac": Codec("aac", "fltp", (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 11_025, 8_000), 80_000),
    "opus": Codec("libopus", "flt", (48_000,), 64_000),
}


class SoundEncoder:
    """Encodes the sounds of one stream as one sound without gaps.

    Where a sound comes later than the one before it ended, silence is put between, but for gaps of more than
    ten minutes; where it comes earlier,
    its beginning is left out. So after any gap, and after any time, a sample is within 10 ms of its own time.

    Args:
        stream: whose `rate` and `channels` are wanted; sounds of other rates and channels are converted.
        codec: "aac" or "opus".
        bitrate: bits a second; None is 80,000 a channel for AAC, 64,000 for Opus.
        begin: seconds at which the sound shall begin, with silence if need be; None is with the first.
        into: a container that gets a stream of these packets; its header must not be written yet.

    Raises:
        InvalidRequest: there is no such codec.
        UnsupportedMedia: this machine's FFmpeg cannot encode it.
    """

    def __init__(
        self,
        stream: Stream,
        *,
        codec: str = "aac",
        bitrate: int | None = None,
        begin: Fraction | None = None,
        into: OutputContainer | None = None,
    ) -> None:
        if codec not in SOUND_CODECS:
            raise InvalidRequest(f"There is no codec {codec} for sound. {instead(codec, SOUND_CODECS)}")
        wanted = SOUND_CODECS[codec]
        if wanted.encoder not in av.codecs_available:
            raise UnsupportedMedia(f"This machine's FFmpeg has no {wanted.encoder}. Choose another codec.")
        self.rate = stream.rate if stream.rate in wanted.rates else wanted.rates[0]
        self._format = wanted.format
        self._channels = stream.channels
        self._layout = "mono" if stream.channels == 1 else "stereo"
        self._track = None
        if into is None:
            context = cast("av.AudioCodecContext", av.CodecContext.create(wanted.encoder, "w"))
        else:
            self._track = into.add_stream(wanted.encoder, rate=self.rate)
            context = cast("av.AudioCodecContext", self._track.codec_context)
        context.sample_rate, context.layout, context.format = self.rate, self._layout, wanted.format
        context.bit_rate = bitrate or min(wanted.bitrate, 3 * self.rate) * stream.channels
        context.time_base = Fraction(1, self.rate)
        context.open()
        self._context = context
        self._size = context.frame_size
        self._resampler: av.AudioResampler | None = None
        self._from = self.rate  # the rate of what the resampler gets
        self._end: Fraction | None = None  # when what was taken ends
        self._pts = 0  # of the first sample that waits
        self._waiting = np.empty((0, stream.channels), np.float32)
        if begin is not None:
            self._start(begin)

    def encode(self, sound: Sound) -> list[av.Packet[Any]]:
        """Encode the next sound; returns the packets that are ready."""
        begin = sound.pts * sound.time_base
        if self._end is None:
            self._start(begin)
        packets = self._switch(sound.rate)
        samples = self._mixed(sound.samples)
        gap = begin - self._ended()
        if gap > TOLERANCE:
            packets += self._silence(gap)
        elif gap < -TOLERANCE:
            samples = samples[round(-gap * sound.rate) :]
        return packets + self._take(samples)

    def advance(self, seconds: Fraction) -> list[av.Packet[Any]]:
        """Put silence up to a time, because no sound from before it will come any more."""
        if self._end is None or seconds - self._end <= TOLERANCE:
            return []
        return self._silence(seconds - self._end)

    def flush(self) -> list[av.Packet[Any]]:
        """Return what is still inside; nothing can be encoded afterwards."""
        packets = self._switch(self.rate)
        if len(self._waiting):
            packets += self._encoded(self._waiting)
        return packets + self._mine(self._context.encode(None))

    def _start(self, begin: Fraction) -> None:
        self._pts = round(begin * self.rate)
        self._end = Fraction(self._pts, self.rate)

    def _ended(self) -> Fraction:
        assert self._end is not None  # noqa: S101 (for mypy: encode() starts first)
        return self._end

    def _silence(self, gap: Fraction) -> list[av.Packet[Any]]:
        packets, missing = [], round(gap * self._from)
        if gap > LONGEST:
            packets += self._encode_all(
                np.zeros((-len(self._waiting) % self._size, self._channels), np.float32)
            )
            self._start(self._ended() + gap)
            return packets
        while missing > 0:
            part = min(missing, SILENCE)
            packets += self._take(np.zeros((part, self._channels), np.float32))
            missing -= part
        return packets

    def _mixed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if samples.shape[1] == self._channels:
            return samples
        if self._channels == 1:
            return np.asarray(samples.mean(axis=1, keepdims=True), np.float32)
        return np.repeat(samples[:, :1], self._channels, axis=1)

    def _take(self, samples: NDArray[np.float32]) -> list[av.Packet[Any]]:
        self._end = self._ended() + Fraction(len(samples), self._from)
        return self._encode_all(self._resampled(samples))

    def _encode_all(self, samples: NDArray[np.float32]) -> list[av.Packet[Any]]:
        waiting = np.concatenate([self._waiting, samples])
        whole = len(waiting) - len(waiting) % self._size
        self._waiting = waiting[whole:]
        packets = []
        for begin in range(0, whole, self._size):
            packets += self._encoded(waiting[begin : begin + self._size])
        return packets

    def _encoded(self, samples: NDArray[np.float32]) -> list[av.Packet[Any]]:
        frame = self._frame(samples, self._format, self.rate)
        frame.pts, frame.time_base = self._pts, Fraction(1, self.rate)
        self._pts += len(samples)
        return self._mine(self._context.encode(frame))

    def _switch(self, rate: int) -> list[av.Packet[Any]]:
        """Take samples of another rate from now on."""
        if rate == self._from:
            return []
        rest = list(self._pulled(None)) if self._resampler is not None else []
        packets = self._encode_all(np.concatenate([self._waiting[:0], *rest]))
        # counted by what came out, so that changes to and fro add up to nothing
        self._end = Fraction(self._pts + len(self._waiting), self.rate)
        self._from = rate
        self._resampler = None if rate == self.rate else av.AudioResampler("flt", self._layout, self.rate)
        return packets

    def _resampled(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._resampler is None or not len(samples):
            return samples
        frame = self._frame(samples, "flt", self._from)
        return np.concatenate([self._waiting[:0], *self._pulled(frame)])

    def _pulled(self, frame: av.AudioFrame | None) -> Iterator[NDArray[np.float32]]:
        assert self._resampler is not None  # noqa: S101 (for mypy)
        for part in self._resampler.resample(frame):
            yield part.to_ndarray().astype(np.float32, copy=False).reshape(-1, self._channels)

    def _frame(self, samples: NDArray[np.float32], form: str, rate: int) -> av.AudioFrame:
        data = samples.T if form == "fltp" else samples.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(data, np.float32), format=form, layout=self._layout
        )
        frame.sample_rate = rate
        return frame

    def _mine(self, packets: list[av.Packet[Any]]) -> list[av.Packet[Any]]:
        if self._track is not None:
            for packet in packets:
                packet.stream = self._track
        return packets
