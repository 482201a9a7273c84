"""Beach and open sea."""

from __future__ import annotations

import numpy as np

from .. import palms, plants, water
from ..heavens import HEAVENS
from ..heavens import paint as heavens
from ..light import Colour, colour, mix
from ..noise import fbm, line, sample, smoothstep, tile
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout

__all__ = ["BEACH", "SEA", "birds", "heavens"]


def sea_colour(scene: Scene) -> Colour:
    """Paint the water's own colour: turquoise by day, what is left of it at other hours."""
    light = scene.light
    body = mix(colour("#0f6f86"), colour("#0a3a5c"), 0.25)
    return np.asarray(body * (light.ambient * 0.75 + light.key * 0.35), np.float32)


def headlands(scene: Scene) -> None:
    """One or two far capes that end in the sea."""
    light = scene.light
    rng = scene.rng("capes")
    side = 1 if rng.random() < 0.5 else -1
    for n, (reach, tall, near) in enumerate(((0.46, 0.075, 0.25), (0.27, 0.10, 0.5))):
        x = np.linspace(0, 1, scene.width, dtype=np.float32)
        x = x if side * (1 - 2 * n) > 0 else 1 - x
        fall = np.clip(1 - x / reach, 0, 1) ** 0.7
        shape = fall * (0.72 + 0.4 * line(scene.rng("cape", n), scene.width, scene.unit * 0.16, 6))
        tops = scene.horizon - np.maximum(shape, 0) * tall * scene.unit
        tops = np.where(fall > 0, tops, scene.horizon + 2)
        first, last = max(0, int(tops.min())), min(scene.height, int(scene.horizon) + 1)
        if last <= first:
            continue
        rows = scene.rows[first:last]
        mask = np.clip(rows - tops[None, :] + 0.5, 0, 1).astype(np.float32)
        land = light.ground(colour("#4f6b4a"), 0.18 if light.low else 0.55)
        tone = mix(land, light.haze, min(0.95, (0.72 - near * 0.5) * (0.7 + 0.3 * light.air)))
        foot = mix(tone, light.haze, 0.5)
        fade = np.clip((rows - first) / np.float32(max(last - first, 1)), 0, 1)
        scene.paint(flat(tone) + (flat(foot) - flat(tone)) * fade, mask, first)


def sea(scene: Scene) -> None:
    """Paint the sea, down to well under the beach."""
    rough = 1.5 if scene.weather == "storm" else 0.8
    water.paint(
        scene,
        scene.horizon,
        scene.horizon + 0.30 * (scene.height - scene.horizon) + scene.unit * 0.16,
        sea_colour(scene),
        rough,
        0.8,
    )


def open_sea(scene: Scene) -> None:
    """Paint the sea, down to the picture's edge."""
    rough = 1.8 if scene.weather == "storm" else 1.0
    water.paint(scene, scene.horizon, scene.height, sea_colour(scene), rough, 1.1)


def sand(scene: Scene) -> None:
    """Dry sand, wet sand that mirrors the sky, and the lace of the last wave."""
    light = scene.light
    rng = scene.rng("sand")
    depth = scene.height - scene.horizon
    x = np.linspace(-1, 1, scene.width, dtype=np.float32)
    lean = rng.uniform(0.03, 0.09) * (1 if rng.random() < 0.5 else -1)
    shore = scene.horizon + depth * (0.40 + lean * x + 0.035 * line(rng, scene.width, scene.unit * 0.5, 3))
    shore = shore.astype(np.float32)
    first = max(0, int(shore.min()) - 3)
    if first >= scene.height - 2:
        return
    rows = scene.rows[first:]
    inland = (rows - shore[None, :]) / np.float32(scene.unit)
    h = scene.height - first
    texture = tile(scene.rng("grains"), 1.5, 4, 250)
    down = (rows - np.float32(scene.horizon) + 1) / np.float32(scene.unit)
    z = np.float32(0.16) / (down + 0.02)
    u, v = (scene.columns - scene.width / 2) / np.float32(scene.unit) * z * 1.6, z * 4.0
    bumps = sample(texture, u, v)
    slow = fbm(scene.rng("drifts"), scene.width, h, scene.unit * 0.22, 4)
    dry = light.ground(colour("#e2c698"), 0.62 if light.low else 0.85)
    shade = 1 + bumps * 0.07 + slow * 0.06
    dry_paint = flat(dry) * shade
    toward = np.exp(-(((scene.columns - np.float32(scene.sun[0])) / np.float32(scene.unit * 0.7)) ** 2))
    dry_paint = dry_paint * (0.90 + 0.20 * toward) * (1.06 - 0.30 * smoothstep(0.25, 0.75, down))
    damp = light.ground(colour("#8d7052"), 0.35)
    mirrored = np.clip(
        np.round(2 * scene.horizon - rows * 0.9 - 0.1 * scene.horizon), 0, max(first - 1, 0)
    ).astype(np.int32)
    sky_above = scene.px[:, mirrored[:, 0], :]
    evenly = sky_above.mean(axis=2, keepdims=True)
    # damp sand blurs what it mirrors: no sun's disc in it
    above = evenly * 0.35 + np.minimum(sky_above, evenly * 1.2) * 0.65
    wet = flat(damp) * 0.5 + above * 0.52
    soak = smoothstep(0.015, 0.16, inland + slow * 0.02)
    body = wet + (dry_paint - wet) * soak
    cover = smoothstep(-0.002, 0.012, inland)
    scene.paint(np.asarray(body, np.float32), cover, first)
    _surf(scene, shore, first)


