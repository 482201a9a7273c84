"""A viewer that decodes: `python -m bench.stage.decoding TARGET first COUNT` or `... latency SECONDS`.

`first` joins COUNT times and prints after how many milliseconds there was a picture, by aiortc's own decoder.
`latency` decodes each picture as soon as it is whole, reads the clock in it and prints its age at each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import av
from aiortc.codecs import depayload
from bench.stage import clock
from bench.stage.processes import say
from bench.stage.signalling import Target, connection, join, receiving

if TYPE_CHECKING:
    from aiortc.rtp import RtpPacket

PAUSE = 0.5


async def first(target: Target, count: int) -> None:
    """Join, wait for a picture and leave, so often."""
    waits = []
    for _ in range(count):
        pc, began = connection(), time.monotonic()
        receiving(pc, "audio", "video", rtx=True)
        leave = await join(pc, target)
        async with asyncio.timeout(20):
            await pc.getReceivers()[1].track.recv()
        waits.append(1000 * (time.monotonic() - began))
        await leave()
        await pc.close()
        await asyncio.sleep(PAUSE)
    say(waits)


async def latency(target: Target, seconds: float) -> None:
    """Read the clock in each picture."""
    pc, decoder = connection(), av.CodecContext.create("vp8", "r")
    receiving(pc, "audio", "video", rtx=True)
    receiver = pc.getReceivers()[1]
    usual = receiver._handle_rtp_packet
    ages: list[int] = []
    begun = asyncio.Event()
    parts: list[bytes] = []
    damaged = True

    async def taken(packet: RtpPacket, arrival_time_ms: int) -> None:
        nonlocal damaged
        await usual(packet, arrival_time_ms)
        codec: Any = next((each for each in video._codecs if each.payloadType == packet.payload_type), None)
        if codec is None or codec.name != "VP8":
            return
        parts.append(depayload(codec, packet.payload))
        if not packet.marker:
            return
        data = b"".join(parts)
        parts.clear()
        damaged = damaged and bool(data[0] & 1)  # until a key frame (RFC 6386, 9.1)
        if damaged:
            return
        for frame in decoder.decode(av.Packet(data)):
            read = clock.read(_luma(frame))
            if read is not None:
                ages.append(clock.since(read))
                begun.set()

    video = pc.getTransceivers()[1]
    vars(receiver)["_handle_rtp_packet"] = taken
    leave = await join(pc, target)
    async with asyncio.timeout(20):
        await begun.wait()
    await asyncio.sleep(1)
    ages.clear()
    await asyncio.sleep(seconds)
    say(ages)
    await leave()
    await pc.close()


def _luma(frame: Any) -> Any:
    return frame.to_ndarray(format="gray") if frame.format.name != "yuv420p" else frame.to_ndarray()


if __name__ == "__main__":
    roles = {"first": first, "latency": latency}
    asyncio.run(roles[sys.argv[2]](json.loads(sys.argv[1]), int(sys.argv[3])))
