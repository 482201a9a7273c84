"""A picture by hand on paper: watercolour, and ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import colour
from .noise import Field, fbm, resize, smoothstep
from .planes import enlarge, luma, reduced, vivid
from .scene import flat
from .shapes import blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .scene import Planes, Scene, Tick

WATERCOLOUR_ROWS = 432
WASHES = 7
INK_ROWS = 480
INK_GAP = np.float32(0.0115)  # between strokes, in units
# Of each layer of strokes: its direction in radians, and which share of the picture, the darkest, has it.
HATCHING = ((0.8, 0.46), (-0.8, 0.25), (0.0, 0.12))


def watercolour(scene: Scene, tick: Tick) -> None:
    """Paint in washes whose borders wander and dry darker, as pigment on the white of rough paper."""
    px, unit = reduced(scene, WATERCOLOUR_ROWS)
    _, h, w = px.shape
    px = _kuwahara(px, round(unit * 0.008))
    tick()
    px = np.stack([blur(plane, unit * 0.0022) for plane in px])
    tick()
    bright = luma(px)
    wet = scene.keep("wet", lambda: fbm(scene.rng("wet"), w, h, unit * 0.35, 4))
    tone = np.clip(bright + wet * 0.05, 0, 1) * WASHES
    wash = np.floor(tone)
    stepped = (wash + smoothstep(0.35, 0.65, tone - wash)) / WASHES
    px = px * (0.25 * bright + 0.75 * stepped) / np.maximum(bright, 0.02)
    px = vivid(px.clip(0, 1), 1.2, 0)
    tick()
    bright = luma(px)
    dried = np.clip((blur(bright, unit * 0.006) - bright) * 1.8, 0, 0.2)
    flow = scene.keep("pigment", lambda: fbm(scene.rng("pigment"), w, h, unit * 0.18, 5))
    # how much pigment lies there (Beer-Lambert), so that more of it darkens as glaze does
    density = -np.log(np.clip(px * 0.93 + 0.07, 0.05, 1)) * 0.8
    px = np.exp(-density * (1 + 0.22 * flow + 2.6 * dried))
    tick()
    enlarge(px, scene)
    tick()
    _wander(scene)
    tick()
    tooth = 0.02 + 0.07 * (1 - luma(scene.px))
    scene.px *= flat(colour("#fbf8f0")) * (1 + _paper(scene) * tooth)


def ink(scene: Scene, tick: Tick) -> None:
    """Draw lines where things begin, and hatch what is dark, on paper."""
    px, unit = reduced(scene, INK_ROWS)
    bright = luma(px)
    calm = luma(_kuwahara(px, round(unit * 0.006)))
    tick()
    # a line is where a point is darker than what lies around it (difference of Gaussians)
    both = (bright + calm) * np.float32(0.5)
    near, far = blur(both, unit * 0.0021), blur(both, unit * 0.0063)
    size = (scene.width, scene.height)
    dark = smoothstep(0.03, 0.1, resize((far - near) / (0.25 + far), *size))
    tick()
    # by rank, so that a night is drawn with as much bare paper as a day
    tone = blur(calm, unit * 0.004)
    shares = np.linspace(0, 1, 33)
    # ... and by the ranks that the loop begins with, lest all strokes breathe with what moves
    steps = scene.keep("ranks", lambda: np.quantile(tone[::4, ::4], shares) + np.arange(33) * 1e-6)
    rank = 0.65 * np.interp(tone, steps, shares) + 0.35 * tone
    rank = resize(rank.astype(np.float32), *size)
    tick()
    pixel = np.float32(2 / (INK_GAP * scene.unit))
    for number, (_, share) in enumerate(HATCHING):
        here = np.clip(share - rank, 0, 1)
        width = np.minimum(here * np.float32(2.4), 0.3) + np.float32(0.12) * smoothstep(0, 0.03, here)
        stroke = (width - scene.keep("strokes", lambda: _strokes(scene))[number]) / pixel + np.float32(0.5)
        stroke = np.clip(stroke, 0, 1) * smoothstep(0, 0.02, here)
        dark = np.maximum(dark, stroke)
        tick()
    paper = _paper(scene)
    dark *= np.float32(0.92) + np.float32(0.12) * paper
    scene.px[:] = flat(colour("#f4ecdb")) * (1 + np.float32(0.02) * paper)
    scene.paint(flat(colour("#1f2433")), dark.clip(0, 1))


def _strokes(scene: Scene) -> list[Field]:
    """Return how far each point is from the middle of a stroke, 0 to 1, for every direction of hatching."""
    u, v = scene.columns / np.float32(scene.unit), scene.rows / np.float32(scene.unit)
    hand = fbm(scene.rng("hand"), scene.width, scene.height, scene.unit * 0.3, 2) * np.float32(0.004)
    away = []
    for angle, _ in HATCHING:
        across = (u * np.float32(np.sin(angle)) + v * np.float32(np.cos(angle)) + hand) / INK_GAP
        away.append(np.abs(across - np.floor(across) - np.float32(0.5)) * 2)
    return away


def _wander(scene: Scene) -> None:
    """Let outlines wander as those of a brush."""
    there = scene.keep("wander", lambda: _wandered(scene))
    for plane in scene.px:
        plane[:] = plane.take(there)


def _wandered(scene: Scene) -> NDArray[np.intp]:
    """Return from where each point of a plane is taken (h, w)."""
    size, cell, reach = (scene.width, scene.height), scene.unit * 0.05, np.float32(scene.unit * 0.006)
    across = scene.columns + fbm(scene.rng("hand", "across"), *size, cell, 3) * reach
    down = scene.rows + fbm(scene.rng("hand", "down"), *size, cell, 3) * reach
    columns = across.clip(0, scene.width - 1).astype(np.intp)
    rows: NDArray[np.intp] = down.clip(0, scene.height - 1).astype(np.intp)
    return rows * scene.width + columns


def _paper(scene: Scene) -> Field:
    """Return the tooth of rough paper, about -1 to 1."""
    size, cell = (scene.width, scene.height), scene.unit * 0.012
    return scene.keep("paper of the style", lambda: fbm(scene.rng("paper"), *size, cell, 3, 0.8))


def _kuwahara(px: Planes, radius: int) -> Planes:
    """Return every point as the mean of the least varied of the four squares of which it is a corner.

    This is Kuwahara's filter (1976): areas become even, and edges stay.
    """
    _, h, w = px.shape
    radius = max(1, radius)
    n = radius + 1
    bright = luma(px)
    stack = np.concatenate([px, bright[None], (bright * bright)[None]])
    stack = np.pad(stack, ((0, 0), (n, radius), (n, radius)), mode="edge")
    total = np.cumsum(np.cumsum(stack, 1, dtype=np.float64), 2)
    means = total[:, n:, n:] - total[:, :-n, n:] - total[:, n:, :-n] + total[:, :-n, :-n]
    means = (means / (n * n)).astype(np.float32)
    varied = means[4] - means[3] ** 2
    least, out = np.full((h, w), np.inf, np.float32), np.empty_like(px)
    for down in (0, radius):
        for across in (0, radius):
            square = np.s_[down : down + h, across : across + w]
            better = varied[square] < least
            np.copyto(least, varied[square], where=better)
            np.copyto(out, means[:3, *square], where=better)
    return out
