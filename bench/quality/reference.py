"""A slow matte for recordings whose true one nobody knows: many answers of the multiclass model, averaged.

Every frame is shown to the model as a whole and in large squares, each also mirrored: that says where the
person is. Smaller squares then say where exactly the edge is. What is found is kept, frame by frame, in the
user's cache.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs
from bench.quality.models import SHARPNESS
from PIL import Image
from scipy import ndimage

from cyclorama.matting.litert import LiteRT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Pixels = NDArray[np.uint8]
    Box = tuple[int, int, int, int]

RECIPE = 1
"""Changes with what is done here, so that nothing old is taken from the cache."""
CLOSE, STEP = 352, 144
LOW, HIGH = 0.2, 0.8
"""Levels of the sigmoid that were found to suit this model."""
UNSURE = 3.0
"""Logits within which the close look counts."""


class Reference:
    """Mattes of one recording."""

    def __init__(self, recording: Path) -> None:
        digest = hashlib.sha256(recording.read_bytes()).hexdigest()[:16]
        self._folder = Path(platformdirs.user_cache_dir("cyclorama")) / "quality" / f"{digest}-{RECIPE}"
        self._runner: LiteRT | None = None

    def alpha(self, index: int, rgb: Pixels) -> Plane:
        """Return the matte, (height, width), 0 to 1, of frame `index`: from the cache or made."""
        path = self._folder / f"{index:04}.png"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._runner = self._runner or LiteRT("multiclass")
            alpha = main_part(matte(self._runner, rgb))
            unfinished = path.with_suffix(".part")
            Image.fromarray((alpha * 255 + 0.5).astype(np.uint8)).save(unfinished, "PNG")
            unfinished.replace(path)
        return np.asarray(np.asarray(Image.open(path), np.float32) / 255, np.float32)


def matte(runner: LiteRT, rgb: Pixels) -> Plane:
    """Look at a picture in many ways; return alpha."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    wide = [(left, 0, left + side, height) for left in np.linspace(0, width - side, 3).astype(int).tolist()]
    far = _mean(runner, rgb, [(0, 0, width, height), *wide], mirrored=True)
    unsure = ndimage.gaussian_filter((np.abs(far) < UNSURE).astype(np.float32), 3)
    close = _mean(runner, rgb, list(_squares(unsure > 0.05)), mirrored=False, otherwise=far)
    margin = far + np.clip(unsure * 2, 0, 1) * 0.6 * (close - far)
    return np.asarray(np.clip((1 / (1 + np.exp(-SHARPNESS * margin)) - LOW) / (HIGH - LOW), 0, 1), np.float32)


def _squares(unsure: NDArray[np.bool_]) -> Iterator[Box]:
    height, width = unsure.shape
    for top in sorted({*range(0, height - CLOSE, STEP), height - CLOSE}):
        for left in sorted({*range(0, width - CLOSE, STEP), width - CLOSE}):
            if unsure[top + 32 : top + CLOSE - 32, left + 32 : left + CLOSE - 32].any():
                yield left, top, left + CLOSE, top + CLOSE


def _mean(
    runner: LiteRT, rgb: Pixels, boxes: list[Box], *, mirrored: bool, otherwise: Plane | None = None
) -> Plane:
    """Average over boxes how much the person's logit is above the background's; a box's rim counts less."""
    total = np.zeros(rgb.shape[:2], np.float32)
    weight = np.full(rgb.shape[:2], 1e-6, np.float32)
    if otherwise is not None:
        total += 1e-6 * otherwise
    for left, top, right, bottom in boxes:
        crop = rgb[top:bottom, left:right]
        margins = [_margin(runner, crop)]
        if mirrored:
            margins.append(_margin(runner, crop[:, ::-1])[:, ::-1])
        window = np.minimum(*np.ix_(_hill(bottom - top), _hill(right - left)))
        total[top:bottom, left:right] += window * np.mean(margins, 0)
        weight[top:bottom, left:right] += window
    return np.asarray(total / weight, np.float32)


def _hill(length: int) -> Plane:
    away = np.minimum(np.arange(length), np.arange(length)[::-1]) / (length * 0.25)
    return np.clip(away, 0.02, 1).astype(np.float32)


def _margin(runner: LiteRT, crop: Pixels) -> Plane:
    model = runner.model
    small = Image.fromarray(np.ascontiguousarray(crop)).resize(
        (model.width, model.height), Image.Resampling.BICUBIC, reducing_gap=None
    )
    logits = runner.matte((np.asarray(small, np.float32) - model.mean) / model.scale)
    margin = np.ascontiguousarray(logits[..., 1:].max(-1) - logits[..., 0], np.float32)
    size = crop.shape[1], crop.shape[0]
    return np.asarray(Image.fromarray(margin).resize(size, Image.Resampling.BICUBIC))


def main_part(alpha: Plane) -> Plane:
    """Keep the largest person, with hands that seem apart, and nobody else."""
    reach = max(1, alpha.shape[1] // 80)
    labels, count = ndimage.label(ndimage.binary_dilation(alpha > 0.1, iterations=reach))
    if count < 2:
        return alpha
    sizes = ndimage.sum_labels(alpha, labels, range(1, count + 1))
    return np.where(labels == 1 + int(np.argmax(sizes)), alpha, 0).astype(np.float32)
