"""A brick wall: red, whitewashed, dark, sand or painted, in raking light."""

from __future__ import annotations

import numpy as np

from ..light import Colour, colour, mix, pick
from ..noise import sample, smoothstep, tile
from ..scene import Place, Scene
from ..shapes import blur
from ..walls.garland import GARLAND
from ..walls.pools import lights
from ..walls.wall import Wall, canvas, head, layer

# Of each kind: its bricks' colours, its mortar, how much the bricks differ, how much old paint is on it.
KINDS: dict[str, tuple[tuple[str, ...], str, float, float]] = {
    "red": (("#9a4a36", "#8a3e30", "#a85a40", "#743428", "#b06a4c"), "#b5a796", 0.16, 0.0),
    "old": (("#8a5a48", "#7a4a3c", "#9c7058", "#6a4438", "#a88468"), "#8e8478", 0.2, 0.35),
    "white": (("#e6e1d8", "#dedad2", "#ece8e0", "#d8d2c8"), "#cfc9be", 0.05, 0.0),
    "whitewash": (("#a86650", "#96543f", "#b57a60"), "#c9c2b6", 0.14, 0.85),
    "dark": (("#3a3a3e", "#313136", "#44444a", "#2b2b2f"), "#26262a", 0.14, 0.0),
    "sand": (("#c8ac84", "#bb9c74", "#d4bc98", "#a98a64"), "#d8cdb8", 0.1, 0.0),
    "grey": (("#8c8f92", "#7d8084", "#9a9da0", "#6f7276"), "#a4a5a6", 0.1, 0.0),
}
PAINTS = ("#4f6f73", "#3f5570", "#6a7358", "#7c5a62", "#39605a", "#a27a4c")
BY_PALETTE = {
    "dark": "dark",
    "bright": "white",
    "mono": "grey",
    "red": "red",
    "warm": "red",
    "autumn": "red",
    "brown": "old",
    "gold": "sand",
    "sepia": "old",
}


def _kind(scene: Scene) -> tuple[list[Colour], Colour, float, float]:
    rng = scene.rng("kind")
    if scene.colours:
        return _painted(scene.colours[0])
    drawn = str(rng.choice(["red", "old", "white", "whitewash", "dark", "sand", "grey", "painted"]))
    name = BY_PALETTE.get(scene.palette, drawn)
    if name == "painted":
        return _painted(pick(rng, PAINTS))
    bricks, mortar, differ, worn = KINDS[name]
    return [colour(c) for c in bricks], colour(mortar), differ, worn


def _painted(paint: Colour) -> tuple[list[Colour], Colour, float, float]:
    dark, light = np.zeros(3, np.float32), np.ones(3, np.float32)
    return [paint, mix(paint, dark, 0.08), mix(paint, light, 0.06)], mix(paint, dark, 0.14), 0.05, 0.0


def _build(scene: Scene) -> Wall:
    rng = scene.rng("bricks")
    at = canvas(scene)
    bricks, mortar, differ, worn = _kind(scene)
    unit = at.height / float(at.y[-1, 0] * 2)
    high = float(rng.uniform(0.066, 0.086))
    long, joint = high * float(rng.uniform(2.7, 3.3)), float(rng.uniform(0.0075, 0.0115))
    rough, fine = tile(rng, 2.2, 3, 90), tile(rng, 1.0, 12, 250)
    coarse = sample(rough, at.x * np.float32(0.55), at.y * np.float32(0.55))
    speck = sample(fine, at.x * np.float32(1.1), at.y * np.float32(1.1))
    bond = int(rng.integers(3))  # running, in thirds, English
    y = at.y / np.float32(high) + np.float32(40.0 + rng.random())
    row = np.floor(y).astype(np.intp)
    shift = np.array([(0.0, 0.5), (0.0, 1 / 3), (0.0, 0.25)][bond], np.float32)[row % 2]
    stretch = np.where((row % 2 == 1) & (bond == 2), np.float32(0.5), np.float32(1.0)).astype(np.float32)
    wobble = np.asarray(rng.normal(0, 0.02, 4096), np.float32)
    x = at.x / (np.float32(long) * stretch) + shift + np.float32(40.0) + wobble[row % 4096]
    column = np.floor(x).astype(np.intp)
    number = (column * 7919 + row * 104729) & 4095
    # how far inside its brick a point lies, in units
    inner = np.minimum(
        (np.float32(0.5) - np.abs(x - column - np.float32(0.5))) * (np.float32(long) * stretch),
        (np.float32(0.5) - np.abs(y - row - np.float32(0.5))) * np.float32(high),
    )
    inner += coarse * np.float32(0.0011) + speck * np.float32(0.0006) - np.float32(joint * 0.5)
    face = smoothstep(0.0, 0.0065, inner)
    body = smoothstep(-0.001, 0.0022, inner)
    proud = np.asarray(rng.normal(0, 0.5, 4096), np.float32).take(number)
    grit = speck * np.float32(0.28) + coarse * np.float32(0.4)
    relief = face * (np.float32(3.6) + proud) + grit * (np.float32(0.45) + 0.55 * body)
    relief *= np.float32(unit / 720)
    drawn = np.stack(bricks)[rng.integers(len(bricks), size=4096)]
    palette = drawn * (1 + rng.normal(0, differ, (4096, 1))) + rng.normal(0, differ * 0.04, (4096, 3))
    albedo = np.empty((3, at.height, at.width), np.float32)
    paint = None
    if worn:
        kept = np.asarray(rng.normal(0, 0.55, 4096), np.float32).take(number)
        washed = coarse * np.float32(0.55) + speck * np.float32(0.22) + kept * np.float32(0.5)
        paint = smoothstep(-1.0, 1.0, washed + np.float32(2.2 * worn - 1.2))
    calm = head(at) * np.float32(0.4)
    texture = 1 + (coarse * np.float32(0.055) + speck * np.float32(0.05))
    for i in range(3):
        plane = albedo[i]
        own = palette[:, i].astype(np.float32).clip(0.02, 0.95).take(number)
        plane[:] = mortar[i] + (own - mortar[i]) * body
        if paint is not None:
            plane += (np.float32((0.90, 0.885, 0.85)[i]) - plane) * paint * np.float32(0.8)
        plane *= texture
        plane += (blur(plane, unit * 0.03) - plane) * calm
        np.clip(plane, 0.01, 0.97, out=plane)
    ambient, beams = lights(scene, 0.62)
    return Wall(albedo, relief, ambient, beams=beams).finish(3.0 * unit / 720)


BRICK = Place(
    layers=(layer("bricks", _build), *GARLAND),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=0.9,
    holds=frozenset({"fairy_lights"}),
)
