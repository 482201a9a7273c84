"""Pictures and sound as WebRTC carries them: H.264 without delay, and Opus, each packet with its time.

Constrained baseline, no B-frames and a key frame at least every two seconds are what Amazon IVS asks for; all
browsers play that.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from cyclorama.live.encoding import Encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.live.base import Sound, Stream
    from cyclorama.picture import Frame

VIDEO_CLOCK = 90_000  # RFC 6184, 8.2.1
SOUND_CLOCK = 48_000  # RFC 7587, 4.1
KEY_S = 2  # seconds from one key frame to the next
HASTE_S = 0.5  # and for so long, whoever asks for one more gets none
SAMPLES = 960  # 20 ms
SOUND_BIT_RATE = 96_000
OUT_OF_STEP = SOUND_CLOCK // 100  # samples: sound that comes with another time than this is put right
LONG_SILENCE = SOUND_CLOCK // 2
MANY_PIXELS = 1280 * 720  # more pixels than that are encoded with less effort


class PictureEncoder:
    """H.264 of a stream's frames, each with its packet at once.

    Args:
        stream: what will come.
        bit_rate: in bits a second; may be set at any time.
    """

    def __init__(self, stream: Stream, bit_rate: int) -> None:
        self.bit_rate = bit_rate
        self._encoder = Encoder(
            stream,
            profile="baseline",
            bitrate=bit_rate,
            keyframe_s=KEY_S,
            live=True,
            preset="veryfast" if stream.width * stream.height <= MANY_PIXELS else "superfast",
        )
        self._last_key: int | None = None

    def encode(self, frame: Frame, *, key: bool = False) -> list[av.Packet[Any]]:
        """Return the frame's packet; none where its time is not after that of the frame before.

        Args:
            frame: I420 or NV12, with its time.
            key: that somebody cannot go on without a key frame. Soon after one, the wish is not granted yet.
        """
        pts = round((frame.seconds or 0) * VIDEO_CLOCK)
        soon = self._last_key is not None and pts - self._last_key < HASTE_S * VIDEO_CLOCK
        self._encoder.bitrate = self.bit_rate
        frame = replace(frame, pts=pts, time_base=Fraction(1, VIDEO_CLOCK))
        packets = self._encoder.encode(frame, key=key and not soon)
        if any(packet.is_keyframe for packet in packets):
            self._last_key = pts
        return packets


class SoundEncoder:
    """Opus of sound at any rate, in pieces of 20 ms whose times are those of the sound."""

    def __init__(self) -> None:
        self._kind: tuple[int, int] | None = None
        self._resampler: av.AudioResampler | None = None
        self._waiting = np.zeros((0, 2), np.float32)
        self._at = 0
        self._lag: int | None = None
        self._expected: Fraction | None = None
        self._codec = codec = av.AudioCodecContext.create("libopus", "w")
        codec.sample_rate, codec.format, codec.layout = SOUND_CLOCK, "flt", "stereo"
        codec.time_base, codec.bit_rate = Fraction(1, SOUND_CLOCK), SOUND_BIT_RATE

    def encode(self, sound: Sound) -> list[av.Packet[Any]]:
        """Return the packets that are whole by now. Gaps in the times are silence, overlaps are left out."""
        begins = round(sound.pts * sound.time_base * SOUND_CLOCK)
        length = Fraction(len(sound.samples) * SOUND_CLOCK, sound.rate)
        if self._expected is None:
            self._expected, self._at = Fraction(begins), begins
        samples = self._resampled(sound)
        packets = []
        off = begins - round(self._expected)
        if off > LONG_SILENCE:
            packets += self._pieces(whole=True)
            self._at, self._expected = begins, Fraction(begins)
        elif off > OUT_OF_STEP:
            samples = np.concatenate([np.zeros((off, 2), np.float32), samples])
            self._expected += off
        elif off < -OUT_OF_STEP:
            samples = samples[-off:]
            length = max(length + off, Fraction(0))
        self._expected += length
        self._waiting = np.concatenate([self._waiting, samples])
        return packets + self._pieces()

    def _resampled(self, sound: Sound) -> NDArray[np.float32]:
        channels = sound.samples.shape[1]
        if self._kind != (sound.rate, channels) or self._resampler is None:
            self._kind = sound.rate, channels
            self._resampler = av.AudioResampler("flt", "stereo", SOUND_CLOCK)
        given = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.samples, np.float32).reshape(1, -1),
            "flt",
            "stereo" if channels == 2 else "mono",
        )
        given.sample_rate = sound.rate
        parts = [each.to_ndarray().reshape(-1, 2) for each in self._resampler.resample(given)]
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)

    def _pieces(self, *, whole: bool = False) -> list[av.Packet[Any]]:
        """Encode what fills a piece; with `whole` also the rest, with silence after it."""
        if whole and len(self._waiting) % SAMPLES:
            rest = SAMPLES - len(self._waiting) % SAMPLES
            self._waiting = np.concatenate([self._waiting, np.zeros((rest, 2), np.float32)])
        packets = []
        while len(self._waiting) >= SAMPLES:
            piece, self._waiting = self._waiting[:SAMPLES], self._waiting[SAMPLES:]
            given = av.AudioFrame.from_ndarray(piece.reshape(1, -1), "flt", "stereo")
            given.sample_rate, given.pts, given.time_base = SOUND_CLOCK, self._at, Fraction(1, SOUND_CLOCK)
            for packet in self._codec.encode(given):
                # What is decoded lags behind by the codec's look-ahead, as the first time says. Counted here:
                # after a gap FFmpeg would give a piece the time that the one before ends at.
                if self._lag is None:
                    self._lag = self._at - (packet.pts or 0)
                packet.pts = packet.dts = self._at - self._lag
                packets.append(packet)
            self._at += SAMPLES
        return packets
