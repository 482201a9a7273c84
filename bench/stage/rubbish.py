"""What nobody should send: to the media ports, in offers, and from a publisher who has a token.

`python -m bench.stage.rubbish TARGET SECONDS` is that publisher: it connects as it should, and then sends RTP
and RTCP of random bytes, encrypted as they ought to be.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import psutil
from bench.stage.processes import say
from bench.stage.signalling import connection, join, receiving

if TYPE_CHECKING:
    from bench.stage.signalling import Target

CHANCE = random.Random(2)  # noqa: S311 - the same rubbish in every run
MAGIC = 0x2112A442  # of STUN, RFC 8489
DTLS_1_2 = b"\xfe\xfd"


def datagrams(count: int) -> list[bytes]:
    """Return random bytes that begin as STUN, DTLS, RTP, RTCP, or nothing at all does."""
    made = []
    for index in range(count):
        body = CHANCE.randbytes(CHANCE.randrange(1400))
        kind = index % 5
        if kind == 0:
            body = struct.pack("!HHI", CHANCE.choice((0x0001, 0x0101, 0x0011)), len(body) & ~3, MAGIC) + body
        elif kind == 1:
            body = bytes((CHANCE.randrange(20, 64),)) + DTLS_1_2 + body
        elif kind == 2:
            body = media() + body
        elif kind == 3:
            body = reports() + body
        made.append(body)
    return made


def media() -> bytes:
    """Return the random header of an RTP packet."""
    first = 0x80 | CHANCE.randrange(0x40)  # padding, extension, CSRCs as it comes
    return bytes((first, CHANCE.choice((96, 97, 111, CHANCE.randrange(64))))) + CHANCE.randbytes(10)


def reports() -> bytes:
    """Return the random header of an RTCP packet."""
    return bytes((0x80 | CHANCE.randrange(0x40), CHANCE.randrange(192, 208))) + CHANCE.randbytes(
        CHANCE.randrange(2, 40)
    )


def throw(pid: int, count: int) -> int:
    """Send so many to each UDP port of a process; return how many ports there were."""
    ports = {each.laddr.port for each in psutil.Process(pid).net_connections("udp")}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for port in ports:
            for data in datagrams(count):
                with suppress(OSError):
                    out.sendto(data, ("127.0.0.1", port))
    return len(ports)


async def offer() -> str:
    """Return a viewer's offer that is as it should be."""
    pc = connection()
    receiving(pc, "audio", "video", rtx=True)
    await pc.setLocalDescription(await pc.createOffer())
    text = pc.localDescription.sdp
    await pc.close()
    return text


def posted(target: Target, *offers: str) -> list[int]:
    """Send offers and never connect; return the statuses of the answers."""
    headers = {"Authorization": f"Bearer {target['token']}", "Content-Type": "application/sdp"}
    with httpx.Client(headers=headers, timeout=30) as http:
        return [http.post(target["url"], content=sdp).status_code for sdp in offers]


def large(sdp: str) -> str:
    """Make an offer 1 MB long."""
    return sdp + "a=x-rubbish:" + "x" * (1_000_000 - len(sdp)) + "\r\n"


def many_candidates(sdp: str, count: int = 10_000) -> str:
    """Put so many candidates into an offer."""
    line = "a=candidate:{0} 1 udp 2130706431 10.{1}.{2}.9 4000 typ host\r\n"
    return sdp + "".join(line.format(each, each >> 8 & 255, each & 255) for each in range(count))


async def publish(target: Target, seconds: float) -> None:
    """Connect, and send rubbish for a while."""
    pc = connection()
    for kind in ("audio", "video"):
        pc.addTransceiver(kind, "sendonly")
    leave = await join(pc, target)
    transport = pc.getTransceivers()[0].sender.transport
    async with asyncio.timeout(60):
        while transport.state != "connected":  # noqa: ASYNC110 - aiortc has no event for it
            await asyncio.sleep(0.05)
    sent = 0
    for _ in range(int(seconds * 50)):
        for make in (media, media, reports):
            # libsrtp itself refuses some, and they are not sent.
            with suppress(Exception):
                await transport._send_rtp(make() + CHANCE.randbytes(CHANCE.randrange(1100)))
                sent += 1
        await asyncio.sleep(0.02)
    await leave()
    await pc.close()
    say(sent)


if __name__ == "__main__":
    asyncio.run(publish(json.loads(sys.argv[1]), float(sys.argv[2])))
