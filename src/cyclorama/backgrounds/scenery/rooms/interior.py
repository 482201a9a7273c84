"""A room on film: what stands still once, the view in its windows, its lamps' breath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from ..noise import Field, sample, smoothstep, tile
from ..scene import Layer
from .litroom import SUN, Lit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..scene import Scene
    from .room import Room

__all__ = ["SUN", "Built", "Lit", "glow", "layers", "leaves", "of", "planned"]


class Built(Protocol):
    """What a plan has built: a room, and what moves in it."""

    room: Room


Work = TypeVar("Work", bound=Built)


def of(scene: Scene, build: Callable[[Scene], Room]) -> Lit:
    """Return the room that `build` builds, drawn once for all frames of a loop."""
    return scene.keep(("room", build.__name__), lambda: Lit(build(scene)))


def planned(plan: Callable[[Scene], Work]) -> tuple[Callable[[Scene], Work], Callable[[Scene], Room]]:
    """Return what gives a plan's work, made once for all frames of a loop, and what gives its room."""

    def built(scene: Scene) -> Work:
        return scene.keep("built", lambda: plan(scene))

    def build(scene: Scene) -> Room:
        return built(scene).room

    return built, build


def glow(scene: Scene) -> dict[str, float]:
    """Return how the usual groups of lights change: share of themselves by which they are brighter.

    "lamp" breathes, barely; "fire" flickers; "screen" changes as a film does; "sun" as thin clouds pass. All
    are 0 at the loop's beginning.
    """
    return {
        "lamp": 0.035 * scene.swing(4.0) + 0.02 * scene.swing(2.7),
        "candle": 0.04 * scene.swing(2.0) + 0.02 * scene.swing(0.9) + 0.03 * scene.swing(4.0),
        "fire": 0.06 * scene.swing(2.6) + 0.025 * scene.swing(1.3) + 0.012 * scene.swing(0.7),
        "screen": 0.06 * scene.swing(4.0) + 0.04 * scene.swing(2.0),
        SUN: 0.05 * scene.swing(8.0),
    }


def leaves(scene: Scene, shape: tuple[int, ...]) -> Field:
    """Return how much of the sun leaves outside the window take from it, (h, w), swaying; where they grow."""
    many = scene.keep("leaves outside", lambda: float(scene.rng("leaves").uniform(-0.3, 1.0)))
    if many <= 0:
        return np.zeros(shape, np.float32)
    pattern = scene.keep("leaves", lambda: tile(scene.rng("leaf"), 2.0, 5, 34))
    h, w = shape
    u = np.arange(w, dtype=np.float32)[None, :] / np.float32(h * 3.4)
    v = np.arange(h, dtype=np.float32)[:, None] / np.float32(h * 3.4)
    u = (
        u
        + np.float32(0.007 * scene.swing(8) + 0.003 * scene.swing(2.7))
        + v * np.float32(0.02 * scene.swing(4))
    )
    v = v + np.float32(0.004 * scene.swing(4, 0.2))
    return smoothstep(-0.1, 0.9, sample(pattern, u, v)) * np.float32(0.75 * many)


def layers(build: Callable[[Scene], Room], message: str = "room") -> tuple[Layer, ...]:
    """Return a room's layers: itself, the view in its windows, and its lights' breath."""

    def still(scene: Scene) -> None:
        of(scene, build).paint(scene)

    def view(scene: Scene) -> None:
        of(scene, build).outside(scene)

    def breath(scene: Scene) -> None:
        lit = of(scene, build)
        if lit.breath:
            strength: dict[str, float | Field] = dict(glow(scene))
            if SUN in lit.breath:
                strength[SUN] = strength[SUN] - leaves(scene, lit.breath[SUN].shape[1:])
            lit.breathe(scene, strength)

    return (
        Layer(message, still),
        Layer("view", view, moves=True),
        Layer("lamps", breath, moves=True),
    )
