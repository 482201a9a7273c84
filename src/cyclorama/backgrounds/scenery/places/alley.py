"""A narrow street of neon, cables and steam, on wet ground."""

from __future__ import annotations

import numpy as np

from ..air import sky
from ..light import Colour, colour, mix
from ..motion import steam
from ..noise import Field, generator, sample, smoothstep, tile
from ..scene import Layer, Place, Planes, Scene, flat
from ..town import signs
from ..town.canyon import Canyon, Seen, Things, behind, drawn_out, expose, look
from ..town.frontage import hashed
from ..town.lights import aside, calm, enlarged

# the two colours of the light, those of the signs, the air
SCHEMES = (
    ("#ff2fa8", "#25d8ff", ("#ff3fb4", "#2fe0ff", "#a24bff", "#ff5a7a"), "#4a2a7c"),
    ("#ff4a2a", "#2a9cff", ("#ff4a30", "#ffb03a", "#3ab4ff", "#ff2f6a"), "#3a2c5c"),
    ("#2affb4", "#d03aff", ("#3affb8", "#ff4ad8", "#6a8cff", "#e8ff5a"), "#1e4a5c"),
    ("#ff9a2a", "#2ad0c8", ("#ffa03a", "#2fe0d0", "#ff5a3a", "#ffd85a"), "#2c4458"),
    ("#8a4aff", "#ff5a9a", ("#9a5aff", "#ff6aa8", "#4ac8ff", "#ff8a5a"), "#3a2268"),
)
REACH = 24.0
OUT_OF_FOCUS = 4.6


def scheme(scene: Scene) -> tuple[Colour, Colour, list[Colour], Colour]:
    """Return the light on the left, on the right, the signs' colours, and the air's."""
    left, right, shining, air = SCHEMES[int(scene.rng("scheme").integers(len(SCHEMES)))]
    tones = [colour(c) for c in shining]
    a, b = colour(left), colour(right)
    if scene.colours:
        tones = [*scene.colours, tones[0], *scene.colours]
        a = scene.colours[0]
    day = np.float32(1 - scene.light.lamps)
    fog = mix(colour(air), scene.light.haze, 0.65 * float(day))
    return a, b, tones, fog


def plan(scene: Scene) -> Canyon:
    """Return the alley."""
    rng = scene.rng("alley")
    share = rng.uniform(0.42, 0.58)
    width = rng.uniform(4.4, 5.6)
    return Canyon(scene, width * share, width * (1 - share), 1.55, rng.uniform(-0.07, 0.07), 1.0, 360)


def boards(scene: Scene) -> list[signs.Sign]:
    """Return the signs, which leave the place behind the person's head free."""
    rng = generator(*scene.key, "signs")
    street = plan(scene)
    _, _, tones, _ = scheme(scene)
    made = []
    for side in (-1, 1):
        wall = -street.left if side < 0 else street.right
        z = rng.uniform(3.6, 4.6)
        while z < 26:
            tall_one = rng.random() < 0.6
            wide = rng.uniform(0.45, 0.8) if tall_one else rng.uniform(0.8, 1.3)
            tall = rng.uniform(1.3, 2.6) if tall_one else rng.uniform(0.5, 0.9)
            y = rng.uniform(2.0, 5.2)
            x = wall if side < 0 else wall - wide
            clear = aside(scene, *street.point(x + wide / 2, y + tall / 2, z))
            first, second = (
                tones[int(n)] * np.float32(0.3 + 0.7 * clear) for n in rng.integers(len(tones), size=2)
            )
            kind, group = int(rng.integers(40)), int(rng.integers(signs.GROUPS))
            if clear > 0.8 or z > 8:
                made.append(signs.Sign(x, y, z, wide, tall, first, second, kind, group))
            z += rng.uniform(0.24, 0.46) * z**0.75
    return made


def tubes(scene: Scene, street: Canyon, things: Things, group: int) -> None:
    """Draw long tubes of light along the walls."""
    rng = scene.rng("tubes")
    _, _, tones, _ = scheme(scene)
    for n in range(5):
        side = -1 if rng.random() < 0.5 else 1
        x = -street.left if side < 0 else street.right
        z0, y = rng.uniform(2.6, 12), rng.choice([2.75, 3.05, 5.9])
        z1, tone = z0 + rng.uniform(0.8, 3.5), tones[int(rng.integers(len(tones)))]
        if n % signs.GROUPS == group:
            things.polygon(
                [(x, y, z0), (x, y, z1), (x, y + 0.05, z1), (x, y + 0.05, z0)], tone * np.float32(0.9)
            )


