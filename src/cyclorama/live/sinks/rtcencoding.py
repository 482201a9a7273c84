"""Pictures and sound as WebRTC carries them: H.264 without delay, and Opus, each packet with its time.

Constrained baseline, no B-frames and a key frame at least every two seconds are what Amazon IVS asks for; all
browsers play that.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cyclorama.live.encoding import Encoder, SoundEncoder

if TYPE_CHECKING:
    import av

    from cyclorama.live.base import Sound, Stream
    from cyclorama.picture import Frame

VIDEO_CLOCK = 90_000  # RFC 6184, 8.2.1
SOUND_CLOCK = 48_000  # RFC 7587, 4.1
KEY_S = 2  # seconds from one key frame to the next
HASTE_S = 0.5  # and for so long, whoever asks for one more gets none
LONG_SILENCE = Fraction(1, 2)  # seconds
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


class OpusEncoder:
    """Opus of a stream's sound, in pieces of 20 ms whose times are those of the sound."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._encoder: SoundEncoder | None = None
        self._end = Fraction(0)

    def encode(self, sound: Sound) -> list[av.Packet[Any]]:
        """Return the packets that are whole by now.

        Short gaps in the times are silence, and overlaps are left out. After a long gap the times jump: its
        silence, all at once, would only fill the receivers' buffers.
        """
        begins = sound.pts * sound.time_base
        if self._encoder is None or begins - self._end > LONG_SILENCE:
            self._encoder = SoundEncoder(self._stream, codec="opus")
        self._end = max(self._end, begins + Fraction(len(sound.samples), sound.rate))
        return self._encoder.encode(sound)
