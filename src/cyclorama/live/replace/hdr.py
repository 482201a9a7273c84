"""From the light of HDR screens (PQ, HLG) to that of usual ones.

Rec. ITU-R BT.2100 says what codes mean, BT.2408 that white paper is at 203 cd/m², BT.2087 how one set of
primaries becomes another. Above six tenths of white, light is squeezed: 1000 cd/m² still differ from 500.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.picture import Format, Frame, Matrix

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    Light = NDArray[np.float32]

HDR = {16: "PQ", 18: "HLG"}
"""Transfer characteristics as Rec. ITU-T H.273 numbers them."""
BT2020 = 9
WHITE = 203.0
HLG_PEAK = 1000.0
KNEE = 0.6
STEPS = 4095
TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
LUMA = np.array([0.2627, 0.6780, 0.0593], np.float32)


def to_sdr(frame: av.VideoFrame, hdr: str) -> Frame:
    """Return the picture as RGBA that a usual screen shows, to be coded as BT.709."""
    codes = frame.reformat(format="rgb48le", src_colorspace=BT2020).to_ndarray()
    light = _light(hdr)[codes]
    if hdr == "HLG":
        light *= np.maximum(light @ LUMA, 1e-6)[..., None] ** np.float32(0.2)
        light *= np.float32(HLG_PEAK / WHITE)
    light = np.maximum(light @ TO_BT709.T, 0)
    most = light.max(-1, keepdims=True)
    light *= squeezed(most) / np.maximum(most, np.float32(1e-6))
    rgba = np.full((*light.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = _codes()[(np.sqrt(np.minimum(light, 1)) * STEPS + 0.5).astype(np.uint16)]
    return Frame((rgba,), Format.RGBA, Matrix.BT709, False, frame.pts, frame.time_base)


def squeezed(light: Light) -> Light:
    """Return what light becomes, 1 being white: the same below the knee, less than 1 everywhere."""
    over = np.maximum(light - KNEE, 0)
    return np.asarray(np.minimum(light, KNEE) + (1 - KNEE) * over / (over + 1 - KNEE), np.float32)


@cache
def _light(hdr: str) -> Light:
    """Of each 16-bit code: PQ: light, 1 being white; HLG: the scene's, 0 to 1."""
    code = np.arange(65536) / 65535
    if hdr == "PQ":
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        power = code ** (1 / m2)
        light = 10_000 / WHITE * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    return light.astype(np.float32)


@cache
def _codes() -> NDArray[np.uint8]:
    """8-bit codes of the roots of light; BT.1886: a screen's light is the power 2.4 of the code."""
    light = (np.arange(STEPS + 1) / STEPS) ** 2
    return np.asarray(255 * light ** (1 / 2.4) + 0.5, np.uint8)
