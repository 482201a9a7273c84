"""A wooden wall: oak, walnut, pine, weathered or charred boards, or slats with shadows between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..light import colour, mix
from ..noise import Field, sample, smoothstep, tile
from ..scene import Place, Scene
from ..shapes import blur
from ..walls.garland import GARLAND
from ..walls.pools import lights
from ..walls.wall import Wall, canvas, head, layer


@dataclass(frozen=True)
class Timber:
    """Wood: its colours between and in the rings, how much boards differ, how strong the rings are."""

    pale: str
    deep: str
    differ: float = 0.08
    rings: float = 0.8


TIMBERS = {
    "oak": Timber("#c79a63", "#946234", 0.08, 0.75),
    "walnut": Timber("#85583a", "#452a1b", 0.12, 0.9),
    "pine": Timber("#dcb883", "#b98950", 0.06, 0.7),
    "weathered": Timber("#a39c92", "#6d665e", 0.16, 0.8),
    "charred": Timber("#3d3a38", "#232120", 0.16, 0.8),
    "white": Timber("#e4dfd6", "#cfc8bc", 0.03, 0.5),
    "cherry": Timber("#a05f3c", "#6a3420", 0.1, 0.7),
    "reclaimed": Timber("#a67c52", "#5d4029", 0.34, 0.9),
    "ash": Timber("#cdb99a", "#a58c68", 0.07, 0.9),
}
BY_PALETTE = {
    "dark": "charred",
    "bright": "white",
    "mono": "weathered",
    "brown": "walnut",
    "red": "cherry",
    "warm": "oak",
    "gold": "pine",
    "sepia": "reclaimed",
    "autumn": "cherry",
    "cool": "weathered",
}
MANY = 1024


def _build(scene: Scene) -> Wall:
    rng = scene.rng("timber")
    at = canvas(scene)
    unit = at.height / float(at.y[-1, 0] * 2)
    drawn = str(
        rng.choice(["oak", "walnut", "pine", "weathered", "charred", "cherry", "reclaimed", "ash", "white"])
    )
    timber = TIMBERS[BY_PALETTE.get(scene.palette, drawn)]
    slats = bool(rng.random() < 0.34)
    upright = slats or bool(rng.random() < 0.35)
    along, across = (at.y, at.x) if upright else (at.x, at.y)
    size = float(rng.uniform(0.050, 0.062)) if slats else float(rng.uniform(0.12, 0.19))
    gap = size * 0.36 if slats else float(rng.uniform(0.003, 0.0055))
    v = across / np.float32(size) + np.float32(60.5)
    board = np.floor(v).astype(np.intp)
    # boards are as long as they are, and end where they end
    length = 90.0 if slats else float(rng.uniform(1.3, 2.2))
    starts = np.asarray(rng.random(MANY), np.float32)
    u = (
        along / np.float32(length)
        + starts.take(board % MANY) * np.float32(0 if slats else 1)
        + np.float32(60.5)
    )
    piece = np.floor(u).astype(np.intp)
    number = (board * 131 + piece * 977) % MANY
    inner = np.minimum(
        (np.float32(0.5) - np.abs(v - board - np.float32(0.5))) * np.float32(size) - np.float32(gap / 2),
        (np.float32(0.5) - np.abs(u - piece - np.float32(0.5))) * np.float32(length) - np.float32(0.0015),
    )
    body = smoothstep(-0.0008, 0.0014, inner)
    face = smoothstep(0.0, 0.010 if slats else 0.005, inner)
    grain, fibre = _grain(rng, along, across, number, timber.rings)

    pale, deep = colour(timber.pale), colour(timber.deep)
    if scene.colours:
        pale = mix(scene.colours[0], pale, 0.06)
        deep = mix(pale, np.zeros(3, np.float32), 0.16)
    light = np.asarray(rng.normal(1, timber.differ, MANY), np.float32).clip(0.55, 1.4).take(number)
    hue = np.asarray(rng.normal(0, timber.differ * 0.05, (3, MANY)), np.float32)
    gloom = mix(deep, np.zeros(3, np.float32), 0.72)
    calm = head(at) * np.float32(0.45)
    albedo = np.empty((3, at.height, at.width), np.float32)
    for i in range(3):
        plane = albedo[i]
        plane[:] = pale[i] + (deep[i] - pale[i]) * grain
        plane *= light + hue[i].take(number)
        plane *= 1 + fibre * np.float32(0.07)
        plane += (blur(plane, unit * 0.025) - plane) * calm
        plane += (gloom[i] - plane) * (1 - body) * (1 - calm * np.float32(0.5))
        np.clip(plane, 0.008, 0.97, out=plane)
    proud = np.asarray(rng.normal(0, 0.5, MANY), np.float32).take(number)
    high = np.float32(9.0 if slats else 3.0)
    relief = face * (high + proud) + (fibre * np.float32(0.22) - grain * np.float32(0.5)) * body
    relief *= np.float32(unit / 720)
    ambient, beams = lights(scene, 0.5)
    return Wall(albedo, np.asarray(relief, np.float32), ambient, beams=beams).finish(4.0 * unit / 720)


def _grain(
    rng: np.random.Generator, along: Field, across: Field, number: np.ndarray, strength: float
) -> tuple[Field, Field]:
    """Return the rings, 0 to 1, and the fibres, about -1 to 1, of boards that are cut from a trunk."""
    slow, fine = tile(rng, 3.0, 1, 40), tile(rng, 0.9, 6, 250)
    where = np.asarray(rng.random((3, MANY)), np.float32)
    a, b = where[0].take(number), where[1].take(number)
    # a board cut beside the middle of the trunk shows arches, for its rings wander along it
    wander = sample(slow, along * np.float32(0.16) + a, across * np.float32(0.55) + b)
    tight = 0.7 + 0.9 * where[2].take(number)
    rings = (across * np.float32(14) + wander * np.float32(1.15)) * tight + a * 7
    saw = rings - np.floor(rings)
    # early wood darkens slowly towards late wood, and begins anew at once
    ring = smoothstep(0.05, 0.85, saw) * (1 - smoothstep(0.88, 1.0, saw))
    streaks = sample(fine, along * np.float32(0.09) + b, across * np.float32(3.1) + a)
    pores = sample(fine, along * np.float32(0.35) + a, across * np.float32(6.3) + b)
    broad = sample(slow, along * np.float32(0.10) + b, across * np.float32(0.8) + a)
    grain = ring * np.float32(0.42 * strength) + broad * np.float32(0.16) + streaks * np.float32(0.09)
    return np.clip(grain + np.float32(0.3), 0, 1), streaks * np.float32(0.6) + pores * np.float32(0.5)


WOOD = Place(
    layers=(layer("wood", _build), *GARLAND),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=0.9,
    holds=frozenset({"fairy_lights"}),
)
