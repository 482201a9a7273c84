"""A street in the city: shops, lamps and traffic out of focus, on asphalt that mirrors when it is wet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..air import clouds, sky
from ..light import Colour, colour, mix, pick
from ..noise import generator, sample, smoothstep
from ..scene import Layer, Place, Planes, Scene, flat
from ..town import buildings
from ..town.canyon import Canyon, Seen, Things, behind, drawn_out, expose, look
from ..town.frontage import BLOCKS, SHOPS, SIGNS, front, grit, houses
from ..town.lights import Lights, aside, calm

OUT_OF_FOCUS = 9.0


def plan(scene: Scene) -> Canyon:
    """Return the street: its width, and where it leads."""
    rng = scene.rng("street")
    side = -1 if rng.random() < 0.5 else 1
    width = rng.uniform(18, 23)
    share = 0.5 - side * rng.uniform(0.02, 0.10)
    return Canyon(scene, width * share, width * (1 - share), 1.65, side * rng.uniform(0.20, 0.32))


def wet(scene: Scene) -> float:
    """Return how wet the asphalt is, 0 to 1."""
    if scene.weather in {"rain", "storm"}:
        return 1.0
    return 0.85 if scene.light.lamps > 0.5 else 0.10


def asphalt(scene: Scene, seen: Seen, street: Canyon) -> Planes:
    """Return the ground's own light, (3, h, w): road, pavements, marks, pools of light under the lamps."""
    light = scene.light
    x, z = seen.x_ground, seen.z_ground
    rough = sample(grit(scene), x * np.float32(0.06), z * np.float32(0.03))
    middle = np.float32((street.right - street.left) / 2)
    off = np.abs(x - middle)
    kerb = (street.left + street.right) / 2 - 3.4
    pavement = smoothstep(kerb - 0.05, kerb + 0.10, off)
    shade = np.float32(0.42)
    road = light.ground(colour("#66666a"), float(shade))
    slabs = light.ground(colour("#8d8880"), float(shade))
    ground = flat(road) + (flat(slabs) - flat(road)) * pavement
    ground = ground * (1 + np.float32(0.10) * rough)
    dash = smoothstep(0.10, 0.06, off) * ((z % 6) < 3)
    ground += (flat(light.ground(colour("#d8d4c8"), 0.4)) - ground) * dash * np.float32(0.5)
    edge = np.exp(-(((off - kerb) / 0.16) ** 2))
    ground *= 1 - np.float32(0.35) * edge
    pool = np.exp(-(((z % 14) - 7) ** 2) / 14 - ((off - kerb) ** 2) / 9) * np.float32(0.30 * light.lamps)
    ground += flat(colour("#ffb468")) * pool
    return np.asarray(ground, np.float32)


def heavens(scene: Scene) -> None:
    """Paint the sky, which the street shows a strip of."""
    sky.gradient(scene)
    clouds.paint(scene)


def walls(scene: Scene) -> None:
    """Houses and ground, in the haze of the street, and what stands on the pavements."""
    street = plan(scene)
    damp = wet(scene)
    seen = look(street, 0.5 + damp)
    over, mirrored = behind(street)
    px, open_sky = front(scene, seen)
    on = seen.ground
    back = over + (mirrored - over) * on
    haze = haze_of(scene)
    thick = np.exp(-seen.z / reach(scene))
    px = flat(haze) + (px - flat(haze)) * thick
    px += (back - px) * open_sky
    floor = asphalt(scene, seen, street)
    far = np.exp(-seen.z_ground / reach(scene))
    floor = flat(haze) + (floor - flat(haze)) * far
    puddle = smoothstep(
        -0.9, 1.0, sample(grit(scene), seen.x_ground * np.float32(0.02), seen.z_ground * np.float32(0.012))
    )
    grazing = np.float32(0.25) + np.float32(0.65) * np.exp(-np.float32(1.0) * street.rays()[1] * -4)
    gloss = np.clip(grazing, 0, 0.9) * np.float32(damp) * (np.float32(0.55) + np.float32(0.45) * puddle)
    reflection = drawn_out(px, street.rows * 0.018)
    ground = floor * (1 - gloss * np.float32(0.75)) + reflection * gloss
    px += (ground - px) * on
    things = Things(street, 1.6)
    furniture(scene, street, things)
    things.over(px, gloss * on, street.rows * 0.02)
    expose(street, px, OUT_OF_FOCUS)