def grit(scene: Scene) -> Field:
    """Return the noise of stains, stone and puddles."""
    return scene.keep("grit", lambda: tile(scene.rng("grit"), 1.9, 3, 120))


def sight(scene: Scene) -> Seen:
    """Return what is seen."""
    return scene.keep("seen", lambda: look(plan(scene), 1.0))


def wall(scene: Scene, seen: Seen, street: Canyon) -> tuple[Planes, Field]:
    """Return the walls' light, (3, h, w), and how much of the sky they leave open."""
    y, z, side = seen.y, seen.z, seen.side
    rng = scene.rng("wall")
    salt = side * 3 + np.float32(rng.uniform(1, 40))
    lively = float(rng.random() < 0.5)
    a, b, _, _ = scheme(scene)
    plate = np.floor(z / 2.6)
    level = np.floor(y / 3.1)
    noise = grit(scene)
    grain = sample(noise, z * np.float32(0.03) + side * 0.5, y * np.float32(0.03))
    dice = hashed(plate, level, salt)
    albedo = 0.30 + 0.16 * dice + 0.035 * grain
    seam = np.exp(-(((z / 2.6 - plate - 0.5) / 0.49) ** 40)) * np.exp(
        -(((y / 3.1 - level - 0.5) / 0.49) ** 40)
    )
    albedo *= 0.45 + 0.55 * seam
    pipe = np.exp(-(((z / 1.3) % 1 - 0.5) ** 2) / 0.0016) * (hashed(np.floor(z / 1.3), side, salt) < 0.35)
    albedo = albedo * (1 - 0.55 * pipe)
    shutter = (y < 2.6) * (hashed(plate, side, salt + 3) < 0.45)
    albedo *= 1 + shutter * 0.10 * np.sin(y * 44)
    light = scene.light
    own, other = flat(a), flat(b)
    mine = own + (other - own) * side
    yours = other + (own - other) * side
    low = np.exp(-((y - 1.2) ** 2) / 5)
    lit = mine * (np.float32(0.24) * np.exp(-((y - 4.6) ** 2) / 7)) + yours * (np.float32(0.30) * low)
    lit = lit * (0.55 + 0.6 * hashed(plate, side, salt + 1)) + flat(light.ambient) * np.float32(0.42)
    lit += flat(light.key) * np.float32(0.22 * (1 - light.lamps))
    px = lit * albedo * np.float32(1.5)
    # windows above, stalls and doors below
    wx, wy = z / 1.7, (y - 3.3) / 2.6
    cx, cy = np.floor(wx), np.floor(wy)
    pane = (
        smoothstep(0.32, 0.27, np.abs(wx - cx - 0.5))
        * smoothstep(0.30, 0.26, np.abs(wy - cy - 0.5))
        * (y > 3.3)
    )
    on = hashed(cx, cy, salt + 5)
    tone = flat(colour("#ffb870")) + (flat(mix(a, b, 0.5)) - flat(colour("#ffb870"))) * (on * 7 % 1 > 0.6)
    blind = 0.7 + 0.3 * np.sign(np.sin(y * 26))
    px += (
        (tone * np.where(on < 0.30, np.float32(0.85), np.float32(0.05)) * blind - px) * pane * np.float32(0.9)
    )
    sx = np.floor(z / 2.6)
    busy = (hashed(sx, side, salt + 9) < 0.42) | ((sx == 1) & (side == lively))
    stall = busy * smoothstep(0.44, 0.40, np.abs(z / 2.6 - sx - 0.5))
    stall = stall * smoothstep(0.5, 0.6, y) * smoothstep(2.35, 2.2, y)
    kinds = np.stack([colour(c) for c in ("#ffb060", "#ffd9a8", "#ff9a5a", "#8fe4ff", "#ff9ad0")])
    tone = kinds.T[:, (hashed(sx, side, salt + 11) * 4.99).astype(np.int32)]
    item = np.floor(z * 3.1)
    goods = smoothstep(0.05, 0.0, y - 1.05 - 0.65 * hashed(item, sx, salt + 2))
    shelf = smoothstep(0.06, 0.03, np.abs(y - 1.72)) * (hashed(sx, sx, salt) < 0.6)
    dim = (1 - 0.55 * goods) * (1 - 0.4 * shelf) * (1 - 0.5 * smoothstep(1.08, 1.02, y))
    bulb = np.exp(-(((z * 1.4) % 1 - 0.5) ** 2 / 0.012 + (y - 1.98) ** 2 / 0.006))
    inside = tone * ((0.05 + 0.17 * y * y) * dim + 2.2 * bulb)
    px += (inside - px) * stall * np.float32(0.92)
    height = 8.5 + 9 * hashed(np.floor(z / 5.5), side, salt)
    return np.asarray(px, np.float32), smoothstep(0, 0.3, y - height)