def _surf(scene: Scene, shore: np.ndarray, first: int) -> None:
    """Foam: a bright edge on the beach, and breakers behind it."""
    light = scene.light
    white = mix(light.ground(colour("#ffffff"), 0.8), light.haze, 0.15)
    top = max(0, int(shore.min() - scene.unit * 0.12))
    rows = scene.rows[top:]
    lace = fbm(scene.rng("lace"), scene.width, scene.height - top, scene.unit * 0.03, 4)
    for n, (back, thick, strength) in enumerate(
        ((0.0, 0.0085, 0.95), (0.030, 0.006, 0.6), (0.068, 0.0035, 0.42))
    ):
        wander = line(scene.rng("surf", n), scene.width, scene.unit * 0.35, 4)
        edge = shore - np.float32(back * scene.unit) + wander * np.float32(scene.unit * 0.012)
        d = (rows - edge[None, :]) / np.float32(scene.unit)
        holes = smoothstep(-0.75, 0.35, lace + 0.35 * wander[None, :])
        sharp = np.clip(1 - np.maximum(d, 0) / (thick * 0.35), 0, 1)
        trail = np.exp(np.minimum(d, 0) / (thick * 2.2))
        shadow = np.exp(-(((d - thick * 0.7) / (thick * 0.6)) ** 2)) * 0.22
        scene.paint(flat(light.ambient * np.float32(0.5)), np.asarray(shadow * holes, np.float32), top)
        scene.paint(flat(white), np.asarray(sharp * trail * holes * strength, np.float32), top)


def sailboat(scene: Scene) -> None:
    """Paint a small boat far out, when asked for or by seed."""
    rng = scene.rng("sailboat")
    if not scene.wants("sailboat", otherwise=bool(rng.random() < 0.35)):
        return
    light = scene.light
    x = scene.width * (0.5 + (0.25 + 0.1 * rng.random()) * (-1 if scene.sun[0] > scene.width / 2 else 1))
    size = scene.unit * 0.075
    y = scene.horizon + scene.unit * 0.012
    sail = mix(light.ground(colour("#fbf4e6"), 0.45 if light.low else 0.9), light.haze, 0.2)
    hull = mix(light.ground(colour("#4a3a36"), 0.3), light.haze, 0.2)
    cut = Cutout(scene, (x - size, y - size * 1.4, x + size, y + size * 0.8), sail)
    lean = size * 0.05
    cut.polygon(
        [(x + lean, y - size * 1.15), (x + size * 0.42, y - size * 0.16), (x + size * 0.02, y - size * 0.16)],
        sail,
    )
    cut.polygon(
        [
            (x + lean - 1, y - size * 1.08),
            (x - size * 0.05, y - size * 0.16),
            (x - size * 0.36, y - size * 0.16),
        ],
        sail * np.float32(0.82),
    )
    cut.polygon(
        [
            (x - size * 0.42, y - size * 0.11),
            (x + size * 0.46, y - size * 0.13),
            (x + size * 0.3, y),
            (x - size * 0.3, y),
        ],
        hull,
    )
    cut.paint()
    ghost = Cutout(scene, (x - size, y, x + size, y + size * 1.2), hull, scene.unit * 0.004)
    ghost.polygon(
        [
            (x - size * 0.3, y),
            (x + size * 0.34, y),
            (x + size * 0.12, y + size * 0.8),
            (x - size * 0.1, y + size * 0.7),
        ],
        hull,
    )
    ghost.paint(0.32)


