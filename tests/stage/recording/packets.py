"""Encoded media in RTP packets, made here from the RFCs and with nothing of what they are to test."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

from ..clients import RED, Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MTU = 1200
ENCODERS: dict[str, tuple[str, dict[str, str]]] = {
    "VP8": ("libvpx", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}),
    "VP9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}),
    "H264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}),
    "AV1": ("libsvtav1", {"preset": "10", "svtav1-params": "pred-struct=1:rc=2:lookahead=0"}),
}
CODECS = {
    name: RTCRtpCodecParameters(f"video/{name}", 90000, None, 96 + index)
    for index, name in enumerate(ENCODERS)
} | {"opus": RTCRtpCodecParameters("audio/opus", 48000, 2, 111)}


@cache
def pictures(
    codec: str, count: int, *, size: tuple[int, int] = (320, 240), colour: Plain = RED, gop: int = 1000
) -> tuple[bytes, ...]:
    """Return `count` encoded frames of noise in a colour, the first of them a key frame."""
    encoder, options = ENCODERS[codec]
    context: Any = av.CodecContext.create(encoder, "w")
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.time_base, context.framerate = Fraction(1, 30), Fraction(30)
    context.gop_size = gop
    context.max_b_frames = 0
    context.bit_rate = 1_500_000
    context.options = options
    random = np.random.default_rng(1)
    width, height = size
    y, u, v = colour.yuv
    encoded = []
    for index in range(count):
        luma = np.clip(y + random.integers(-30, 30, (height, width)), 16, 235)
        chroma = [np.full((height // 4, width), each) for each in (u, v)]
        frame = av.VideoFrame.from_ndarray(np.concatenate([luma, *chroma]).astype(np.uint8), format="yuv420p")
        frame.pts, frame.time_base = index, Fraction(1, 30)
        encoded += [bytes(packet) for packet in context.encode(frame)]
    encoded += [bytes(packet) for packet in context.encode(None)]
    assert len(encoded) == count
    return tuple(encoded)


@cache
def sounds(count: int, *, silent: int = 0) -> tuple[bytes, ...]:
    """Return `count` Opus packets of 20 ms of a tone; the first `silent` are silence."""
    context: Any = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = 48000, "stereo", "s16"
    context.bit_rate = 64000
    encoded = []
    for index in range(count):
        wave = np.sin(2 * np.pi * 440 * (index * 960 + np.arange(960)) / 48000) * (
            20000 if index >= silent else 0
        )
        frame = av.AudioFrame.from_ndarray(
            np.repeat(wave, 2).astype(np.int16).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = 48000, index * 960, Fraction(1, 48000)
        encoded += [bytes(packet) for packet in context.encode(frame)]
    return tuple(encoded)


def vp8(frame: bytes) -> list[bytes]:
    """RFC 7741, 4.2, with a picture id of 15 bits."""
    parts = _cut(frame, MTU)
    return [bytes([0x90 if not index else 0x80, 0x80, 0x80, 0x01]) + part for index, part in enumerate(parts)]


def vp9(frame: bytes) -> list[bytes]:
    """RFC 9628, 4.2, in the non-flexible mode with one layer; key frames bring the scalability structure."""
    parts = _cut(frame, MTU)
    key = not frame[0] & 0x04
    payloads = []
    for index, part in enumerate(parts):
        first, last = index == 0, index == len(parts) - 1
        structured = key and first
        flags = 0x80 | (0 if key else 0x40) | 0x20 | first << 3 | last << 2 | structured << 1
        structure = b"\x18" + bytes([1, 64, 0, 240]) + b"\x01\x04\x01" if structured else b""
        payloads.append(bytes([flags, 0x80, 0x01, 0x00, 0x07]) + structure + part)
    return payloads


def h264(frame: bytes) -> list[bytes]:
    """RFC 6184: small NAL units together in STAP-A, large ones in FU-A."""
    nals = [nal for nal in frame.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]
    small = [nal for nal in nals if len(nal) < 200]
    payloads = []
    if len(small) > 1:
        payloads.append(b"\x78" + b"".join(len(nal).to_bytes(2, "big") + nal for nal in small))
    else:
        payloads += small
    for nal in nals:
        if len(nal) < 200:
            continue
        if len(nal) <= MTU:
            payloads.append(nal)
            continue
        parts = _cut(nal[1:], MTU)
        for index, part in enumerate(parts):
            bits = (0x80 if not index else 0) | (0x40 if index == len(parts) - 1 else 0)
            payloads.append(bytes([nal[0] & 0x60 | 28, bits | nal[0] & 0x1F]) + part)
    return payloads


def av1(unit: bytes, *, counted: bool = False) -> list[bytes]:
    """Payload format for AV1, 4: no temporal delimiters, no sizes in OBUs, fragments of `MTU` bytes.

    With `counted`, a packet's last element has no length (W is their number), else all have one (W is 0).
    """
    obus = [obu for obu in _obus(unit) if obu[0] >> 3 & 15 != 2]
    key = obus[0][0] >> 3 & 15 == 1
    payloads: list[bytes] = []
    elements: list[bytes] = []
    room, goes_on = MTU, False

    def send(more: bool) -> None:
        nonlocal elements, room, goes_on
        count = len(elements) if counted and len(elements) < 4 else 0
        header = goes_on << 7 | more << 6 | count << 4 | (key and not payloads) << 3
        body = b"".join(
            (b"" if index + 1 == count else _leb128(len(element))) + element
            for index, element in enumerate(elements)
        )
        payloads.append(bytes([header]) + body)
        elements, room, goes_on = [], MTU, more

    for obu in obus:
        rest = obu
        while len(rest) > room:
            elements.append(rest[:room])
            rest = rest[room:]
            send(True)
        elements.append(rest)
        room -= len(rest)
    send(False)
    return payloads


PACKETIZERS: dict[str, Callable[[bytes], list[bytes]]] = {"VP8": vp8, "VP9": vp9, "H264": h264, "AV1": av1}


@dataclass
class Sender:
    """One source of one kind of media: gives its frames RTP headers."""

    codec: str
    sequence: int = 65530  # wraps soon
    timestamp: int = 0xFFFFF000  # that, too
    packetize: Callable[[bytes], list[bytes]] | None = None
    parameters: RTCRtpCodecParameters = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = CODECS[self.codec]

    def packets(self, frame: bytes, seconds: float) -> list[RtpPacket]:
        """Return the packets of a frame that was taken `seconds` after the beginning."""
        cut = self.packetize or PACKETIZERS.get(self.codec, lambda payload: [payload])
        payloads = cut(frame)
        packets = []
        for index, payload in enumerate(payloads):
            packets.append(
                RtpPacket(
                    payload_type=self.parameters.payloadType or 0,
                    marker=int(index == len(payloads) - 1),
                    sequence_number=self.sequence & 0xFFFF,
                    timestamp=self.at(seconds),
                    ssrc=1,
                    payload=payload,
                )
            )
            self.sequence += 1
        return packets

    def at(self, seconds: float) -> int:
        return (self.timestamp + round(seconds * self.parameters.clockRate)) & 0xFFFFFFFF


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def _obus(unit: bytes) -> Iterator[bytes]:
    """Yield OBUs without their sizes."""
    at = 0
    while at < len(unit):
        header = unit[at]
        assert header & 2, "an encoder gives every OBU a size"
        start = at + (2 if header & 4 else 1)
        size = shift = 0
        while True:
            byte = unit[start]
            size |= (byte & 0x7F) << shift
            start, shift = start + 1, shift + 7
            if not byte & 0x80:
                break
        yield bytes([header & ~2]) + unit[at + 1 : at + (2 if header & 4 else 1)] + unit[start : start + size]
        at = start + size


def _leb128(number: int) -> bytes:
    data = []
    while True:
        data.append(number & 0x7F | (0x80 if number >= 0x80 else 0))
        number >>= 7
        if not number:
            return bytes(data)
