"""A publisher that sends what was encoded before: `python -m bench.stage.publisher TARGET 480p|720p`.

With `clock` for a third argument it draws the time into each picture and encodes it there and then.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from fractions import Fraction

import av
import numpy as np
from aiortc import MediaStreamTrack
from bench.stage import clips, clock
from bench.stage.processes import say
from bench.stage.signalling import Target, connection, join

VIDEO_CLOCK = 90_000


class Sound(MediaStreamTrack):
    """The tone, over and over."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._packets = clips.audio()
        self._pace = Pace(Fraction(clips.OPUS_SAMPLES, clips.SAMPLE_RATE))

    async def recv(self) -> av.Packet:
        """Return the next packet when its time has come."""
        index = await self._pace.next()
        packet = av.Packet(self._packets[index % len(self._packets)])
        packet.pts, packet.time_base = index * clips.OPUS_SAMPLES, Fraction(1, clips.SAMPLE_RATE)
        return packet


class Picture(MediaStreamTrack):
    """Moving clouds; they begin anew, with a key frame, whenever one is wanted."""

    kind = "video"

    def __init__(self, size: clips.Size) -> None:
        super().__init__()
        self._packets = clips.video(size)
        self._pace = Pace(Fraction(1, clips.RATE))
        self._next = 0

    def want_key_frame(self) -> None:
        """Let the next frame be a key frame."""
        self._next = 0

    async def recv(self) -> av.Packet:
        """Return the next packet when its time has come."""
        index = await self._pace.next()
        data = self._packets[self._next]
        self._next = (self._next + 1) % len(self._packets)
        return _timed(data, index)


class Clock(MediaStreamTrack):
    """Moving grey clouds with the time in them, encoded as they go out. Colour would tint its blocks."""

    kind = "video"

    def __init__(self, size: clips.Size) -> None:
        super().__init__()
        self._codec = clips.encoder(size)
        self._still = clips.cloud(size).copy()
        self._still[size.height :] = 128
        self._pace = Pace(Fraction(1, clips.RATE))
        self._wanted = True
        self._drawn = 0

    def want_key_frame(self) -> None:
        """Let the next frame be a key frame."""
        self._wanted = True

    async def recv(self) -> av.Packet:
        """Draw, encode and return the next packet when its time has come."""
        index = await self._pace.next()
        picture = np.roll(self._still, self._drawn * 2, axis=1)
        clock.draw(picture, clock.now())
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        # Its own count: after a pause the encoder would make a large frame, which takes long, and so on.
        frame.pts, frame.time_base = self._drawn, Fraction(1, clips.RATE)
        self._drawn += 1
        frame.pict_type = av.video.frame.PictureType.I if self._wanted else av.video.frame.PictureType.NONE
        self._wanted = False
        (packet,) = self._codec.encode(frame)
        return _timed(bytes(packet), index)


class Pace:
    """Steps of equal length. After a pause there is no rush to catch up: what was missed is left out."""

    def __init__(self, step: Fraction) -> None:
        self._step = float(step)
        self._began = time.monotonic()
        self._index = -1

    async def next(self) -> int:
        """Wait for the next step and return its number."""
        now = (time.monotonic() - self._began) / self._step
        self._index = max(self._index + 1, int(now) - 3)
        await asyncio.sleep(max(0.0, self._began + self._index * self._step - time.monotonic()))
        return self._index


def _timed(data: bytes, index: int) -> av.Packet:
    packet = av.Packet(data)
    packet.pts, packet.time_base = index * VIDEO_CLOCK // clips.RATE, Fraction(1, VIDEO_CLOCK)
    return packet


async def publish(target: Target, track: Picture | Clock) -> None:
    """Publish until killed; say so once connected."""
    pc = connection()
    pc.addTrack(Sound())
    pc.addTrack(track)._send_keyframe = track.want_key_frame
    connected = asyncio.Event()

    @pc.on("connectionstatechange")
    def changed() -> None:
        if pc.connectionState == "connected":
            connected.set()
        elif pc.connectionState in {"failed", "closed"}:
            sys.exit("The publisher's connection is gone.")

    _leave = await join(pc, target)  # held: a Janus session ends with its socket
    async with asyncio.timeout(60):
        await connected.wait()
    say("live")
    await asyncio.Event().wait()


if __name__ == "__main__":
    chosen = clips.SIZES[sys.argv[2]]
    asyncio.run(publish(json.loads(sys.argv[1]), Clock(chosen) if sys.argv[3:] else Picture(chosen)))
