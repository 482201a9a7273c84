"""How far an alpha is from the true one: the field's measures, with their sources.

Alphas are float (height, width), 0 to 1; pictures float (height, width, 3) RGB, 0 to 1. Factors follow the
evaluation of Robust Video Matting (Lin et al., Robust High-Resolution Video Matting with Temporal Guidance,
WACV 2022), so that figures can be held beside its tables: MAD and MSE x 1000, gradient and connectivity as
sums / 1000, dtSSD x 100. Lower is better everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Plane = NDArray[np.floating]
    Mask = NDArray[np.bool_]

GRADIENT_SIGMA = 1.4
CONNECTIVITY_STEP = 0.1
CONNECTIVITY_THETA = 0.15
LAGS = range(-3, 4)


def mad(alpha: Plane, true: Plane) -> float:
    """Mean absolute difference x 1000."""
    return float(np.abs(alpha - true).mean()) * 1e3


def mse(alpha: Plane, true: Plane) -> float:
    """Mean squared error x 1000."""
    return float(np.square(alpha - true).mean()) * 1e3


def gradient_error(alpha: Plane, true: Plane) -> float:
    """Sum of squared differences of the gradients' magnitudes, / 1000.

    Gradients are by derivatives of a Gaussian (sigma 1.4), each kernel of norm 1 (Rhemann et al., A
    perceptually motivated online benchmark for image matting, CVPR 2009).
    """
    rows, columns = _where(np.maximum(_uneven(alpha), _uneven(true)), 8)
    difference = _gradient(alpha[rows, columns]) - _gradient(true[rows, columns])
    return float(np.square(difference).sum()) / 1e3


def _uneven(alpha: Plane) -> NDArray[np.bool_]:
    """Where alpha is not what it is one pixel up and left: nothing else has a gradient."""
    uneven = np.zeros(alpha.shape, np.bool_)
    uneven[1:] |= alpha[1:] != alpha[:-1]
    uneven[:, 1:] |= alpha[:, 1:] != alpha[:, :-1]
    return uneven


def _where(mask: Mask, margin: int) -> tuple[slice, slice]:
    """Return the rectangle that holds all of a mask, and a margin."""
    spans = []
    for axis in (1, 0):
        found = np.flatnonzero(mask.any(axis))
        first, last = (int(found[0]), int(found[-1])) if found.size else (0, 0)
        spans.append(slice(max(0, first - margin), last + margin + 1))
    return spans[0], spans[1]


def _gradient(alpha: Plane) -> Plane:
    reach = 4  # beyond it the Gaussian is under 2 % of its top
    away = np.arange(-reach, reach + 1)
    bell = np.exp(-(away**2) / (2 * GRADIENT_SIGMA**2))
    slope = away * bell
    norm = np.sqrt(np.square(np.outer(bell, slope)).sum())
    across = _filtered(_filtered(alpha, slope, 1), bell, 0) / norm
    down = _filtered(_filtered(alpha, bell, 1), slope, 0) / norm
    return np.asarray(np.hypot(across, down))


def _filtered(plane: Plane, taps: NDArray[Any], axis: int) -> Plane:
    reach = len(taps) // 2
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach, reach)
    padded = np.pad(plane, pad, mode="edge")
    length = plane.shape[axis]
    out = np.zeros_like(plane, np.float64)
    for index, tap in enumerate(taps):
        part = padded[index : index + length] if axis == 0 else padded[:, index : index + length]
        out += tap * part
    return out


def connectivity_error(alpha: Plane, true: Plane) -> float:
    """Sum of differences in how connected pixels are to what both agree is the person, / 1000.

    A pixel's connection ends at the highest of the levels .1, .2, ... to which it belongs to the largest
    region where both alphas are at least that; what its alpha is above that counts from .15 on (Rhemann et
    al. 2009). Wants SciPy.
    """
    from scipy import ndimage

    rows, columns = _where((alpha > 0) | (true > 0), 1)
    alpha, true = alpha[rows, columns], true[rows, columns]
    both = np.minimum(alpha, true)
    steps = np.arange(CONNECTIVITY_STEP, 1 + CONNECTIVITY_STEP / 2, CONNECTIVITY_STEP)
    connected = np.full(alpha.shape, -1.0)
    for step in steps:
        labels, count = ndimage.label(both >= step)
        sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
        largest = labels == 1 + int(np.argmax(sizes)) if count else np.zeros(labels.shape, np.bool_)
        connected[(connected == -1) & ~largest] = step - CONNECTIVITY_STEP
    connected[connected == -1] = 1
    gaps = [side - connected for side in (alpha, true)]
    phi = [1 - np.where(gap >= CONNECTIVITY_THETA, gap, 0) for gap in gaps]
    return float(np.abs(phi[0] - phi[1]).sum()) / 1e3


def dtssd(alpha: Plane, before: Plane, true: Plane, true_before: Plane) -> float:
    """Root of the mean squared difference of the two changes, x 100.

    Erofeev et al., Perceptually motivated benchmark for video matting, BMVC 2015; as in Robust Video Matting
    it is taken over all pixels.
    """
    return float(np.sqrt(np.square((alpha - before) - (true - true_before)).mean())) * 1e2


def flicker(alpha: Plane, before: Plane, still: Mask) -> float:
    """Mean change of alpha x 1000 where neither picture nor true alpha moves; 0 if all of it moves."""
    return float(np.abs(alpha - before)[still].mean()) * 1e3 if still.any() else 0.0


def lag(alphas: Sequence[Plane], trues: Sequence[Plane]) -> float:
    """Return how many frames alpha is late: the shift of the true sequence that fits best, by a parabola.

    The squared error for each whole shift of up to 3 frames is taken over the frames that all of them have;
    the lowest point of the parabola through the least and its neighbours is the lag. NaN where it has none.
    """
    reach = LAGS[-1]
    if len(alphas) < 3 * reach:
        return float("nan")
    inner = range(reach, len(alphas) - reach)
    errors = [
        float(np.mean([np.square(alphas[index] - trues[index - late]).mean() for index in inner]))
        for late in LAGS
    ]
    least = int(np.clip(np.argmin(errors), 1, len(errors) - 2))
    left, middle, right = errors[least - 1 : least + 2]
    bend = left - 2 * middle + right
    if bend <= 1e-12:
        return float("nan")
    return LAGS[least] + 0.5 * (left - right) / bend


def near_edge(true: Plane, reach: int = 3) -> Mask:
    """Where the true alpha is neither 0 nor 1, and `reach` pixels around: there a room can shine through."""
    band = (true > 0.01) & (true < 0.99)
    for axis in (0, 1):
        grown = band.copy()
        for step in range(1, reach + 1):
            there, here = [slice(None)] * 2, [slice(None)] * 2
            there[axis], here[axis] = slice(step, None), slice(None, -step)
            grown[tuple(there)] |= band[tuple(here)]
            grown[tuple(here)] |= band[tuple(there)]
        band = grown
    return band


def spill(composite: Plane, exact: Plane, room: Plane, background: Plane, band: Mask) -> float:
    """Return how much of the room is left in a composite's edge, in percent.

    Where a share s of the room stands in place of the background, the composite is off the exact one by
    s (room - background). So the difference is laid along that direction, pixel by pixel; what points away
    from the room counts as none. Pixels count by how far room and background are from each other, squared.
    """
    off, way = (composite - exact)[band], (room - background)[band]
    toward = np.maximum(0, (off * way).sum(-1))
    return float(toward.sum() / max(1e-9, np.square(way).sum())) * 100


def colour_error(composite: Plane, exact: Plane, band: Mask) -> float:
    """Mean distance in CIELAB of a composite's edge to the exact one's: CIE 1976; 2.3 is just to be seen."""
    if not band.any():
        return 0.0
    return float(np.sqrt(np.square(_lab(composite[band]) - _lab(exact[band])).sum(-1)).mean())


def _lab(rgb: Plane) -> Plane:
    """Convert sRGB (..., 3), 0 to 1, to CIELAB, white D65 (IEC 61966-2-1, CIE 15)."""
    rgb = np.clip(rgb, 0, 1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ to_xyz.T / to_xyz.sum(1)
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def shown(alpha: Plane, stranger: Plane) -> float:
    """Return how much of somebody who does not count is shown, in percent of what the camera sees of them."""
    return float((alpha * stranger).sum() / max(1e-9, stranger.sum())) * 100
