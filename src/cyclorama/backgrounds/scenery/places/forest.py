"""A forest: trunks behind trunks in lit mist, leaves above, ferns below."""

from __future__ import annotations

import numpy as np

from .. import plants, sky
from ..light import Colour, colour, mix
from ..noise import fbm, line, resize, smoothstep
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout


def glade(scene: Scene) -> None:
    """Paint the light at the far end: brightest around the sun, greener upwards."""
    light = scene.light
    sky.gradient(scene)
    leaf = _leaf(scene)
    far = mix(light.haze, light.ground(leaf, 0.6), 0.35)
    top = mix(far, light.ground(leaf, 0.35), 0.6)
    t = smoothstep(0.0, 1.0, scene.rows / np.float32(scene.height))
    scene.paint(flat(top) + (flat(far) - flat(top)) * t, 0.85)
    cx = scene.width * 0.5 + (scene.sun[0] - scene.width * 0.5) * 0.6
    dx = (scene.columns - np.float32(cx)) / np.float32(scene.unit)
    dy = (scene.rows - np.float32(scene.height * 0.36)) / np.float32(scene.unit)
    amount = np.exp(-(dx * dx * 4.5 + dy * dy * 6)) * np.float32(0.35 + 0.4 * min(1.0, light.glow))
    scene.shine(flat(mix(light.disc, light.key, 0.4)), amount.astype(np.float32))
    if light.moon:
        sky.stars(scene, 0.4, scene.height * 0.4)


def _leaf(scene: Scene) -> Colour:
    if scene.palette == "autumn":
        return colour("#c0742a")
    return colour("#5f8a3a")


def trunks(scene: Scene) -> None:
    """Five depths of trees, fading into the light."""
    for depth in range(5):
        _stand(scene, depth)


def _stand(scene: Scene, depth: int) -> None:
    light, u = scene.light, scene.unit
    rng = scene.rng("stand", depth)
    near = depth / 4
    air = (1 - near) ** 1.3 * 0.86
    air = min(0.95, air * (1 + 0.15 * (light.air - 1)))
    dark = light.ground(colour("#4a3b2e"), 0.10)
    far = mix(light.haze, light.ground(_leaf(scene), 0.6), 0.4)
    tone = mix(dark, far, air)
    rim = mix(light.ground(colour("#8a6d4e"), 0.7), far, air)
    width = u * (0.012 + 0.052 * near**1.6)
    ground = scene.height * (0.66 + 0.26 * near)
    gap = u * (0.055 + 0.27 * near)
    cut = Cutout(
        scene,
        (0, 0, scene.width, min(scene.height, ground + u * 0.1)),
        tone,
        (2.0, 1.2, 0.6, 0.6, 2.6)[depth] * u / 720,
    )
    x = -gap * rng.random()
    while x < scene.width + gap:
        aside = abs(x / scene.width - 0.5) * 2
        if depth < 2 or aside > 0.28 + 0.34 * near:
            _trunk(
                cut,
                scene,
                rng,
                x,
                ground + rng.uniform(-0.02, 0.02) * u,
                width * rng.uniform(0.6, 1.25),
                tone,
                rim,
            )
        x += gap * rng.uniform(0.45, 1.5)
    cut.paint()
    _floor(scene, rng, ground, near, air, far)
    _canopy(scene, depth, near, air, far)
    if depth in (1, 2):
        beams(scene, depth)


def _trunk(
    cut: Cutout,
    scene: Scene,
    rng: np.random.Generator,
    x: float,
    foot: float,
    width: float,
    tone: Colour,
    rim: Colour,
) -> None:
    lean = rng.uniform(-0.05, 0.05) * scene.height
    rows = np.linspace(0, 1, 14)
    wob = line(rng, 14, 5, 2) * width * 0.25
    half = width * (0.5 - 0.20 * rows + 0.32 * np.exp(-rows * 16))
    cx, cy = x + lean * rows + wob, foot * (1 - rows) - 8 * rows
    side = 1.0 if scene.sun[0] > x else -1.0
    for i in range(13):
        strips = ((-1.0, -0.35), (-0.35, 0.35), (0.35, 1.0))
        for k, (a, b) in enumerate(strips):
            share = (0.75 if (k - 1) == side else 0.0) + (0.18 if k == 1 else 0.0)
            c = mix(tone, rim, share) * np.float32(rng.uniform(0.95, 1.05))
            cut.polygon(
                [
                    (cx[i] + a * half[i], cy[i]),
                    (cx[i] + b * half[i], cy[i]),
                    (cx[i + 1] + b * half[i + 1], cy[i + 1] - 1),
                    (cx[i + 1] + a * half[i + 1], cy[i + 1] - 1),
                ],
                c,
            )
    for _ in range(int(rng.integers(2, 6))):
        t = rng.uniform(0.35, 0.95)
        i = int(t * 12)
        s = 1 if rng.random() < 0.5 else -1
        reach, rise = width * rng.uniform(2, 6), width * rng.uniform(0.4, 2.4)
        b = width * 0.10
        cut.polygon([(cx[i], cy[i] - b), (cx[i] + s * reach, cy[i] - rise), (cx[i], cy[i] + b)], tone)


