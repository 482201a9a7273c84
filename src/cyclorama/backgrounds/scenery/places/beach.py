"""A beach between palms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import birds
from ..air.heavens import HEAVENS
from ..land import plants
from ..land.palms import Palm
from ..light import colour
from ..scene import Layer, Place
from ..sea import boats, headlands, lighthouse, shore, water
from ..sea.parasol import parasols
from ..shapes import Cutout
from .sea import sea_colour

if TYPE_CHECKING:
    from ..scene import Scene


def sea(scene: Scene) -> None:
    """Paint the sea, down to under the sand's edge."""
    rough = 1.5 if scene.weather == "storm" else 0.7
    water.paint(scene, scene.horizon, float(shore.line_of(scene).max()) + 2, sea_colour(scene), rough, 0.8)
    shore.shallows(scene)


def stand(scene: Scene) -> list[tuple[float, float, float, float]]:
    """Choose where the palms stand: column, foot, height and lean of each, in pixels, far ones first."""

    def chosen() -> list[tuple[float, float, float, float]]:
        rng = scene.rng("palms")
        u, w = scene.unit, scene.width
        ground = scene.horizon + (scene.height - scene.horizon) * 0.55
        main = -1 if scene.sun[0] > w / 2 else 1

        def edge(distance: float) -> float:
            return distance if main < 0 else w - distance

        def tree(x: float, down: float, tall: float, lean: float) -> tuple[float, float, float, float]:
            return x, ground + down * u, tall * u, lean * u

        draw = rng.uniform
        trees = [
            tree(edge(u * draw(0.34, 0.44)), -0.06, draw(0.36, 0.44), -main * draw(0.03, 0.08)),
            tree(edge(u * draw(0.18, 0.25)), 0.03, draw(0.52, 0.60), -main * draw(0.12, 0.2)),
            tree(edge(u * draw(0.03, 0.08)), 0.10, draw(0.70, 0.80), -main * draw(0.12, 0.2)),
            tree(w - edge(u * draw(0.06, 0.14)), -0.02, draw(0.42, 0.54), main * draw(0.05, 0.13)),
        ]
        # the tallest first: with fewer, those stay that frame the picture
        order = [2, 3, 1, 0]
        usual = 4 - int(rng.random() < 0.35) - int(rng.random() < 0.25)
        count = scene.count("palms", usual)
        kept = [trees[n] for n in order[:count]]
        while len(kept) < count:
            side = rng.random() < 0.5
            near = rng.random()
            x = u * draw(0.0, 0.45 - 0.2 * near)
            kept.append(
                tree(
                    x if side else w - x,
                    -0.07 + 0.13 * near,
                    0.34 + 0.2 * near,
                    draw(0, 0.1) * (1 if side else -1),
                )
            )
        return sorted(kept, key=lambda t: t[1])

    return scene.keep("stand", chosen) if scene.wants("palms", otherwise=True) else []


def shadows(scene: Scene) -> None:
    """Paint the palms' shadows on the sand."""
    for x, foot, tall, _ in stand(scene):
        _shadow(scene, x, foot, tall)


def grove(scene: Scene) -> None:
    """Palms to both sides, leaning in over the picture, that sway."""

    def grown() -> list[Palm]:
        rng = scene.rng("grove")
        return [Palm(scene, rng, *tree) for tree in stand(scene)]

    for palm in scene.keep("grove", grown):
        palm.paint(scene, 2.2 if scene.weather == "storm" else 1.0)


def grasses(scene: Scene) -> None:
    """Tufts at the palms' feet, and in the corners, close by and out of focus."""
    rng = scene.rng("tufts")
    u = scene.unit
    for x, foot, tall, _ in stand(scene):
        plants.tuft(scene, rng, x, foot + 0.012 * u, tall * 0.13)
    for side in (0.0, float(scene.width)):
        for _ in range(int(rng.integers(2, 7))):
            x = abs(side - u * rng.random() ** 2 * 0.22)
            plants.tuft(
                scene, rng, x, scene.height + u * rng.uniform(0.0, 0.06), u * rng.uniform(0.08, 0.15), 1.8
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
    for k in range(11):
        a = k * 2 * np.pi / 11 + 0.3
        tip = (ex + np.cos(a) * reach * 0.85, ey + np.sin(a) * reach * 0.17)
        cut.polygon([(ex - 3, ey - 3), tip, (ex + 3, ey + 4)], dark)
    cut.disc(ex, ey, reach * 0.36, dark, 0.2)
    cut.paint(0.42 if scene.light.glow > 0.38 else 0.25)


BEACH = Place(
    layers=(
        HEAVENS,
        Layer("far capes", headlands.paint),
        Layer("lighthouse", lighthouse.tower),
        Layer("sea", sea, moves=True),
        Layer("sailboat", boats.paint, moves=True),
        Layer("sand", shore.sand),
        Layer("surf", shore.surf, moves=True),
        Layer("its light", lighthouse.lamp, moves=True),
        Layer("birds", birds.paint, moves=True),
        Layer("shadows", shadows),
        Layer("parasol", parasols),
        Layer("palms", grove, moves=True),
        Layer("grasses", grasses),
    ),
    horizon=0.52,
    soft=0.7,
    holds=frozenset({"palms", "sailboat", "birds", "moon", "stars", "clouds", "lighthouse", "parasol"}),
)
