"""A stage: velvet curtains, spotlights in the haze, a floor of boards that shines."""

from __future__ import annotations

import numpy as np

from ..light import colour, mix
from ..noise import Field, resize, sample, smoothstep, tile
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout
from ..town import beams, drapes
from ..town.frontage import hashed
from ..town.lights import Lights, calm

# curtains, light on the backdrop (dark to light), beams
SCHEMES = (
    ("#a81822", ("#12060a", "#4a1018", "#c8523a"), ("#ffd9a0", "#ff9a5a", "#fff0d8")),
    ("#8a1426", ("#0a0714", "#251548", "#6a4ac8"), ("#c8a8ff", "#ff8ac0", "#fff0f4")),
    ("#1c3f9a", ("#050914", "#10285c", "#3f86d8"), ("#a8d4ff", "#7ff0ff", "#f0f8ff")),
    ("#0f5a4c", ("#04100e", "#0c3a3a", "#3aa890"), ("#ffe4a8", "#a8ffe0", "#fff8e8")),
    ("#5a1f7a", ("#0c0616", "#3a1458", "#c04ab8"), ("#ff9ae8", "#9a8aff", "#ffe8ff")),
    ("#23232c", ("#08090c", "#1e2a38", "#6a8cae"), ("#ffffff", "#ffd8a0", "#a8d0ff")),
)


class Scheme:
    """The picture's colours; what a prompt names is the light's."""

    def __init__(self, scene: Scene) -> None:
        velvet, wash, shining = SCHEMES[int(scene.rng("scheme").choice([0, 0, 0, 1, 1, 2, 3, 4, 5]))]
        self.velvet = colour(velvet)
        self.wash = [colour(c) for c in wash]
        self.beams = [colour(c) for c in shining]
        if scene.colours:
            named = scene.colours[0]
            self.velvet = mix(scene.colours[-1], colour("#101014"), 0.25)
            self.wash = [
                named * np.float32(0.10),
                named * np.float32(0.42),
                mix(named, colour("#ffffff"), 0.12),
            ]
            self.beams = [mix(named, colour("#ffffff"), 0.45), colour("#fff4e4"), *self.beams[:1]]


def backdrop(scene: Scene) -> None:
    """Paint the wall behind, lit from below and where the person stands."""
    tones, rng = Scheme(scene), scene.rng("backdrop")
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    x = np.linspace(-0.5, 0.5, w, dtype=np.float32)[None, :] * np.float32(scene.width / scene.unit)
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None] * np.float32(scene.height / scene.unit)
    foot = np.float32(scene.horizon / scene.unit)
    middle = np.float32(scene.height / scene.unit - 0.5)
    pool = np.exp(-((x / 0.50) ** 2) - ((y - middle) / 0.34) ** 2)
    low = np.exp(-np.clip(foot - y, 0, 9) * rng.uniform(3.5, 6)) * (
        0.75 + 0.25 * np.cos(x * rng.uniform(5, 9))
    )
    t = np.clip(0.10 + 0.52 * pool + 0.50 * low, 0, 1)
    if rng.random() < 0.5:
        t = t * folded(scene, w)[None, :]
    for plane, band in zip(scene.px, np.array(tones.wash).T, strict=True):
        plane[:] = resize(np.interp(t, (0, 0.45, 1), band).astype(np.float32), scene.width, scene.height)


def folded(scene: Scene, width: int) -> Field:
    """Return how light the folds of a curtain at the back are, (width,)."""
    count = max(4, int(16 * scene.span))
    table = drapes.folds(scene.rng("back"), count)
    at = np.linspace(drapes.STEPS, (count + 1) * drapes.STEPS, width).astype(int)
    return np.asarray(0.72 + 0.40 * table[at], np.float32)