def _floor(
    scene: Scene, rng: np.random.Generator, ground: float, near: float, air: float, far: Colour
) -> None:
    """Paint the ground of one depth: uneven, mossy, lighter where the sun gets through."""
    light, u = scene.light, scene.unit
    edge = np.float32(ground) + line(rng, scene.width, u * (0.12 + 0.2 * near), 5) * np.float32(
        u * (0.012 + 0.02 * near)
    )
    first = max(0, int(edge.min()))
    if first >= scene.height:
        return
    mask = smoothstep(-2.0 - 5 * near, 2.0 + 5 * near, scene.rows[first:] - edge[None, :])
    moss = mix(light.ground(_leaf(scene) * np.float32(0.62), 0.28), far, air)
    lit = mix(light.ground(_leaf(scene), 0.85), far, air * 0.8)
    patches = fbm(rng, scene.width, scene.height - first, u * (0.06 + 0.1 * near), 5)
    fine = fbm(rng, scene.width, scene.height - first, u * 0.012, 3)
    amount = smoothstep(-0.1, 0.9, patches * 0.8 + fine * 0.35)
    scene.paint(
        (flat(moss) + (flat(lit) - flat(moss)) * amount * np.float32(0.75)) * (1 + fine * np.float32(0.12)),
        mask,
        first,
    )


def _canopy(scene: Scene, depth: int, near: float, air: float, far: Colour) -> None:
    """Leaves: noise cut at a level that falls from the top, finer and darker with nearness."""
    light, u = scene.light, scene.unit
    reach = int(scene.height * (0.52 - 0.10 * near))
    if reach < 4:
        return
    rng = scene.rng("canopy", depth)
    big = fbm(rng, scene.width, reach, u * (0.13 + 0.12 * near), 3)
    fine = fbm(rng, scene.width, reach, u * (0.020 + 0.016 * near), 3)
    y = scene.rows[:reach] / np.float32(reach)
    x = np.abs(scene.columns / np.float32(scene.width) - 0.5) * 2
    level = (y * 1.9 - 0.75) - (x**2) * (0.2 + 0.55 * near) + np.float32(0.35 * near)
    body = big * 0.9 + fine * 0.62 - level
    mask = smoothstep(-0.02, 0.16, body) * np.float32(0.92)
    dark = mix(light.ground(_leaf(scene) * np.float32(0.55), 0.15), far, air)
    lit = mix(light.ground(_leaf(scene) * np.array([1.2, 1.1, 0.8], np.float32), 0.9), far, air * 0.9)
    thin = 1 - smoothstep(0.0, 0.75, body)
    shine = np.clip(thin * 0.7 + fine * 0.35, 0, 1) * np.float32(0.85 - 0.35 * near)
    scene.paint(flat(dark) + (flat(lit) - flat(dark)) * shine, mask)


def beams(scene: Scene, depth: int) -> None:
    """Shafts of light from where the sun stands behind the leaves."""
    light = scene.light
    if light.glow < 0.3 and not scene.wants("sunbeams"):
        return
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    sx = (scene.width * 0.5 + (scene.sun[0] - scene.width * 0.5) * 0.9) / scene.width * w
    sy = -0.35 * h
    x = np.arange(w, dtype=np.float32)[None, :] - np.float32(sx)
    y = np.arange(h, dtype=np.float32)[:, None] - np.float32(sy)
    angle = np.arctan2(x, y)
    knots = line(scene.rng("beams", depth), 512, 15, 3)
    ray = np.interp(angle.ravel(), np.linspace(-1.6, 1.6, 512), knots).reshape(h, w)
    reach = np.exp(-((np.hypot(x, y) / h - 0.75) ** 2) * 2.2)
    strength = 0.34 if scene.wants("sunbeams") else 0.24
    amount = np.clip(ray - 0.05, 0, 1) * reach * strength * (0.6 + 0.6 * light.glow)
    scene.shine(
        flat(mix(light.disc, light.key, 0.5)),
        np.clip(resize(amount.astype(np.float32), scene.width, scene.height), 0, 1),
    )


def ferns(scene: Scene) -> None:
    """Undergrowth at the lower edge, out of focus."""
    rng = scene.rng("ferns")
    light, u = scene.light, scene.unit
    dark = light.ground(_leaf(scene) * np.float32(0.4), 0.2)
    lit = light.ground(_leaf(scene), 0.75)
    plants.grass(
        scene,
        rng,
        scene.height * 0.95,
        scene.height + u * 0.06,
        u * 0.24,
        dark,
        lit,
        int(260 * scene.span),
        2.6 * u / 720,
        0.7,
    )


FOREST = Place(
    layers=(Layer("light", glade), Layer("trees", trunks), Layer("ferns", ferns)),
    horizon=0.62,
    time="golden",
    soft=1.2,
    holds=frozenset({"sunbeams", "pines", "stars"}),
)