def wetness(scene: Scene, seen: Seen, street: Canyon) -> Field:
    """Return how much the ground mirrors, (h, w)."""
    puddle = sample(grit(scene), seen.x_ground * np.float32(0.05), seen.z_ground * np.float32(0.03))
    grazing = 0.42 + 0.5 * np.exp(street.rays()[1] * 2.5)
    return np.asarray(
        np.clip(grazing * (0.55 + 0.45 * smoothstep(-0.9, 0.8, puddle)), 0, 0.92) * seen.ground, np.float32
    )


def walls(scene: Scene) -> None:
    """Walls, ground, boards, boxes, cables."""
    street = plan(scene)
    a, b, _, fog = scheme(scene)
    seen = sight(scene)
    over, mirrored = behind(street)
    px, open_sky = wall(scene, seen, street)
    back = over + (mirrored - over) * seen.ground
    px += (back - px) * open_sky
    thick = np.exp(-seen.z / np.float32(REACH))
    glow = flat(mix(fog, mix(a, b, 0.5), 0.30) * np.float32(0.85))
    px = glow + (px - glow) * thick
    gloss = wetness(scene, seen, street)
    rough = sample(grit(scene), seen.x_ground * np.float32(0.16), seen.z_ground * np.float32(0.09))
    x = seen.x_ground / np.float32(street.right)
    tint = flat(a) + (flat(b) - flat(a)) * np.clip(x * 0.5 + 0.5, 0, 1)
    floor = (tint * np.float32(0.10) + flat(scene.light.ambient) * np.float32(0.28)) * (1 + 0.22 * rough)
    far = np.exp(-seen.z_ground / np.float32(REACH))
    floor = glow + (floor - glow) * far
    ground = floor * (1 - gloss * 0.7) + drawn_out(px, street.rows * 0.02) * gloss
    px += (ground - px) * seen.ground
    things = Things(street)
    clutter(scene, street, things, glow.reshape(3))
    signs.boards(things, boards(scene), glow.reshape(3), REACH)
    cables(scene, street, things, glow.reshape(3))
    things.over(px, gloss, street.rows * 0.02)
    expose(street, px, OUT_OF_FOCUS)


def clutter(scene: Scene, street: Canyon, things: Things, glow: Colour) -> None:
    """Draw air conditioners, ducts and crates along the walls, far to near."""
    rng = scene.rng("clutter")
    a, b, _, _ = scheme(scene)
    for z in sorted(rng.uniform(4.5, 26, 26), reverse=True):
        side = -1 if rng.random() < 0.5 else 1
        edge = -street.left if side < 0 else street.right
        deep = rng.uniform(0.25, 0.5)
        veil = 1 - float(np.exp(-z / REACH))
        base = colour(str(rng.choice(["#2a2c38", "#34313c", "#26323a", "#3c3436"])))
        lit = base + (b if side < 0 else a) * np.float32(0.10)
        y, h, w = (
            (rng.uniform(2.6, 6.5), 0.55, 0.7) if rng.random() < 0.65 else (0.0, rng.uniform(0.5, 1.1), 0.8)
        )
        x0, x1 = (edge, edge + deep) if side < 0 else (edge - deep, edge)
        inner = x1 if side < 0 else x0
        face = mix(lit * np.float32(1.25), glow, veil)
        things.polygon(
            [(inner, y, z), (inner, y, z + w), (inner, y + h, z + w), (inner, y + h, z)], mix(lit, glow, veil)
        )
        things.panel(x0, y, z, deep, h, face)


