"""VP8 (RFC 7741, RFC 6386) and VP9 (RFC 9628, VP9 bitstream specification 0.6) from RTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiortc.codecs.vpx import VpxPayloadDescriptor

from cyclorama.stage.recording.bits import Bits
from cyclorama.stage.recording.frames import Frame, Look

if TYPE_CHECKING:
    from collections.abc import Sequence

VP8_START = b"\x9d\x01\x2a"
VP9_SYNC = 0x498342
VP9_MARKER = 0b10
SRGB = 7  # VP9's color_space without subsampling
MAX_DESCRIPTOR = 1200  # bytes: more than the largest scalability structure has
MAX_LAYERS = 8


def vp8(payloads: Sequence[bytes]) -> Frame:
    """Return the frame in `payloads`.

    Raises:
        ValueError: they are no whole frame.
    """
    parts: list[bytes] = []
    for payload in payloads:
        descriptor, data = VpxPayloadDescriptor.parse(payload)
        begins = descriptor.partition_start == 1 and descriptor.partition_id == 0
        if begins != (not parts):
            raise ValueError("the first packet is not the one that begins a frame")
        parts.append(data)
    frame = b"".join(parts)
    if len(frame) < 3:
        raise ValueError("a VP8 frame without a header")
    if frame[0] & 1:
        return Frame(frame, key=False)
    if len(frame) < 10 or frame[3:6] != VP8_START:
        raise ValueError("a VP8 key frame without its start code")
    width = int.from_bytes(frame[6:8], "little") & 0x3FFF
    height = int.from_bytes(frame[8:10], "little") & 0x3FFF
    return Frame(frame, key=True, look=_look(width, height))


def vp9(payloads: Sequence[bytes]) -> Frame:
    """Return the frame in `payloads`; the frames of spatial layers become one superframe.

    Raises:
        ValueError: they are no whole frame.
    """
    layers: list[list[bytes]] = []
    ended = True
    for payload in payloads:
        begins, ends, data = _vp9_payload(payload)
        if begins != ended:
            raise ValueError("a VP9 layer that begins in its middle, or does not end")
        if begins:
            layers.append([])
        layers[-1].append(data)
        ended = ends
    if not layers or not ended:
        raise ValueError("a VP9 frame without its end")
    frames = [b"".join(layer) for layer in layers]
    key, look = _vp9_header(frames[0])
    data = frames[0] if len(frames) == 1 else _superframe(frames)
    return Frame(data, key=key, look=look)


def _vp9_payload(payload: bytes) -> tuple[bool, bool, bytes]:
    """Return whether the payload begins and ends a layer's frame, and its data (RFC 9628, 4.2)."""
    bits = Bits(payload[:MAX_DESCRIPTOR])
    identified, predicted, layered, flexible, begins, ends, structured, _ = (bits.take(1) for _ in range(8))
    size = 1
    if identified:
        size += 2 if bits.take(1) else 1
        bits.take(8 * (size - 1) - 1)
    if layered:
        bits.take(8 if flexible else 16)
        size += 1 if flexible else 2
    if predicted and flexible:
        more = 1
        while more:
            bits.take(7)
            more = bits.take(1)
            size += 1
    if structured:
        layers, sized, grouped = bits.take(3) + 1, bits.take(1), bits.take(1)
        bits.take(3)
        size += 1
        if sized:
            bits.take(layers * 32)
            size += layers * 4
        if grouped:
            size += 1
            for _ in range(bits.take(8)):
                bits.take(4)
                references = bits.take(2)
                bits.take(2 + references * 8)
                size += 1 + references
    return bool(begins), bool(ends), payload[size:]


def _vp9_header(frame: bytes) -> tuple[bool, Look | None]:
    """Read the beginning of an uncompressed header (6.2 of the specification)."""
    bits = Bits(frame[:20])
    if bits.take(2) != VP9_MARKER:
        raise ValueError("not a VP9 frame")
    profile = bits.take(1) | bits.take(1) << 1
    if profile == 3:
        bits.take(1)
    shown_before, inter = bits.take(1), bits.take(1)
    if shown_before or inter:
        return False, None
    bits.take(2)
    if bits.take(24) != VP9_SYNC:
        raise ValueError("a VP9 key frame without its sync code")
    if profile >= 2:
        bits.take(1)
    if bits.take(3) != SRGB:
        bits.take(4 if profile & 1 else 1)
    elif profile & 1:
        bits.take(1)
    return True, _look(bits.take(16) + 1, bits.take(16) + 1)


def _superframe(frames: Sequence[bytes]) -> bytes:
    """Join frames that are shown at one time (annex B of the specification)."""
    if len(frames) > MAX_LAYERS:
        raise ValueError("too many VP9 layers")
    marker = bytes([0b11000000 | 3 << 3 | len(frames) - 1])  # sizes of four bytes
    sizes = b"".join(len(frame).to_bytes(4, "little") for frame in frames)
    return b"".join(frames) + marker + sizes + marker


def _look(width: int, height: int) -> Look:
    if not width or not height:
        raise ValueError("a picture without a size")
    return Look(width, height)
