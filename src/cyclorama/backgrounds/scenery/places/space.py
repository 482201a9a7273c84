"""Deep space: stars, a little gas, planets, now and then a comet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import comet, gas, planets, sky
from ..light import colour, pick
from ..noise import Field, fbm
from ..scene import Layer, Place, flat

if TYPE_CHECKING:
    from ..scene import Scene


def thin_gas(scene: Scene) -> None:
    """Paint gas, thin enough to leave the dark."""
    gas.paint(scene, float(scene.keep("rich", lambda: scene.rng("rich").uniform(0.65, 0.95))))


def dust(scene: Scene) -> None:
    """Paint the dust of faint stars, uneven over the picture. It stands still."""
    rng = scene.rng("dust")
    faint = rng.random((scene.height, scene.width), dtype=np.float32)
    uneven = 0.5 + 0.5 * fbm(rng, scene.width, scene.height, scene.unit * 0.3, 3)
    scene.shine(flat(colour("#cfd8ff")), np.clip((faint - 0.9945) * 120, 0, 0.55) * np.clip(uneven, 0, 1))


def stars(scene: Scene) -> None:
    """Paint stars that twinkle, and a few nearer ones with a lens's spikes."""
    if "stars" in scene.dropped:
        return
    sky.stars(scene, 0.9, scene.height)
    for n, (spot, tone, top, left) in enumerate(scene.keep("bright stars", lambda: _bright(scene))):
        scene.shine(tone, spot * np.float32(0.84 + 0.16 * scene.swing(4.0, n * 0.37)), top, left)


def _bright(scene: Scene) -> list[tuple[Field, np.ndarray, int, int]]:
    rng = scene.rng("bright")
    found = []
    for _ in range(max(3, int(5 * scene.area))):
        x, y = rng.random() * scene.width, rng.random() * scene.height
        r = scene.unit * rng.uniform(0.012, 0.040)
        tone = pick(rng, ("#bcd4ff", "#ffffff", "#ffe0b8", "#a8c8ff"))
        part = scene.around(x, y, r, 1.45)
        if part is None:
            continue
        d, top, left = part
        h, w = d.shape
        dx = np.abs(np.arange(left, left + w, dtype=np.float32)[None, :] - np.float32(x)) / np.float32(r)
        dy = np.abs(np.arange(top, top + h, dtype=np.float32)[:, None] - np.float32(y)) / np.float32(r)
        thin = r / max(0.9, scene.unit / 800)
        spikes = np.exp(-dx * 4 - (dy * thin) ** 2) + np.exp(-dy * 4 - (dx * thin) ** 2)
        amount = np.exp(-d * d * 55) + 0.28 * np.exp(-d * d * 9) + 0.55 * spikes
        spot = np.asarray(np.clip(amount * np.clip(1.4 - d, 0, 1), 0, 1), np.float32)
        found.append((spot, flat(tone), top, left))
    return found


def shooting_star(scene: Scene) -> None:
    """Paint a meteor in half of the pictures."""
    if "stars" not in scene.dropped and scene.rng("meteors").random() < 0.5:
        comet.meteor(scene)


SPACE = Place(
    layers=(
        Layer("gas", thin_gas, moves=True),
        Layer("dust", dust),
        Layer("stars", stars, moves=True),
        Layer("comet", comet.paint, moves=True),
        Layer("planets", planets.paint, moves=True),
        Layer("meteor", shooting_star, moves=True),
    ),
    horizon=1.0,
    time="night",
    outdoors=False,
    soft=0.45,
    holds=frozenset({"planet", "rings", "stars", "comet"}),
    lit=False,
)
