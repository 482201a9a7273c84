"""Under the sea: light from above, a reef to the sides, fish."""

from __future__ import annotations

import numpy as np

from .. import finish
from ..light import colour, mix
from ..noise import fbm, line, resize, sample, smoothstep, tile
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout


def depths(scene: Scene) -> None:
    """Paint the water: bright under the surface, deep blue below and to the sides."""
    dim = np.float32({"night": 0.34, "dusk": 0.55, "storm": 0.5}.get(scene.time, 1.0))
    tones = [colour(c) * dim for c in ("#a2eae6", "#58cfd8", "#1c93b8", "#0c5f92", "#083a68")]
    warm = mix(scene.light.sky[0], scene.light.sky[1], 0.5)
    if scene.time in {"sunset", "dawn", "golden"}:
        tones[0], tones[1] = mix(tones[0], warm, 0.45), mix(tones[1], warm, 0.2)
    at = np.array([0.0, 0.16, 0.42, 0.72, 1.0])
    t = np.linspace(0, 1, scene.height)
    t = t * t * (1.6 - 0.6 * t)
    scene.px[:] = np.stack([np.interp(t, at, [c[i] for c in tones]) for i in range(3)])[:, :, None]
    x = (scene.columns - np.float32(scene.sun[0])) / np.float32(scene.unit)
    y = scene.rows / np.float32(scene.unit)
    amount = np.exp(-(x * x * 1.4 + (y + 0.1) ** 2 * 3.2)) * np.float32(0.5) * dim
    scene.shine(flat(tones[0]), amount.astype(np.float32))
    surface(scene, tones[0])
    shafts(scene, tones[0] * dim)


def surface(scene: Scene, tone: np.ndarray) -> None:
    """Paint the surface from below: a net of light, in perspective."""
    h = int(scene.height * 0.26)
    if h < 4:
        return
    rng = scene.rng("surface")
    t = tile(rng, 2.2, 4, 60)
    down = scene.rows[:h] / np.float32(scene.unit)
    z = np.float32(0.14) / np.maximum(np.float32(h / scene.unit) - down + 0.03, 0.02)
    x = (scene.columns - scene.width / 2) / np.float32(scene.unit)
    net = 1 - np.abs(sample(t, x * 0.16 / np.maximum(z, 0.3), 0.25 / z))
    fade = 1 - smoothstep(0.25, 1.0, scene.rows[:h] / np.float32(h))
    scene.shine(flat(tone), np.clip(net, 0, 1) ** 3 * fade * np.float32(0.32))


def shafts(scene: Scene, tone: np.ndarray) -> None:
    """Shafts of light that fan out from the sun above the water."""
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    x = np.arange(w, dtype=np.float32)[None, :] - np.float32(scene.sun[0] / scene.width * w)
    y = np.arange(h, dtype=np.float32)[:, None] + np.float32(h * 0.5)
    knots = line(scene.rng("shafts"), 512, 17, 4)
    ray = np.interp(np.arctan2(x, y).ravel(), np.linspace(-1.6, 1.6, 512), knots).reshape(h, w)
    fade = np.linspace(1, 0, h, dtype=np.float32)[:, None] ** 1.2
    amount = np.clip(ray + 0.05, 0, 1) * fade * 0.42
    scene.shine(flat(tone), np.clip(resize(amount.astype(np.float32), scene.width, scene.height), 0, 1))


