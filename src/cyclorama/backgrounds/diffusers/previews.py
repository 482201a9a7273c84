"""A small picture of how it looks by now, straight from the latents: a matrix instead of a network."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SIDE = 320

# Least-squares fits of decoded pictures on latents, one row a channel, to RGB from -1 to 1, as published in
# InvokeAI (invokeai/app/util/step_callback.py); those of SD 1 and 2 go back to
# https://discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204
SD = (
    (0.3444, 0.1385, 0.0670),
    (0.1247, 0.4027, 0.1494),
    (-0.3192, 0.2513, 0.2103),
    (-0.1307, -0.1874, -0.7445),
)
SDXL = (
    (0.3816, 0.4930, 0.5320),
    (-0.3753, 0.1631, 0.1739),
    (0.1770, 0.3588, -0.2048),
    (-0.4350, -0.2644, -0.4289),
)
SD3 = (
    (-0.0524, 0.0325, 0.0749),
    (-0.0581, 0.0076, 0.0573),
    (0.1614, 0.0127, -0.0377),
    (0.1442, 0.0846, 0.1594),
    (0.0489, 0.0056, -0.0669),
    (0.0519, 0.1922, 0.0626),
    (0.1539, 0.0482, 0.0710),
    (-0.0860, 0.0901, 0.1089),
    (-0.1240, -0.0677, 0.0034),
    (-0.0440, 0.0783, 0.0226),
    (0.0310, 0.0638, 0.0775),
    (-0.0132, 0.0855, -0.0877),
    (0.0646, 0.0591, 0.1326),
    (-0.0786, -0.0226, -0.1276),
    (-0.0992, -0.0801, -0.0626),
    (-0.0339, -0.0804, -0.0608),
)
FLUX = (
    (-0.0412, 0.0149, 0.0521),
    (0.0056, 0.0291, 0.0768),
    (0.0342, -0.0681, -0.0427),
    (-0.0258, 0.0092, 0.0463),
    (0.0863, 0.0784, 0.0547),
    (-0.0017, 0.0402, 0.0158),
    (0.0501, 0.1058, 0.1152),
    (-0.0209, -0.0218, -0.0329),
    (-0.0314, 0.0083, 0.0896),
    (0.0851, 0.0665, -0.0472),
    (-0.0534, 0.0238, -0.0024),
    (0.0452, -0.0026, 0.0048),
    (0.0892, 0.0831, 0.0881),
    (-0.1117, -0.0304, -0.0789),
    (0.0027, -0.0479, -0.0043),
    (-0.1146, -0.0827, -0.0598),
)

# By the pipeline's class; the first beginning that fits.
FACTORS = {
    "StableDiffusionXL": SDXL,
    "StableDiffusion3": SD3,
    "StableDiffusionPipeline": SD,
    "LatentConsistencyModel": SD,
    "FluxPipeline": FLUX,
    "ZImage": FLUX,
}


def preview(pipeline: str, latents: NDArray[np.float32], ratio: float) -> Image.Image | None:
    """Return how `latents` look, at most 320 px a side, or None where nobody knows how to tell.

    Args:
        pipeline: the name of the pipeline's class.
        latents: (channels, height, width); or (patches, 4 x channels), as FLUX packs squares of 2x2.
        ratio: of the picture's width to its height, which packed latents do not tell.
    """
    factors = next((table for name, table in FACTORS.items() if pipeline.startswith(name)), None)
    if factors is None:
        return None
    if latents.ndim == 2:
        latents = _unpacked(latents, ratio)
    if latents.ndim != 3 or latents.shape[0] != len(factors):
        return None
    # Schedulers that count noise by its variance hand out latents many times as strong as a picture's.
    strength = max(1.0, float(latents.std()))
    rgb = np.tensordot(latents / strength, np.asarray(factors, np.float32), axes=(0, 0))
    image = Image.fromarray((np.nan_to_num(rgb * 0.5 + 0.5).clip(0, 1) * 255).astype(np.uint8))
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    return image


def _unpacked(patches: NDArray[np.float32], ratio: float) -> NDArray[np.float32]:
    rows = max(1, round(sqrt(len(patches) / ratio)))
    columns, channels = len(patches) // rows, patches.shape[1] // 4
    squares = patches[: rows * columns].reshape(rows, columns, channels, 2, 2)
    return squares.transpose(2, 0, 3, 1, 4).reshape(channels, rows * 2, columns * 2)