def reach(scene: Scene) -> np.float32:
    """Return after how many metres the air has swallowed most of what there is."""
    return np.float32((150 - 80 * scene.light.lamps) / max(scene.light.air, 0.6))


def haze_of(scene: Scene) -> Colour:
    """Return the colour of the air at the end of the street."""
    light = scene.light
    return mix(mix(buildings.air(scene), light.sky[0], 0.25), colour("#ffb070"), 0.10 * light.lamps)


def furniture(scene: Scene, street: Canyon, things: Things) -> None:
    """Lamp posts, trees, awnings, far to near."""
    rng, light = scene.rng("furniture"), scene.light
    iron = light.ground(colour("#33353a"), 0.3)
    leaf = [light.ground(colour(c), 0.5) for c in ("#4f6b34", "#5f7c3c", "#6f8a44", "#42602f")]
    if scene.palette == "autumn":
        leaf = [light.ground(colour(c), 0.5) for c in ("#b8611c", "#dc9a38", "#8e4a1c", "#c98a2c")]
    bark = light.ground(colour("#4a3a30"), 0.3)
    trees = scene.wants("trees", otherwise=rng.random() < 0.6)
    haze = haze_of(scene)
    awnings(scene, street, things)
    for z in np.arange(74.0, 9.5, -14.0):
        veil = 1 - float(np.exp(-z / reach(scene)))
        for side in (-1, 1):
            wall = -street.left if side < 0 else street.right
            x = wall - side * 3.1
            post = mix(iron, haze, veil)
            if trees:
                crown = [mix(t, haze, veil) for t in leaf]
                tree(rng, things, x + side * 0.2, z + 6.5, crown, mix(bark, haze, veil))
            things.panel(x - 0.06, 0, z, 0.12, 6.2, post)
            things.panel(min(x, x - side * 1.4), 6.1, z, 1.4, 0.10, post)


def awnings(scene: Scene, street: Canyon, things: Things) -> None:
    """Draw the shops' awnings, far to near."""
    rows, light, rng = houses(scene), scene.light, scene.rng("awnings")
    for n in range(7, 0, -1):
        for side in (0, 1):
            near, far = rows.ends[side][n - 1], rows.ends[side][n]
            if rng.random() < 0.45 or near < 8:
                continue
            wall = street.right if side else -street.left
            out = wall + (-1.3 if side else 1.3)
            cloth = mix(rows.sign[n + BLOCKS * side], colour("#f4ece0"), 0.25 if rng.random() < 0.6 else 0.8)
            lit = light.ground(cloth, 0.55) + rows.shop[n + BLOCKS * side] * np.float32(0.14 * light.lamps)
            tone = mix(lit, haze_of(scene), 1 - float(np.exp(-near / reach(scene))))
            a, b = float(near) + 0.6, float(far) - 0.6
            things.polygon([(wall, 3.5, a), (wall, 3.5, b), (out, 2.75, b), (out, 2.75, a)], tone)
            things.polygon(
                [(out, 2.75, a), (out, 2.75, b), (out, 2.5, b), (out, 2.5, a)], tone * np.float32(0.8)
            )


def tree(
    rng: np.random.Generator, things: Things, x: float, z: float, leaves: list[Colour], bark: Colour
) -> None:
    """Draw a tree of the street: a crown of many small blobs."""
    tall = rng.uniform(6.0, 8.0)
    things.panel(x - 0.11, 0, z, 0.22, tall * 0.6, bark)
    spread = tall * 0.25
    for n in range(130):
        a, r = rng.uniform(0, 6.28), rng.random() ** 0.6
        cx = x + np.cos(a) * r * spread * (1 + 0.2 * np.sin(3 * a + tall))
        cy = tall * 0.74 + np.sin(a) * r * spread * 0.9
        size = rng.uniform(0.14, 0.42)
        rise = (cy - tall * 0.5) / (tall * 0.5)
        tone = leaves[int(rng.integers(len(leaves)))] * np.float32(0.50 + 0.62 * rise + 0.25 * (n / 130))
        corners = [
            (cx + size * np.cos(k), cy + size * np.sin(k) * 0.8, z) for k in (0.2, 1.3, 2.3, 3.2, 4.4, 5.4)
        ]
        things.polygon(corners, np.maximum(tone, 0))