def seabed(scene: Scene) -> None:
    """Rocks far off, then sand with the net of light on it."""
    u = scene.unit
    water = scene.px[:, int(scene.height * 0.62), :].mean(axis=1)
    for n, (base, tall, share) in enumerate(((0.80, 0.20, 0.80), (0.86, 0.30, 0.58))):
        from .. import terrain

        tone = mix(colour("#123a4a"), water, share)
        terrain.ridge(
            scene,
            f"rock{n}",
            scene.height * base,
            u * tall,
            u * 0.22,
            tone,
            mix(tone, water, 0.5),
            6,
            0.5,
            0.75,
        )
    top = int(scene.height * 0.80)
    rows = scene.rows[top:]
    h = scene.height - top
    if h < 4:
        return
    edge = np.float32(scene.height * 0.83) + line(scene.rng("sand"), scene.width, u * 0.4, 4) * np.float32(
        u * 0.02
    )
    down = (rows - top + 2) / np.float32(u)
    z = np.float32(0.09) / (down + 0.02)
    x = (scene.columns - scene.width / 2) / np.float32(u)
    t = tile(scene.rng("caustics"), 2.4, 5, 60)
    net = np.clip(1 - np.abs(sample(t, x * z * 0.9, z * 1.6)) * 1.3, 0, 1) ** 3
    bumps = sample(t, x * z * 0.3 + 0.4, z * 0.8)
    sand = mix(colour("#6ea8a0"), water, 0.42)
    deep = smoothstep(0.0, 0.2, down)
    body = flat(sand) * (0.8 + bumps * 0.06 + net * 0.55 * deep)
    body = body + (flat(water) - body) * (0.75 - 0.55 * deep)
    scene.paint(np.asarray(body, np.float32), smoothstep(-3, 6, rows - edge[None, :]), top)


def reef(scene: Scene) -> None:
    """Coral and weed, dense to the sides, open in the middle."""
    rng = scene.rng("reef")
    u = scene.unit
    water = scene.px[:, int(scene.height * 0.55), :].mean(axis=1)
    kinds = [colour(c) for c in ("#e8635a", "#f0a050", "#c85a9a", "#8a5ac0", "#e8c860", "#4aa878")]
    for depth, (base, size, share, inner, soft) in enumerate(
        ((0.86, 0.12, 0.62, 0.2, 0.8), (0.93, 0.22, 0.36, 0.42, 0.5), (1.03, 0.40, 0.14, 0.62, 2.6))
    ):
        cut = Cutout(
            scene,
            (0, scene.height * base - u * size * 2.4, scene.width, scene.height),
            mix(colour("#2a6a70"), water, share),
            soft * u / 720,
        )
        for _ in range(int(44 * scene.span / (1 + depth * 0.8))):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            if aside < inner + 0.2 * rng.random():
                continue
            tone = mix(kinds[int(rng.integers(6))] * np.float32(0.62), water, share)
            px, py = x * scene.width, scene.height * base + u * size * rng.uniform(-0.1, 0.25)
            kind = rng.random()
            tall = u * size * rng.uniform(0.5, 1.0) * (0.6 + 0.6 * aside)
            if kind < 0.4:
                _fan(cut, rng, px, py, tall, tone)
            elif kind < 0.7:
                _brain(cut, rng, px, py, tall * 0.45, tone)
            else:
                _weed(cut, rng, px, py, tall * 1.9, mix(colour("#2f7a4a"), water, share))
        cut.paint()


def _fan(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: np.ndarray) -> None:
    """Branching coral."""

    def branch(px: float, py: float, angle: float, length: float, half: float, level: int) -> None:
        qx, qy = px + np.sin(angle) * length, py - np.cos(angle) * length
        cut.polygon(
            [(px - half, py), (px + half, py), (qx + half * 0.7, qy), (qx - half * 0.7, qy)],
            tone * np.float32(0.75 + 0.13 * level),
        )
        cut.disc(qx, qy, half * 0.85, tone * np.float32(0.8 + 0.14 * level))
        if level < 4:
            for _ in range(2 if level else 3):
                branch(
                    qx,
                    qy,
                    angle + rng.uniform(-0.62, 0.62),
                    length * rng.uniform(0.62, 0.85),
                    half * 0.72,
                    level + 1,
                )

    branch(x, y, rng.uniform(-0.2, 0.2), tall * 0.30, tall * 0.05, 0)


def _brain(cut: Cutout, rng: np.random.Generator, x: float, y: float, r: float, tone: np.ndarray) -> None:
    """Paint a boulder of coral, lighter on top."""
    for k in range(12):
        t = k / 12
        cut.disc(x, y - r * 0.16 * t, r * (1 - 0.6 * t), tone * np.float32(0.55 + 0.42 * t), 0.8)
    for _ in range(46):
        a, d = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random())
        px, py = np.cos(a) * d, np.sin(a) * d
        cut.disc(x + px * r * 0.9, y + py * r * 0.70, r * 0.055, tone * np.float32(0.98 - 0.34 * py))


