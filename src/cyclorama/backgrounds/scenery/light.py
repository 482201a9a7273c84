"""The one key light of a picture, and the colours that follow from it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Colour = NDArray[np.float32]  # (3,), red, green, blue as on the screen, 0 to 1


def colour(text: str) -> Colour:
    """Return the colour written as "#rrggbb"."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def pick(rng: np.random.Generator, names: Sequence[str]) -> Colour:
    """Return one of the colours written as "#rrggbb", by chance."""
    return colour(names[int(rng.integers(len(names)))])


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return `a` with `share` (0 to 1) of `b`."""
    return np.asarray(a + (b - a) * np.float32(share), np.float32)


def grey(a: Colour) -> Colour:
    """Return the grey as light as `a` (Rec. 709 weights)."""
    return np.full(3, float(a @ np.array([0.2126, 0.7152, 0.0722], np.float32)), np.float32)


@dataclass(frozen=True)
class Light:
    """What the sky, the sun or moon and the air do to everything in the picture.

    Attributes:
        sky: colours from the horizon up to the top of the picture, (5, 3).
        key: the colour of the direct light on the ground.
        ambient: the colour of the shadows.
        haze: the colour that distance fades to.
        disc: the colour of the sun or moon.
        glow: how much the air glows around it, 0 to 1.
        height: of sun or moon above the horizon, as a share of the sky; above 1 it is out of the picture.
        stars, lamps: how bright stars and lamps are, 0 to 1.
        moon: whether the key light is the moon.
        air: how thick the air is; 1 is a clear day.
    """

    sky: NDArray[np.float32]
    key: Colour
    ambient: Colour
    haze: Colour
    disc: Colour
    glow: float
    height: float
    stars: float
    lamps: float
    moon: bool
    air: float = 1.0
    clouds: float = 0.3

    @property
    def low(self) -> bool:
        """Whether the sun stands so low that things facing us lie in their own shadow."""
        return self.height < 0.35

    def ground(self, albedo: Colour, shade: float = 0.5) -> Colour:
        """How a surface of colour `albedo` looks when `shade` (0 to 1) of the key light reaches it."""
        return np.asarray(albedo * (self.ambient * (1 - shade * 0.5) + self.key * shade), np.float32)


@cache
def times() -> dict[str, Light]:
    """Return the light of every time of day, by name."""
    table = tomllib.loads((files(__package__) / "light.toml").read_text("utf-8"))
    return {
        name: Light(
            sky=np.stack([colour(c) for c in row["sky"]]),
            key=colour(row["key"]) * np.float32(row.get("strength", 1.0)),
            ambient=colour(row["ambient"]),
            haze=colour(row["haze"]),
            disc=colour(row["disc"]),
            glow=row["glow"],
            height=row["height"],
            stars=row["stars"],
            lamps=row["lamps"],
            moon=row.get("moon", False),
        )
        for name, row in table.items()
    }


def light(time: str, weather: str) -> Light:
    """Return the light at `time` in `weather`."""
    base = times()[time]
    if weather == "clear":
        return replace(base, clouds=0.12)
    if weather == "clouds":
        return replace(base, clouds=0.62, stars=base.stars * 0.6)
    veil, thick, dim, clouds = {
        "fog": (0.45, 4.0, 0.95, 0.2),
        "rain": (0.75, 2.6, 0.72, 0.95),
        "snow": (0.6, 2.8, 0.98, 0.85),
        "storm": (0.86, 2.0, 0.56, 0.98),
    }.get(weather, (0.0, 1.0, 1.0, 0.35))
    if not veil:
        return base
    cool = np.array([0.95, 1.0, 1.06], np.float32) * np.float32(dim)

    def veiled(c: Colour) -> Colour:
        return np.asarray(mix(c, grey(c), veil) * cool, np.float32)

    sky = np.stack([veiled(mix(c, base.haze, veil * 0.5)) for c in base.sky])
    return replace(
        base,
        sky=sky,
        key=veiled(mix(base.key, base.ambient, veil * 0.6)),
        ambient=veiled(mix(base.ambient, base.haze, 0.25)),
        haze=veiled(mix(base.haze, sky[1], 0.4)),
        glow=base.glow * (1 - veil * 0.6),
        stars=0.0,
        air=thick,
        clouds=clouds,
    )