def floor(scene: Scene) -> None:
    """Paint the boards, which shine under the lights."""
    tones, u = Scheme(scene), scene.unit
    first = max(0, int(scene.horizon))
    if scene.height - first < 2:
        return
    rng = scene.rng("boards")
    down = (scene.rows[first:] - np.float32(scene.horizon) + 1) / np.float32(u)
    z = 0.30 / (down + 0.10)
    x = (scene.columns - np.float32(scene.width / 2)) / np.float32(u) * z * np.float32(4.2)
    board = np.floor(x)
    offset = rng.random(512).astype(np.float32)[board.astype(np.int32) % 512]
    length = np.floor(z * 3.2 + offset * 5)
    dice = hashed(board, length, 1)
    grain = sample(
        tile(scene.rng("grain of wood"), 1.5, 6, 200), x * np.float32(0.13) + offset, z * np.float32(0.10)
    )
    wood = colour(str(rng.choice(["#6a4228", "#7a5030", "#4a3226", "#33282a"])))
    tone = 0.72 + 0.22 * dice + 0.07 * grain
    pixel = np.float32(4.2 / u) * z
    seam = np.clip((np.abs(x - board - 0.5) - 0.5 + 0.03 + pixel) / (0.03 + pixel), 0, 1) * smoothstep(
        0.5, 0.05, pixel
    )
    tone = tone * (1 - 0.55 * seam)
    lit = np.exp(-(((scene.columns / np.float32(scene.width) - 0.5) * 2.2) ** 2)) * 0.5 + 0.28
    body = flat(wood) * (tone * lit) * flat(mix(colour("#ffffff"), tones.beams[0], 0.5))
    # boards mirror the lit wall in a long smear
    wall = scene.px[:, max(0, first - max(2, int(u * 0.10))) : first].mean(axis=1)[:, None, :]
    gloss = (0.62 * np.exp(-down * 5.0) + 0.10) * (0.75 + 0.25 * tone)
    scene.paint(np.asarray(body, np.float32), np.ones((scene.height - first, 1), np.float32), first)
    scene.shine(
        np.asarray(np.broadcast_to(wall, (3, scene.height - first, scene.width)), np.float32),
        np.asarray(gloss, np.float32),
        first,
    )
    edge = np.exp(-down * 60)
    scene.paint(flat(tones.wash[0]), np.asarray(edge * 0.7, np.float32) * np.ones((1, 1), np.float32), first)


def truss(scene: Scene) -> None:
    """Paint the bar that the lamps hang on."""
    u = scene.unit
    dark = colour("#0b0b10")
    y, t = u * 0.065, u * 0.010
    cut = Cutout(scene, (0, 0, scene.width, u * 0.2), dark, u * 0.0012)
    for row in (y, y + u * 0.040):
        cut.rectangle(0, row, scene.width, row + t * 0.6, dark)
    x = -u * 0.02
    while x < scene.width:
        for a, b in ((0.0, 0.04), (0.04, 0.0)):
            x0 = x + (0 if a == 0 else u * 0.03)
            points = [
                (x0, y + u * a),
                (x0 + t * 0.5, y + u * a),
                (x0 + u * 0.03 + t * 0.5, y + u * b),
                (x0 + u * 0.03, y + u * b),
            ]
            cut.polygon(points, dark)
        x += u * 0.06
    for beam in rig(scene):
        s = u * 0.020
        a = beam.angle
        cx, cy = beam.x, beam.y - s * 0.4
        ax, ay = np.sin(a), np.cos(a)
        cut.polygon(
            [
                (cx - ay * s * 0.6 - ax * s * 1.7, cy + ax * s * 0.6 - ay * s * 1.7),
                (cx + ay * s * 0.6 - ax * s * 1.7, cy - ax * s * 0.6 - ay * s * 1.7),
                (cx + ay * s + ax * s * 0.4, cy - ax * s + ay * s * 0.4),
                (cx - ay * s + ax * s * 0.4, cy + ax * s + ay * s * 0.4),
            ],
            dark,
        )
    cut.paint()


def rig(scene: Scene) -> list[beams.Beam]:
    """Return the lamps, which leave the place of the person's head dark."""
    rng, u = scene.rng("rig"), scene.unit
    tones = Scheme(scene)
    count = max(2, round(rng.choice([6, 8]) * min(scene.span / 1.78, 2.4)))
    made = []
    cross = rng.random() < 0.5
    for n in range(count):
        share = (n + 0.5) / count * 2 - 1
        x = scene.width / 2 + share * min(scene.width * 0.46, u * 1.9)
        out = share * rng.uniform(0.15, 0.42) if not cross else -share * rng.uniform(0.10, 0.25)
        if abs(x - scene.width / 2) < u * 0.3:
            out = np.sign(share) * rng.uniform(0.42, 0.6)
        made.append(
            beams.Beam(
                float(x),
                u * 0.128,
                float(out),
                rng.uniform(0.03, 0.09),
                8.0,
                float(rng.random()),
                rng.uniform(0.075, 0.13),
                scene.height * rng.uniform(0.95, 1.25),
                tones.beams[int(rng.integers(len(tones.beams)))],
                rng.uniform(0.42, 0.62),
            )
        )
    return made