def _weed(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: np.ndarray) -> None:
    """Weed that sways: ribbons."""
    for _ in range(4):
        t = np.linspace(0, 1, 12)
        phase, lean = rng.uniform(0, 6), rng.uniform(-0.2, 0.2)
        cx = x + rng.uniform(-1, 1) * tall * 0.05 + tall * (lean * t + 0.055 * np.sin(t * 7 + phase) * t)
        cy = y - tall * t * rng.uniform(0.7, 1.0)
        half = tall * 0.022 * np.sin(np.pi * np.clip(t * 0.9 + 0.1, 0, 1)) + 0.3
        c = tone * np.float32(rng.uniform(0.75, 1.15))
        cut.polygon([*zip(cx - half, cy, strict=True), *zip((cx + half)[::-1], cy[::-1], strict=True)], c)


def fish(scene: Scene) -> None:
    """Paint a shoal that keeps together, and bubbles."""
    rng = scene.rng("fish")
    u = scene.unit
    water = scene.px[:, int(scene.height * 0.4), :].mean(axis=1)
    if scene.wants("fish", otherwise=True):
        for n in range(2):
            side = -1 if n else 1
            cx, cy = (
                scene.width * (0.5 + side * rng.uniform(0.26, 0.36)),
                scene.height * rng.uniform(0.24, 0.52),
            )
            tone = mix([colour("#0e4a6a"), colour("#f0b84a")][n], water, 0.35)
            size = u * (0.011, 0.017)[n]
            cut = Cutout(
                scene, (cx - u * 0.34, cy - u * 0.22, cx + u * 0.34, cy + u * 0.22), tone, 0.7 * u / 720
            )
            face = 1 if rng.random() < 0.5 else -1
            for _ in range((26, 10)[n]):
                x, y, s = (
                    cx + rng.normal() * u * 0.10,
                    cy + rng.normal() * u * 0.05,
                    size * rng.uniform(0.7, 1.2),
                )
                c = tone * np.float32(rng.uniform(0.85, 1.2))
                cut.polygon(
                    [
                        (x - face * s, y),
                        (x, y - s * 0.36),
                        (x + face * s * 0.6, y - s * 0.1),
                        (x + face * s * 1.05, y - s * 0.34),
                        (x + face * s * 0.95, y),
                        (x + face * s * 1.05, y + s * 0.34),
                        (x + face * s * 0.6, y + s * 0.1),
                        (x, y + s * 0.36),
                    ],
                    c,
                )
            cut.paint(0.85)
    if scene.wants("bubbles", otherwise=True):
        bubbles(scene, rng)


def bubbles(scene: Scene, rng: np.random.Generator) -> None:
    """Strings of bubbles, bright on the rim."""
    u = scene.unit
    for _ in range(5):
        x0 = scene.width * (0.5 + (0.2 + 0.28 * rng.random()) * (-1 if rng.random() < 0.5 else 1))
        for _ in range(11):
            y = rng.random() * scene.height * 0.85
            x, r = x0 + rng.normal() * u * 0.012, u * rng.uniform(0.002, 0.0075)
            part = scene.around(x, y, r, 1.6)
            if part is None:
                continue
            d, top, left = part
            rim = np.exp(-(((d - 0.85) / 0.22) ** 2)) * 0.5 + np.exp(-(d**2) * 2) * 0.1
            scene.shine(flat(colour("#d8fbff")), rim.astype(np.float32), top, left)


def tint(scene: Scene) -> None:
    """Specks that drift in the water, out of focus."""
    n = fbm(scene.rng("specks"), scene.width, scene.height, scene.unit * 0.012, 2)
    scene.shine(flat(colour("#a8e8f0")), np.clip(n - 0.98, 0, 1) * np.float32(0.7))
    finish.focus(scene, 0.3)


UNDERWATER = Place(
    layers=(
        Layer("water", depths),
        Layer("seabed", seabed),
        Layer("reef", reef),
        Layer("fish", fish),
        Layer("specks", tint),
    ),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=0.8,
    holds=frozenset({"fish", "bubbles", "sunbeams"}),
)