def cables(scene: Scene, street: Canyon, things: Things, glow: Colour) -> None:
    """Draw cables from wall to wall, and lanterns on some of them."""
    rng = scene.rng("cables")
    lanterns = scene.wants("lanterns", otherwise=rng.random() < 0.4)
    for n, z in enumerate(np.linspace(20, 3.4, 13)):
        veil = 1 - float(np.exp(-z / REACH))
        tone = mix(colour("#0b0b12"), glow, veil)
        y0, y1, sag = rng.uniform(4.2, 8.5), rng.uniform(4.2, 8.5), rng.uniform(0.3, 1.0)
        t = np.linspace(0, 1, 13)
        xs = -street.left + (street.left + street.right) * t
        ys = y0 + (y1 - y0) * t - sag * 4 * t * (1 - t)
        thick = 0.022 + 0.0012 * z
        line = [(float(x), float(y) + thick, float(z)) for x, y in zip(xs, ys, strict=True)]
        line += [(float(x), float(y) - thick, float(z)) for x, y in zip(xs[::-1], ys[::-1], strict=True)]
        things.polygon(line, tone)
        if lanterns and n % 3 == 1:
            for k in (2, 4, 8, 10):
                lantern(
                    things,
                    float(xs[k]),
                    float(ys[k]) - 0.32,
                    float(z),
                    mix(colour("#ff4a2c"), glow, veil * 0.6),
                )


def lantern(things: Things, x: float, y: float, z: float, tone: Colour) -> None:
    """Draw a paper lantern."""
    a = np.linspace(0, 2 * np.pi, 13)
    for size, light in ((1.0, 0.8), (0.6, 1.15)):
        things.polygon(
            [(x + 0.21 * size * np.cos(k), y + 0.26 * size * np.sin(k), z) for k in a],
            np.minimum(tone * np.float32(light) + np.float32(0.15 * (light - 0.8)), 1),
        )


def neon(scene: Scene) -> None:
    """Light the signs, each group of them breathing on its own."""
    street = plan(scene)

    def made() -> list[Planes]:
        return signs.lights(
            street,
            boards(scene),
            wetness(scene, sight(scene), street),
            OUT_OF_FOCUS,
            lambda things, group: tubes(scene, street, things, group),
        )

    strength = np.float32(0.75 + 0.25 * scene.light.lamps)
    total: Planes | None = None
    for n, group in enumerate(scene.keep("neon", made)):
        breath = np.float32(0.86 + 0.14 * scene.swing(8 if n != 1 else 4, n / 3)) * strength
        total = group * breath if total is None else total + group * breath
    if total is not None:
        scene.shine(np.stack([enlarged(p, scene.width, scene.height) for p in total]))


def air(scene: Scene) -> None:
    """Calm what lies behind the person."""
    a, b, _, fog = scheme(scene)
    calm(scene, mix(fog, mix(a, b, 0.5), 0.30) * np.float32(0.8), 0.35)


def vapour(scene: Scene) -> None:
    """Steam from vents beside where the person stands."""
    rng = scene.rng("vapour")
    street = plan(scene)
    a, b, _, fog = scheme(scene)
    for n, side in enumerate((-1, 1)):
        edge = street.left if side < 0 else street.right
        z = rng.uniform(5.5, 9)
        x, foot = street.point(side * edge * rng.uniform(0.6, 0.9), 0.0, z)
        tone = mix(mix(fog, b if side < 0 else a, 0.45), colour("#ffffff"), 0.22)
        tall = scene.unit * rng.uniform(0.5, 0.75)
        steam.plume(scene, ("steam", n), x, foot, tall, tall * 0.5, tone, rng.uniform(0.28, 0.5))


ALLEY = Place(
    layers=(
        Layer("sky", sky.gradient),
        Layer("walls", walls),
        Layer("neon", neon, moves=True),
        Layer("air", air),
        Layer("steam", vapour, moves=True),
    ),
    horizon=0.55,
    time="night",
    soft=0.6,
    holds=frozenset({"neon_sign", "lanterns"}),
)
