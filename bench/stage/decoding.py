"""A viewer that decodes: `python -m bench.stage.decoding TARGET first COUNT` or `... latency SECONDS`.

`first` joins COUNT times and prints after how many milliseconds there was a picture, by aiortc's own decoder.
`latency` decodes each picture as soon as it is whole, reads the clock in it and prints its age at each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

import av
from aiortc.codecs import depayload
from bench.stage import clock
from bench.stage.processes import say
from bench.stage.signalling import Target, connection, join, receiving

if TYPE_CHECKING:
    from aiortc.rtp import RtpPacket

PAUSE = 0.5  # seconds
PATIENCE = 1.0


async def first(target: Target, count: int) -> None:
    """Join, wait for a picture and leave, so often."""
    waits = []
    for _ in range(count):
        pc, began = connection(), time.monotonic()
        receiving(pc, "audio", "video", rtx=True)
        leave = await join(pc, target)
        async with asyncio.timeout(60):
            await pc.getReceivers()[1].track.recv()
        waits.append(1000 * (time.monotonic() - began))
        await leave()
        await pc.close()
        await asyncio.sleep(PAUSE)
    say(waits)


async def latency(target: Target, seconds: float) -> None:
    """Read the clock in each picture."""
    pc, decoder = connection(), av.CodecContext.create("vp8", "r")
    receiving(pc, "audio", "video", rtx=False)
    receiver = pc.getReceivers()[1]
    ages: list[int] = []
    begun = asyncio.Event()
    parts: list[bytes] = []
    expected = -1
    asked_at = 0.0
    whole = False  # whether the decoder has all before this: a key frame, and each frame since

    async def taken(packet: RtpPacket, **_: object) -> None:
        nonlocal whole, expected, asked_at
        if packet.payload_type != video._codecs[0].payloadType:
            return
        if packet.sequence_number != expected:
            whole = False
            parts.clear()
        expected = packet.sequence_number + 1 & 0xFFFF
        parts.append(depayload(video._codecs[0], packet.payload))
        if not packet.marker:
            return
        data = b"".join(parts)
        parts.clear()
        if not whole and data[0] & 1:  # RFC 6386, 9.1: a frame that needs others
            if time.monotonic() - asked_at > PATIENCE:
                asked_at = time.monotonic()
                await receiver._send_rtcp_pli(packet.ssrc)
            return
        whole = True
        for frame in decoder.decode(av.Packet(data)):
            read = clock.read(frame.to_ndarray())
            if read is not None:
                ages.append(clock.since(read))
                begun.set()

    video = pc.getTransceivers()[1]
    vars(receiver)["_handle_rtp_packet"] = taken
    leave = await join(pc, target)
    async with asyncio.timeout(60):
        await begun.wait()
    await asyncio.sleep(1)
    ages.clear()
    await asyncio.sleep(seconds)
    say(ages)
    await leave()
    await pc.close()


if __name__ == "__main__":
    roles = {"first": first, "latency": latency}
    asyncio.run(roles[sys.argv[2]](json.loads(sys.argv[1]), int(sys.argv[3])))
