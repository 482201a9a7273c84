"""All that is overhead outdoors, in one layer that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..scene import Layer
from . import clouds, sky

if TYPE_CHECKING:
    from ..scene import Scene


def paint(scene: Scene) -> None:
    """Paint the sky, its stars, sun or moon, and the clouds that drift before them."""
    sky.gradient(scene)
    sky.stars(scene)
    sky.disc(scene)
    clouds.paint(scene)


HEAVENS = Layer("sky", paint, moves=True)
