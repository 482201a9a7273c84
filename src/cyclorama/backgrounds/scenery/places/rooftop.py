"""A roof terrace over the city: strings of lights, plants in boxes, somewhere to sit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..air.heavens import HEAVENS
from ..light import Colour, colour, mix, pick
from ..noise import smoothstep
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout, Point
from ..town import buildings, festoon, potted
from ..town.lights import Lights, calm

EYE, LENS, RAIL = 1.55, 1.05, 5.2
"""Height of the eye and distance of the balustrade in metres, focal length in units."""
SOFT = 2.6


def point(scene: Scene, x: float, y: float, z: float) -> Point:
    """Return column and row of a point: metres to the right, above the floor, away."""
    scale = scene.unit * LENS / z
    return scene.width / 2 + x * scale, scene.horizon + (EYE - y) * scale


def city(scene: Scene) -> buildings.Skyline:
    """Return the towers around."""
    foot = min(scene.height - 2.0, scene.horizon + scene.unit * 0.13)
    return buildings.skyline(scene, foot, foot * 0.80, 1.15, 0.62)


def roofs(scene: Scene) -> buildings.Skyline:
    """Return the houses below, nearer than the towers."""
    foot = min(scene.height - 2.0, scene.horizon + scene.unit * 0.32)
    return buildings.skyline(scene, foot, scene.unit * 0.38, 1.9, 0.25, "roofs", 2)


def towers(scene: Scene) -> None:
    """Paint what stands around and below, and the haze of the streets."""
    buildings.stand(scene, city(scene))
    row = scene.horizon + scene.unit * 0.13
    d = (scene.rows - np.float32(row)) / np.float32(scene.unit)
    street = mix(buildings.air(scene), scene.light.ground(colour("#5a5c60"), 0.3), 0.5)
    whole = np.ones((1, scene.width), np.float32)
    scene.paint(flat(street), np.asarray((d > 0) * 0.9, np.float32) * whole)
    scene.paint(flat(buildings.air(scene)), np.asarray(np.exp(-((d / 0.05) ** 2)) * 0.6, np.float32) * whole)
    buildings.stand(scene, roofs(scene))


def windows(scene: Scene) -> None:
    """Paint the windows that change, and lights of the streets as discs."""
    buildings.shine(scene, city(scene))
    buildings.shine(scene, roofs(scene))
    if scene.light.lamps < 0.3:
        return
    rng, u = scene.rng("below"), scene.unit
    spots = Lights(scene, 360, scene.light.lamps)
    tones = [colour(c) for c in ("#ffb868", "#ffd9a0", "#ff7a4a", "#ffe8c8", "#a8c8ff")]
    for n in range(int(46 * min(scene.span, 4))):
        x, y = rng.random() * scene.width, scene.horizon + u * rng.uniform(0.06, 0.26)
        breath = 0.75 + 0.25 * scene.swing(4 if n % 2 else 8, float(rng.random()))
        tone = tones[int(rng.integers(len(tones)))]
        spots.disc(x, y, u * rng.uniform(0.006, 0.014), tone, rng.uniform(0.2, 0.7) * breath, 0.25)
    spots.paint()


def air(scene: Scene) -> None:
    """Calm what lies behind the person."""
    calm(scene, mix(buildings.air(scene), scene.light.sky[1], 0.4), 0.25)


def terrace(scene: Scene) -> None:
    """Paint the floor, the balustrade, the boxes and the seats."""
    light, u = scene.light, scene.unit
    warm = np.float32(0.55 * light.lamps)
    glow = colour("#ffb060")
    boards(scene)
    soft = SOFT / 1000 * u
    rng = scene.rng("terrace")
    metal = light.ground(colour("#3c3e44"), 0.4) + glow * warm * np.float32(0.35)
    box = (0, int(scene.horizon), scene.width, scene.height)
    cut = Cutout(scene, box, metal, soft)
    reach = scene.width / u * RAIL / LENS / 2 + 1
    # glass, a rail, posts
    bottom, top = point(scene, 0, 0.05, RAIL)[1], point(scene, 0, 1.08, RAIL)[1]
    pane = mix(light.sky[2], light.haze, 0.4)
    height = int(bottom) - int(top)
    if height > 1:
        fade = np.linspace(0.10, 0.22, height, dtype=np.float32)[:, None]
        scene.paint(flat(pane), fade * np.ones((1, scene.width), np.float32), max(0, int(top)))
    for x in np.arange(-np.ceil(reach / 1.5) * 1.5 + 0.75, reach, 1.5):
        a, b = point(scene, float(x) - 0.025, 1.06, RAIL), point(scene, float(x) + 0.025, 0, RAIL)
        cut.polygon([a, (b[0], a[1]), b, (a[0], b[1])], metal)
    for y, t in ((1.06, 0.055), (0.03, 0.05)):
        a, b = point(scene, -reach, y + t, RAIL), point(scene, reach, y, RAIL)
        cut.polygon([a, (b[0], a[1]), b, (a[0], b[1])], metal * np.float32(1.25))
    cut.paint()
    seats(scene, rng, soft * 1.2)
    cut = Cutout(scene, box, metal, soft * 1.2)
    for stand in plants(scene):
        tone = light.ground(colour(stand.pot), 0.5) + glow * warm * np.float32(0.4)
        block(scene, cut, stand.x - stand.wide / 2, 0, stand.z, stand.wide, stand.deep, 0.35, tone)
    cut.paint()


def boards(scene: Scene) -> None:
    """Paint the floor."""
    light, u = scene.light, scene.unit
    first = max(0, int(point(scene, 0, 0, RAIL)[1]))
    if scene.height - first < 2:
        return
    rng = scene.rng("boards")
    down = (scene.rows[first:] - np.float32(scene.horizon) + 1) / np.float32(u)
    z = np.float32(EYE * LENS) / down
    x = (scene.columns - np.float32(scene.width / 2)) / np.float32(u) * z / np.float32(LENS)
    across = z / np.float32(0.16)
    board = np.floor(across)
    dice = rng.random(512).astype(np.float32)[board.astype(np.int32) % 512]
    pixel = z * z / np.float32(EYE * LENS * u * 0.16)
    seam = smoothstep(0.06, 0.0, 0.5 - np.abs(across - board - 0.5) - pixel) * smoothstep(0.9, 0.3, pixel)
    wood = colour(str(rng.choice(["#8a6a4c", "#7a6250", "#9a8068", "#6e5a4a"])))
    lit = light.ground(wood, 0.5)
    tone = (0.86 + 0.24 * dice) * (1 - 0.45 * seam)
    pool = np.exp(-((x / 2.6) ** 2) - ((z - 3.2) / 1.6) ** 2) * np.float32(0.34 * light.lamps)
    body = flat(lit) * tone + flat(colour("#ffb060") * wood) * (pool * tone)
    scene.paint(np.asarray(body, np.float32), np.ones((scene.height - first, 1), np.float32), first)


def block(
    scene: Scene,
    cut: Cutout,
    x: float,
    y: float,
    z: float,
    wide: float,
    tall: float,
    deep: float,
    tone: Colour,
) -> None:
    """Draw a box, its lower left near corner at (x, y, z)."""
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    if x > 0 or x + wide < 0:
        at = x if x > 0 else x + wide
        face = [(at, y, z), (at, y, z + deep), (at, y + tall, z + deep), (at, y + tall, z)]
        cut.polygon(
            [point(scene, *p) for p in face], tone * np.float32(1.05 if (x > 0) == (side < 0) else 0.7)
        )
    lid = [(x, y + tall, z), (x + wide, y + tall, z), (x + wide, y + tall, z + deep), (x, y + tall, z + deep)]
    cut.polygon([point(scene, *p) for p in lid], tone * np.float32(1.3))
    front = [(x, y, z), (x + wide, y, z), (x + wide, y + tall, z), (x, y + tall, z)]
    cut.polygon([point(scene, *p) for p in front], tone * np.float32(0.85))


def seats(scene: Scene, rng: np.random.Generator, soft: float) -> None:
    """Draw a low sofa at one side, with cushions."""
    light, half = scene.light, scene.width / scene.unit / 2
    side = 1 if rng.random() < 0.5 else -1
    cloth = light.ground(colour(str(rng.choice(["#c9c0b4", "#8a929a", "#6a7480", "#b8a890"]))), 0.5)
    cloth = cloth + colour("#ffb060") * np.float32(0.20 * light.lamps)
    cut = Cutout(scene, (0, int(scene.horizon), scene.width, scene.height), cloth, soft)
    z = 3.7
    edge = half * z / LENS
    inner = max(1.0, edge - 1.25)
    x = inner if side > 0 else -inner - 2.2
    block(scene, cut, x, 0.42, z + 0.75, 2.2, 0.42, 0.2, cloth * np.float32(0.92))
    block(scene, cut, x, 0.10, z, 2.2, 0.32, 0.8, cloth)
    arm = x if side > 0 else x + 2.0
    block(scene, cut, arm, 0.1, z, 0.2, 0.5, 0.85, cloth * np.float32(0.96))
    tones = ["#c8553d", "#2f6f7e", "#e0b04a", "#6a8a5a", "#d8d0c0"]
    named = list(scene.colours) or [pick(rng, tones), pick(rng, tones)]
    for n, dx in enumerate((0.32, 0.62)):
        at = x + dx if side > 0 else x + 2.2 - dx - 0.3
        lit = light.ground(named[n % len(named)], 0.5) + colour("#ffb060") * np.float32(0.13 * light.lamps)
        px, py = point(scene, at + 0.16, 0.62, z + 0.55)
        r = 0.21 * scene.unit * LENS / (z + 0.55)
        cut.polygon(
            [(px - r, py + r * 0.8), (px - r * 0.8, py - r), (px + r, py - r * 0.8), (px + r * 0.85, py + r)],
            lit,
        )
    cut.paint()


@dataclass(frozen=True)
class Stand:
    """A plant in its box: where it stands, how wide and high the box is, what grows in it; metres."""

    x: float
    z: float
    wide: float
    deep: float
    tall: float
    kind: str
    pot: str


def plants(scene: Scene) -> list[Stand]:
    """Return the plants at the sides, far to near."""
    if "plants" in scene.dropped:
        return []
    rng, half = scene.rng("plants"), scene.width / scene.unit / 2
    pot = str(rng.choice(["#4a4c50", "#7a5a44", "#b0a89c", "#3a3634"]))
    made = []
    for side in (-1, 1):
        for z, share in ((4.75, 0.95), (4.7, 0.66), (2.6, 1.02)):
            if share < 0.8 and rng.random() < 0.45:
                continue
            edge = half * z / LENS
            x = side * max(0.75, edge * share - rng.uniform(0.0, 0.25))
            kind = str(rng.choice(["grass", "bush", "olive", "fan", "bush"]))
            tall = rng.uniform(0.75, 1.05) * {"olive": 1.6, "bush": 0.8}.get(kind, 1.0)
            made.append(Stand(x, z, rng.uniform(0.45, 0.75), rng.uniform(0.38, 0.55), tall, kind, pot))
    return sorted(made, key=lambda s: -s.z)


def greenery(scene: Scene) -> None:
    """Paint what grows, in a light wind."""
    soft = SOFT / 1000 * scene.unit

    def grown() -> list[potted.Plant]:
        rim = mix(scene.light.key * np.float32(0.8), colour("#ffb868"), scene.light.lamps * 0.8)
        return [
            potted.grow(
                scene,
                scene.rng("plant", n),
                s.kind,
                s.tall * scene.unit * LENS / s.z,
                rim,
                soft * (1.0 if s.z > 3.5 else 3.0),
            )
            for n, s in enumerate(plants(scene))
        ]

    for n, (stand, plant) in enumerate(zip(plants(scene), scene.keep("grown", grown), strict=True)):
        x, foot = point(scene, stand.x, stand.deep - 0.04, stand.z + 0.15)
        bend = plant.tall * (0.030 * scene.swing(4, n * 0.23) + 0.014 * scene.swing(2.7, n * 0.41))
        potted.paint(scene, plant, x, foot, bend)


ROOFTOP = Place(
    layers=(
        HEAVENS,
        Layer("towers", towers),
        Layer("windows", windows, moves=True),
        Layer("air", air),
        Layer("terrace", terrace),
        Layer("plants", greenery, moves=True),
        Layer("strings", festoon.wires),
        Layer("lights", festoon.bulbs, moves=True),
    ),
    horizon=0.57,
    time="dusk",
    soft=1.0,
    holds=frozenset({"fairy_lights", "plants", "moon", "stars", "sofa"}),
)
