"""Slabs of polished marble: white, black, green, brown or blue, some of them matched like an open book."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..light import colour, mix
from ..noise import Field, sample, smoothstep, tile
from ..scene import Place, Scene
from ..shapes import blur
from ..walls.pools import lights
from ..walls.wall import Wall, canvas, head, layer


@dataclass(frozen=True)
class Stone:
    """Marble: its ground, the clouds in it, its veins and its fine veins; how strong the veins are."""

    ground: str
    cloud: str
    vein: str
    fine: str
    strength: float = 0.8


STONES = {
    "carrara": Stone("#eeedeb", "#b9bcc0", "#8f949b", "#aeb2b8", 0.75),
    "calacatta": Stone("#f3efe8", "#d2c9ba", "#a98d5f", "#9c9890", 0.85),
    "marquina": Stone("#18181b", "#35353b", "#c9c6c0", "#9a9894", 0.9),
    "verde": Stone("#123329", "#2a5f4c", "#9cc4a8", "#5f8f79", 0.75),
    "emperador": Stone("#412b20", "#6e4f3b", "#d2b791", "#96724f", 0.8),
    "azul": Stone("#233a4e", "#4a6c86", "#c9d6dc", "#86a0b0", 0.75),
    "portoro": Stone("#151418", "#302c34", "#a98442", "#8a7350", 0.95),
    "rose": Stone("#dbbfb6", "#cda79d", "#8d5c57", "#b88a82", 0.6),
    "grey": Stone("#7f858c", "#5f656c", "#dfe1e2", "#b2b6ba", 0.8),
}
BY_PALETTE = {
    "dark": "marquina",
    "bright": "carrara",
    "mono": "grey",
    "green": "verde",
    "gold": "portoro",
    "brown": "emperador",
    "blue": "azul",
    "cool": "azul",
    "pink": "rose",
    "pastel": "rose",
    "warm": "calacatta",
}


def _build(scene: Scene) -> Wall:
    rng = scene.rng("stone")
    at = canvas(scene)
    unit = at.height / float(at.y[-1, 0] * 2)
    drawn = str(
        rng.choice(["carrara", "calacatta", "marquina", "verde", "emperador", "azul", "portoro", "grey"])
    )
    stone = STONES[BY_PALETTE.get(scene.palette, drawn)]
    wide, high = float(rng.uniform(0.95, 1.4)), float(rng.choice([0.75, 1.1, 2.4]))
    # the middle of a slab, or of a pair of them, is behind the person: no joint runs into the head
    matched = bool(rng.random() < 0.55)
    x = at.x / np.float32(wide) + np.float32(0.5 + 20)
    y = at.y / np.float32(high) + np.float32(0.5 + 20 + rng.uniform(-0.15, 0.15))
    column, row = np.floor(x), np.floor(y)
    slab = (column.astype(np.intp) * 37 + row.astype(np.intp) * 101) % 256
    across, down = at.x + at.y * 0, at.y + at.x * 0
    if matched:
        flip = np.where(column.astype(np.intp) % 2 == 0, 1, -1).astype(np.float32)
        across = (x - column - np.float32(0.5)) * np.float32(wide) * flip
    else:
        across = across + np.asarray(rng.random(256), np.float32).take(slab) * 3
        down = down + np.asarray(rng.random(256), np.float32).take(slab) * 3
    cloud, vein, fine = _veins(rng, across, down)

    ground, cloudy = colour(stone.ground), colour(stone.cloud)
    bold, thin = colour(stone.vein), colour(stone.fine)
    if scene.colours:
        ground = scene.colours[0]
        cloudy = mix(ground, np.zeros(3, np.float32), 0.25)
        bright = float(ground.mean()) < 0.62
        bold = mix(ground, np.full(3, 1.0 if bright else 0.1, np.float32), 0.72)
        thin = mix(ground, bold, 0.5)
    calm = head(at) * np.float32(0.55)
    albedo = np.empty((3, at.height, at.width), np.float32)
    tone = np.asarray(rng.normal(1, 0.03, 256), np.float32).take(slab)
    inner = np.minimum(
        (np.float32(0.5) - np.abs(x - column - np.float32(0.5))) * np.float32(wide),
        (np.float32(0.5) - np.abs(y - row - np.float32(0.5))) * np.float32(high),
    )
    joint = 1 - smoothstep(0.0009, 0.0028, inner)
    for i in range(3):
        plane = albedo[i]
        plane[:] = ground[i] + (cloudy[i] - ground[i]) * cloud
        plane += (thin[i] - plane) * (fine * np.float32(stone.strength * 0.7))
        plane += (bold[i] - plane) * (vein * np.float32(stone.strength))
        plane *= tone
        plane += (blur(plane, unit * 0.03) - plane) * calm
        plane *= 1 - joint * np.float32(0.55)
        np.clip(plane, 0.01, 0.96, out=plane)
    relief = smoothstep(0.0, 0.004, inner) * np.float32(1.5 * unit / 720)
    ambient, beams = lights(scene, 0.3)
    gloss = 0.016
    return Wall(albedo, relief, ambient, gloss, beams).finish(2.0 * unit / 720)


def _veins(rng: np.random.Generator, across: Field, down: Field) -> tuple[Field, Field, Field]:
    """Return clouds, veins and fine veins, 0 to 1, as cracks that run one way through stone that was bent."""
    broad, rough = tile(rng, 3.4, 1, 12), tile(rng, 2.5, 3, 140)
    lean = float(rng.uniform(0.5, 1.05)) * (1 if rng.random() < 0.5 else -1)
    p, q, r = rng.random(3)
    bend = sample(broad, across * np.float32(0.22) + p, down * np.float32(0.22) + q)
    crumple = sample(rough, across * np.float32(0.33) + q, down * np.float32(0.33) + p)
    where = sample(broad, across * np.float32(0.31) + r, down * np.float32(0.31) + p)

    def cracks(angle: float, often: float, bent: float, thin: float) -> tuple[Field, Field]:
        """Return lines and the smoke around them."""
        v = down * np.float32(np.cos(angle)) - across * np.float32(np.sin(angle))
        way = v * np.float32(often) + bend * np.float32(bent) + crumple * np.float32(often * 0.016)
        way += np.float32(r * 9 + often)
        number = np.floor(way)
        away = np.abs(way - number - np.float32(0.5)) / np.float32(often)
        kept = np.sin(number * np.float32(78.233) + np.float32(r * 50)) * np.float32(
            0.5
        ) + where * np.float32(0.5)
        there = smoothstep(-0.75, 0.7, kept)
        wide = (0.25 + there) * np.exp(crumple * np.float32(0.6))
        line = np.exp(-((away * np.float32(thin) / wide) ** 1.1))
        soft = np.exp(-away * np.float32(thin * 0.13) / wide)
        return np.asarray((line * 0.8 + soft * 0.24) * there, np.float32), np.exp(-away * 9) * there

    vein, smoke = cracks(lean, float(rng.uniform(1.9, 3.0)), 0.34, 300)
    second, haze = cracks(lean + float(rng.uniform(0.25, 0.6)), float(rng.uniform(3.2, 5)), 0.6, 520)
    web, _ = cracks(lean - float(rng.uniform(0.4, 0.8)), float(rng.uniform(5, 8)), 0.9, 800)
    fine = np.clip(second * np.float32(0.8) + web * np.float32(0.8) + smoke * np.float32(0.12), 0, 1)
    depth = bend * np.float32(0.5) + crumple * np.float32(0.55) + where * np.float32(0.3)
    cloud = smoothstep(-1.5, 2.3, depth + smoke * np.float32(1.6) + haze * np.float32(1.1) - np.float32(0.5))
    return cloud, np.clip(vein, 0, 1), np.asarray(fine, np.float32)


MARBLE = Place(layers=(layer("marble", _build),), horizon=1.0, time="day", outdoors=False, soft=0.8)