def lights(scene: Scene) -> None:
    """Let the lamps shine: their beams, their pools on the boards, the dust in them."""
    lamps = rig(scene)
    u = scene.unit
    light = beams.paint(scene, lamps)
    pools = Lights(scene, 180)
    for beam in lamps:
        a = beam.now(scene)
        drop = scene.horizon + u * 0.13 - beam.y
        pools.glow(beam.x + np.tan(a) * drop, beam.y + drop, u * 0.30, beam.tone, beam.amount * 0.85, 0.22)
        pools.disc(beam.x, beam.y, u * 0.010, mix(beam.tone, colour("#ffffff"), 0.6), 1.0, 0.0)
        pools.glow(beam.x, beam.y, u * 0.10, beam.tone, 0.55)
    pools.paint()
    beams.dust(scene, light, 70)


def microphone(scene: Scene) -> None:
    """Paint a microphone on its stand, beside where the person stands."""
    rng, u = scene.rng("microphone"), scene.unit
    if not scene.wants("microphone", otherwise=rng.random() < 0.35):
        return
    tones = Scheme(scene)
    side = 1 if rng.random() < 0.5 else -1
    x, foot = scene.width / 2 + side * u * rng.uniform(0.40, 0.46), scene.horizon + u * 0.115
    top = foot - u * rng.uniform(0.46, 0.52)
    dark = colour("#17181d")
    shiny = mix(dark, tones.beams[0], 0.42)
    cut = Cutout(scene, (x - u * 0.12, top - u * 0.06, x + u * 0.12, foot + u * 0.05), dark, u * 0.0018)
    cut.disc(x, foot, u * 0.052, dark, 0.26)
    cut.disc(x, foot - u * 0.004, u * 0.046, mix(dark, shiny, 0.4), 0.24)
    for left, right, tone in ((-0.0042, 0.0042, dark), (-0.0034, -0.0008, shiny)):
        cut.rectangle(x + left * u, top, x + right * u, foot, tone)
    hx, hy = x - side * u * 0.034, top - u * 0.022
    cut.polygon(
        [(x, top - u * 0.004), (x, top + u * 0.008), (hx, hy + u * 0.009), (hx, hy - u * 0.007)], dark
    )
    cut.disc(hx, hy, u * 0.017, dark, 1.15)
    cut.disc(hx - side * u * 0.004, hy - u * 0.004, u * 0.010, shiny, 1.1)
    cut.paint()


def curtains(scene: Scene) -> None:
    """Hang the curtains in front."""
    if not scene.wants("curtains", otherwise=True):
        return
    tones, rng, u = Scheme(scene), scene.rng("curtains"), scene.unit
    wide = min(u * rng.uniform(0.34, 0.46), scene.width * 0.28)
    foot = scene.horizon + u * 0.15
    for side in (-1, 1):
        drapes.leg(
            scene, f"curtain {side}", side, wide, tones.velvet, tones.beams[0], foot, int(rng.integers(5, 8))
        )


def top(scene: Scene) -> None:
    """Hang the swags along the top."""
    if not scene.wants("curtains", otherwise=True):
        return
    tones = Scheme(scene)
    rng = scene.rng("swags")
    swags = max(1, round(scene.span * rng.uniform(2.0, 3.2)))
    trim = mix(colour("#d8a850"), tones.beams[0], 0.3)
    drapes.valance(
        scene, "valance", scene.unit * rng.uniform(0.12, 0.15), tones.velvet, tones.beams[0], trim, swags
    )


def air(scene: Scene) -> None:
    """Calm what lies behind the person."""
    tones = Scheme(scene)
    calm(scene, mix(tones.wash[1], tones.wash[2], 0.25), 0.25)


STAGE = Place(
    layers=(
        Layer("backdrop", backdrop),
        Layer("boards", floor),
        Layer("lamps", truss),
        Layer("microphone", microphone),
        Layer("light", lights, moves=True),
        Layer("curtains", curtains, moves=True),
        Layer("swags", top),
        Layer("air", air),
    ),
    horizon=0.76,
    time="night",
    outdoors=False,
    soft=1.0,
    holds=frozenset({"curtains", "microphone"}),
    lit=False,
)
