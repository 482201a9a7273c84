"""What holds for every place: room for the person, contrast at their outline, a loop that closes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery import silhouette
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.light import times
from cyclorama.backgrounds.scenery.places import PLACES
from cyclorama.backgrounds.scenery.words.vocabulary import spoken

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 256, 144
FRAMES = 240  # of a loop
SKIN = {"light skin": "#e8c4a8", "medium skin": "#b5835a", "dark skin": "#5c3a26"}
HAIR = {"blond hair": "#c8a46a", "brown hair": "#4a3426", "black hair": "#15120f"}
LEAST_DIFFERENCE = 12.0
"""CIELAB distance that is seen at once, also through a webcam's compression."""
QUIET = 6.0
"""Codes from pixel to pixel, at this size: a calm picture, such as a planet's rim or a coast, has fewer."""

Picture = NDArray[np.float32]


def film(place: str, time: str = "") -> Film:
    return Film(Prompt(text=f"{spoken(place)} {time}", seed=1, width=WIDTH, height=HEIGHT))


@cache
def still(place: str, time: str = "") -> Picture:
    return np.asarray(film(place, time).still(Report()), np.float32)


def ring(grow: float) -> NDArray[np.bool_]:
    """What is seen right beside the person."""
    grown, person = silhouette.mask(WIDTH, HEIGHT, grow), silhouette.mask(WIDTH, HEIGHT)
    return np.asarray((grown > 0) & (person == 0))


def lab(rgb: NDArray[np.floating]) -> Picture:
    """sRGB (..., 3), 0 to 255, to CIELAB under D65 (CIE 15)."""
    c = np.asarray(rgb, np.float64) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    xyz = (
        linear
        @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
        / np.array([0.9505, 1.0, 1.089])
    )
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1).astype(np.float32)


def luma(picture: Picture) -> Picture:
    return picture @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def boxed(field: Picture, radius: int) -> Picture:
    """A box's mean around each point."""
    size = 2 * radius + 1
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (radius, radius)
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(field, pad, mode="edge"), size, axis)
        field = windows.mean(-1)
    return field


@pytest.mark.parametrize(("number", "place"), list(enumerate(sorted(PLACES))))
def test_at_another_time_and_in_other_weather(number: int, place: str) -> None:
    time = sorted(times())[number % len(times())].replace("golden", "golden hour")
    weather = ("", "in the rain", "in the snow", "foggy")[number % 4]
    prompt = Prompt(text=f"{spoken(place)} {time} {weather}", width=112, height=64)
    picture = np.asarray(Film(prompt).still(Report()), np.float32)
    assert picture.shape == (64, 112, 3)
    assert picture.std() > 6, "an empty picture"
    assert 5 < picture.mean() < 240


SIZES = [(64, 64), (65, 1001), (1001, 65), (4096, 64), (64, 4096), (333, 217), (216, 384)]


@pytest.mark.parametrize(("number", "place"), list(enumerate(sorted(PLACES))))
def test_sizes(number: int, place: str) -> None:
    width, height = SIZES[number % len(SIZES)]
    image = Film(Prompt(text=spoken(place), width=width, height=height)).still(Report())
    assert image.size == (width, height)
    assert np.asarray(image).std() > 4


@pytest.mark.parametrize("place", sorted(PLACES))
def test_seeds_give_variety(place: str) -> None:
    prompt = Prompt(text=spoken(place), seed=2**32 - 1, width=WIDTH, height=HEIGHT)
    other = np.asarray(Film(prompt).still(Report()), np.float32)
    assert np.abs(other - still(place)).mean() > 2


@pytest.mark.parametrize("time", ["", "at night"])
@pytest.mark.parametrize("place", sorted(PLACES))
def test_the_person_stands_out(place: str, time: str) -> None:
    beside = lab(still(place, time)[ring(0.08)])
    near = {}
    for name, tone in (SKIN | HAIR).items():
        rgb = np.array([int(tone[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
        away = float(np.linalg.norm(beside - lab(rgb), axis=-1).mean())
        if away < LEAST_DIFFERENCE:
            near[name] = round(away, 1)
    assert len(near) <= 1, near


@pytest.mark.parametrize("place", sorted(PLACES))
def test_nothing_draws_the_eye_to_the_outline(place: str) -> None:
    bright = luma(still(place))
    around = ring(0.10)
    smooth = boxed(bright, 1)  # without the grain
    down, across = np.gradient(smooth)
    detail = np.hypot(down, across)
    elsewhere = ~around & (silhouette.mask(WIDTH, HEIGHT) == 0)
    busy = float(detail[around].mean())
    assert busy < max(1.4 * detail[elsewhere].mean(), QUIET), "busier around the person than elsewhere"
    glare = (smooth - boxed(bright, 20) > 60) & (smooth > 190)
    assert float(glare[around].mean()) < 0.06, "a lamp or the sun right behind the person"


@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_loop_closes_and_begins_with_the_still(place: str) -> None:
    loop = film(place)
    first, second, middle, after, last = (
        np.asarray(loop.frame(number / FRAMES), np.float32) for number in (0, 1, 71, 72, FRAMES - 1)
    )
    assert np.abs(first - still(place)).mean() < 0.25
    moves = max(np.abs(second - first).mean(), np.abs(after - middle).mean())
    assert np.abs(middle - first).mean() > 0.02, "it stands still"
    assert moves < 8, "too restless to be watched for an hour"
    assert np.abs(first - last).mean() < 1.5 * moves + 0.05, "a jump where the loop closes"
