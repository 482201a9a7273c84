"""AV1's sequence header (5.5 of the specification): what a file says of its pictures is all in there."""

from __future__ import annotations

from dataclasses import dataclass

from cyclorama.stage.recording.bits import Bits
from cyclorama.stage.recording.frames import Look

MAX_HEADER = 1024  # bytes
BY_FRAME = 2  # SELECT_SCREEN_CONTENT_TOOLS
SRGB = (1, 13, 0)  # CP_BT_709, TC_SRGB, MC_IDENTITY


@dataclass(frozen=True)
class _Level:
    index: int
    tier: int


def look_of(header: bytes, obu: bytes) -> Look:
    """Return size and av1C (AV1 Codec ISO Media File Format Binding, 2.3) of a sequence header.

    Args:
        header: the payload of its OBU.
        obu: the whole of it, sized.

    Raises:
        ValueError: it is no sequence header.
    """
    if len(header) > MAX_HEADER:
        raise ValueError("an AV1 sequence header that is too large")
    bits = Bits(header)
    profile = bits.take(3)
    bits.take(1)
    reduced = bits.take(1)
    level = _Level(bits.take(5), 0) if reduced else _operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(width_bits) + 1, bits.take(height_bits) + 1
    if not reduced and bits.take(1):
        bits.take(7)
    bits.take(3)
    if not reduced:
        _skip_tools(bits)
    bits.take(3)
    private = bytes([0x81, profile << 5 | level.index, level.tier << 7 | _colours(bits, profile), 0])
    return Look(width, height, private + obu)


def _operating_points(bits: Bits) -> _Level:
    """Read timing, decoder model and operating points; return the level of the first point."""
    delay_bits = 0
    if bits.take(1):
        bits.take(64)
        if bits.take(1):
            bits.exp_golomb()
        if bits.take(1):
            delay_bits = bits.take(5) + 1
            bits.take(42)
    delayed = bits.take(1)
    levels = []
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        index = bits.take(5)
        levels.append(_Level(index, bits.take(1) if index > 7 else 0))
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if delayed and bits.take(1):
            bits.take(4)
    return levels[0]


def _skip_tools(bits: Bits) -> None:
    bits.take(4)
    ordered = bits.take(1)
    if ordered:
        bits.take(2)
    screen_content = BY_FRAME if bits.take(1) else bits.take(1)
    if screen_content and not bits.take(1):
        bits.take(1)
    if ordered:
        bits.take(3)


def _colours(bits: Bits, profile: int) -> int:
    """Read color_config and return it as av1C has it, from high_bitdepth to chroma_sample_position."""
    deep = bits.take(1)
    twelve = bits.take(1) if profile == 2 and deep else 0
    mono = bits.take(1) if profile != 1 else 0
    described = (bits.take(8), bits.take(8), bits.take(8)) if bits.take(1) else None
    across, down, position = 1, 1, 0
    if mono:
        bits.take(1)
    elif described == SRGB:
        across = down = 0
    else:
        bits.take(1)
        if profile == 1:
            across = down = 0
        elif profile == 2:
            across = bits.take(1) if twelve else 1
            down = bits.take(1) if twelve and across else 0
        if across and down:
            position = bits.take(2)
    return deep << 6 | twelve << 5 | mono << 4 | across << 3 | down << 2 | position