def birds(scene: Scene) -> None:
    """Paint a few gulls, far."""
    rng = scene.rng("birds")
    if not scene.wants("birds", otherwise=bool(rng.random() < 0.5) and not scene.light.moon):
        return
    tone = mix(scene.light.ground(colour("#3a3c46"), 0.2), scene.light.haze, 0.25)
    cx, cy = scene.width * rng.uniform(0.2, 0.8), scene.horizon * rng.uniform(0.35, 0.6)
    reach = scene.unit * 0.16
    cut = Cutout(scene, (cx - reach * 1.3, cy - reach, cx + reach * 1.3, cy + reach), tone)
    for _ in range(int(rng.integers(5, 9))):
        x, y = cx + rng.normal() * reach * 0.5, cy + rng.normal() * reach * 0.25
        s, flap = scene.unit * rng.uniform(0.006, 0.013), rng.uniform(0.2, 0.7)
        for side in (-1, 1):
            cut.polygon(
                [
                    (x, y),
                    (x + side * s * 0.55, y - s * flap),
                    (x + side * s * 1.3, y - s * flap * 0.35),
                    (x + side * s * 0.55, y - s * flap + s * 0.16),
                ],
                tone,
            )
    cut.paint()


def grove(scene: Scene) -> None:
    """Palms to both sides, leaning in over the picture, and a frond close by, out of focus."""
    if not scene.wants("palms", otherwise=True):
        return
    rng = scene.rng("palms")
    u, w = scene.unit, scene.width
    ground = scene.horizon + (scene.height - scene.horizon) * 0.55
    main = -1 if scene.sun[0] > w / 2 else 1

    def edge(distance: float) -> float:
        return distance if main < 0 else w - distance

    stand = [
        (
            edge(u * rng.uniform(0.34, 0.44)),
            -0.06,
            rng.uniform(0.36, 0.44),
            -main * rng.uniform(0.03, 0.08),
        ),
        (edge(u * rng.uniform(0.18, 0.25)), 0.03, rng.uniform(0.52, 0.60), -main * rng.uniform(0.12, 0.2)),
        (edge(u * rng.uniform(0.03, 0.08)), 0.10, rng.uniform(0.70, 0.80), -main * rng.uniform(0.12, 0.2)),
    ]
    if rng.random() < 0.3:
        del stand[int(rng.integers(2))]
    if rng.random() < 0.75:
        stand.append(
            (
                w - edge(u * rng.uniform(0.06, 0.14)),
                -0.02,
                rng.uniform(0.42, 0.54),
                main * rng.uniform(0.05, 0.13),
            )
        )
    for x, down, tall, _ in stand:
        _shadow(scene, x, ground + down * u, tall * u)
    for x, down, tall, lean in stand:
        palms.paint(scene, rng, x, ground + down * u, tall * u, lean * u)
        plants.tuft(scene, rng, x, ground + (down + 0.012) * u, tall * u * 0.13)
    for side in (0.0, float(w)):
        for _ in range(7):
            x = abs(side - u * rng.random() ** 2 * 0.32)
            plants.tuft(
                scene, rng, x, scene.height + u * rng.uniform(-0.03, 0.05), u * rng.uniform(0.10, 0.19), 1.8
            )


def _shadow(scene: Scene, x: float, foot: float, tall: float) -> None:
    """Paint a palm's shadow: long and away from a low sun, a pool under the crown from a high one."""
    u = scene.unit
    dark = scene.light.ground(colour("#8a6a4c"), 0.08)
    away = float(np.clip((x - scene.sun[0]) / u, -1.5, 1.5))
    low = scene.light.low
    length = tall * (0.55 if low else 0.18)
    ex, ey = x + away * length * (0.9 if low else 0.6), foot + length * 0.55
    reach = tall * 0.5
    cut = Cutout(
        scene, (min(x, ex) - reach, foot - reach * 0.3, max(x, ex) + reach, ey + reach * 0.4), dark, u * 0.005
    )
    half = tall * 0.018
    cut.polygon([(x - half, foot), (x + half, foot), (ex + half * 0.7, ey), (ex - half * 0.7, ey)], dark)
    for k in range(9):
        a = k * 0.7 + 0.3
        cut.polygon(
            [(ex, ey - 2), (ex + np.cos(a) * reach * 0.8, ey + np.sin(a) * reach * 0.16), (ex, ey + 4)], dark
        )
    cut.disc(ex, ey, reach * 0.45, dark, 0.2)
    cut.paint(0.42 if scene.light.glow > 0.38 else 0.25)


BEACH = Place(
    layers=(
        HEAVENS,
        Layer("far capes", headlands),
        Layer("sea", sea, moves=True),
        Layer("sailboat", sailboat),
        Layer("sand", sand, moves=True),
        Layer("birds", birds),
        Layer("palms", grove),
    ),
    horizon=0.52,
    soft=0.7,
    holds=frozenset({"palms", "sailboat", "birds", "moon", "stars"}),
)

SEA = Place(
    layers=(
        HEAVENS,
        Layer("far capes", headlands),
        Layer("sea", open_sea, moves=True),
        Layer("sailboat", sailboat),
        Layer("birds", birds),
    ),
    horizon=0.54,
    holds=frozenset({"sailboat", "birds", "moon", "stars"}),
)