@dataclass(frozen=True)
class Car:
    """One pair of lights that drives along the street once in a loop."""

    x: float
    at: float
    away: bool
    tone: Colour
    amount: float


def traffic(scene: Scene) -> list[Car]:
    """Return what drives."""
    rng = generator(*scene.key, "traffic")
    street = plan(scene)
    middle = (street.right - street.left) / 2
    cars = []
    count = scene.count("traffic", 13)
    for lane in (-3.0, 3.0):
        for n in range(count if count < 7 else count // 2 + 1):
            away = lane < 0
            tone = colour("#ff3a24") if away else colour("#fff0d4")
            at = (n + rng.uniform(-0.32, 0.32)) / max(1, count // 2 + 1)
            cars.append(
                Car(middle + lane + rng.uniform(-0.4, 0.4), at % 1, away, tone, rng.uniform(0.7, 1.0))
            )
    return cars


def lamps(scene: Scene) -> None:
    """Lights of the street, of traffic and of what lies far away, as discs."""
    street, light, u = plan(scene), scene.light, scene.unit
    strength = 0.12 + 0.88 * light.lamps
    discs = Lights(scene, 360)
    damp = wet(scene)

    def put(x: float, y: float, z: float, tone: Colour, amount: float) -> None:
        px, py = street.point(x, y, z)
        radius = u * 0.027 * (1 - 2.5 / z)
        amount *= aside(scene, px, py)
        discs.disc(px, py, radius, tone, amount, 0.3)
        discs.glow(px, py, radius * 4, tone, amount * 0.16)
        if damp > 0.3:
            _, floor = street.point(x, -y, z)
            discs.glow(px, floor, radius * 1.7, tone, amount * 0.5 * damp, 3.4)

    if light.lamps > 0.3:
        for z in np.arange(74.0, 7.5, -14.0):
            for side in (-1, 1):
                wall = -street.left if side < 0 else street.right
                put(wall - side * 4.4, 6.0, float(z), colour("#ffbe78"), 0.75 * light.lamps)
        rng = scene.rng("far lights")
        for n in range(54):
            side, z = (-1 if rng.random() < 0.5 else 1), 22 + 80 * rng.random() ** 1.5
            wall = -street.left if side < 0 else street.right
            tone = pick(rng, SHOPS + SIGNS)
            breath = 0.75 + 0.25 * scene.swing(4 if n % 2 else 8, float(rng.random()))
            put(
                wall - side * rng.uniform(0.2, 2.5),
                rng.uniform(1.5, 8),
                z,
                tone,
                rng.uniform(0.25, 0.7) * light.lamps * breath,
            )
    if scene.wants("traffic", otherwise=True):
        for car in scene.keep("cars", lambda: traffic(scene)):
            t = (car.at + scene.phase) % 1
            z = 11 + 84 * (t if car.away else 1 - t)
            seen = min(1.0, t / 0.16, (1 - t) / 0.16)
            for offset in (-0.75, 0.75):
                put(
                    car.x + offset,
                    0.75,
                    z,
                    car.tone,
                    0.60 * car.amount * seen * strength * float(np.exp(-z / 60)),
                )
    discs.paint()


def air(scene: Scene) -> None:
    """Calm what lies behind the person."""
    calm(scene, mix(haze_of(scene), scene.light.ambient, 0.35), 0.30)


STREET = Place(
    layers=(
        Layer("sky", heavens),
        Layer("houses", walls),
        Layer("lights", lamps, moves=True),
        Layer("air", air),
    ),
    horizon=0.56,
    time="night",
    soft=0.6,
    holds=frozenset({"traffic", "trees"}),
)
