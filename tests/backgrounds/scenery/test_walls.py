"""Walls, colours, what a lens and the eye make of a picture, and styles in loops."""

from __future__ import annotations

import numpy as np
import pytest

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery import finish
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.glass import Glass
from cyclorama.backgrounds.scenery.light import colour, light
from cyclorama.backgrounds.scenery.noise import TILE, bands, generator, sample, tile
from cyclorama.backgrounds.scenery.oklab import from_lab, palette, to_lab
from cyclorama.backgrounds.scenery.scene import Scene, flat
from cyclorama.backgrounds.scenery.shapes import blur
from cyclorama.backgrounds.scenery.tones import behind, look, ramp

pytestmark = pytest.mark.unit

WALLS = ["brick wall", "wood wall", "marble wall", "gradient", "abstract", "geometric", "paper cut"]


def scene(width: int = 96, height: int = 64) -> Scene:
    made = Scene(
        width, height, light("day", "fair"), "day", "fair", "", frozenset(), frozenset(), key=("a", 1)
    )
    made.px[:] = np.random.default_rng(0).random(made.px.shape, np.float32)
    return made


def film(text: str, style: str = "", width: int = 128, height: int = 72, seed: int = 1) -> Film:
    return Film(Prompt(text=text, seed=seed, style=style, width=width, height=height))


def frame(of: Film, phase: float) -> np.ndarray:
    return np.asarray(of.frame(phase), np.int16)


@pytest.mark.parametrize("text", WALLS)
def test_walls_move_without_a_seam(text: str) -> None:
    of = film(text)
    first, next_, last, half = (frame(of, n / 240) for n in (0, 1, 239, 120))
    assert np.abs(first - half).mean() > 0.05
    assert np.abs(first - last).mean() < 2 * np.abs(first - next_).mean() + 0.05
    still = np.asarray(of.still(Report()), np.int16)
    assert np.abs(still - first).max() <= 1


@pytest.mark.parametrize("text", WALLS)
def test_walls_of_any_shape(text: str) -> None:
    for width, height, seed in ((64, 1024, 1), (1024, 64, 12), (90, 160, 4)):
        of = film(text, width=width, height=height, seed=seed)
        assert of.still(Report()).size == (width, height)
        assert frame(of, 0.7).std() > 3


@pytest.mark.parametrize("text", WALLS)
def test_a_brands_colour_is_in_the_picture(text: str) -> None:
    picture = np.asarray(film(f"{text} #0a7d4f").still(Report()), np.float32).reshape(-1, 3).mean(0)
    assert picture[1] > picture[0]
    assert picture[1] > picture[2]


@pytest.mark.parametrize("style", ["flat", "pixel", "low-poly"])
def test_what_a_style_decides_is_the_same_in_all_of_a_loop(style: str) -> None:
    """A loop is painted by several processes, each of which begins somewhere else."""
    begun, other = film("gradient", style), film("gradient", style)
    begun.frame(0.0)
    assert (frame(begun, 0.4) == frame(other, 0.4)).all()
    styled = np.abs(frame(begun, 0.4) - frame(begun, 0.404)).mean()
    plain = film("gradient")
    assert styled < 12 * np.abs(frame(plain, 0.4) - frame(plain, 0.404)).mean() + 0.1


def test_a_gradient_has_no_plateaus() -> None:
    """In a row of a smooth picture, runs of one value are short: grain is finer than the steps of 8 bits."""
    picture = np.asarray(film("gradient", width=640, height=90).still(Report()).convert("L"), np.int16)
    assert (np.diff(picture, axis=1) == 0).mean() < 0.5
    means = np.asarray(picture, np.float32).reshape(90, 40, 16).mean((0, 2))
    steps = np.abs(np.diff(means))
    assert (steps % 1 != 0).any()


def test_palettes_hold_the_named_colours_and_run_from_dark_to_light() -> None:
    for named in (
        ("#0a7d4f",),
        ("#ff5500",),
        ("#e11d48", "#1d4ed8"),
        ("#e11d48", "#1d4ed8", "#fde047"),
        ("#000000",),
    ):
        colours = tuple(colour(c) for c in named)
        five = palette(colours, 25)
        lightness = [float(to_lab(c)[0]) for c in five]
        assert lightness == sorted(lightness)
        for c in colours:
            assert min(float(np.abs(c - own).max()) for own in five) < 0.02


def test_oklab_goes_there_and_back() -> None:
    rgb = np.random.default_rng(1).random((50, 3))
    assert np.abs(from_lab(to_lab(rgb)) - rgb).max() < 1e-5
    assert to_lab(np.ones(3))[0] == pytest.approx(1, abs=1e-3)


def test_a_ramp_is_even_and_passes_through_its_ends() -> None:
    table = ramp([colour("#101030"), colour("#f0e0d0")])
    t = np.linspace(0, 1, 300, dtype=np.float32)[None, :]
    shown = look(table, t)[:, 0].T
    steps = np.hypot.reduce(np.diff(to_lab(shown), axis=0), axis=1)
    assert steps.max() < 0.006
    assert behind([colour(c) for c in ("#000000", "#7a4b32", "#0a7d4f", "#d9a582", "#ffffff")]) == 2


@pytest.mark.parametrize("radius", [1, 3, 8, 40])
def test_blur_is_three_boxes(radius: int) -> None:
    field = np.random.default_rng(2).random((45, 70), np.float32)
    expected = field.astype(np.float64)
    for axis in (0, 1):
        reach = min(radius, field.shape[axis] - 1)
        kernel = np.full(2 * reach + 1, 1 / (2 * reach + 1))
        for _ in range(3):
            pad = [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]
            padded = np.pad(expected, pad, mode="edge")
            expected = np.apply_along_axis(np.convolve, axis, padded, kernel, "valid")
    assert np.abs(blur(field, radius) - expected).max() < 1e-5


def test_samples_wrap_and_mix() -> None:
    field = tile(generator("field"), 2.0)
    u, v = np.array([[0.0, 1.0, -1.0, 0.5 / TILE]], np.float32), np.zeros((3, 1), np.float32)
    row = sample(field, u, v)[2]
    assert row[:3] == pytest.approx(field[0, 0], abs=1e-6)
    assert row[3] == pytest.approx((field[0, 0] + field[0, 1]) / 2, abs=1e-5)


def test_bands_cover_a_picture() -> None:
    covered = [row for band in bands(1001, 640, 8) for row in range(band.start, band.stop)]
    assert covered == list(range(1001))
    assert all((band.stop - band.start) % 8 == 0 for band in list(bands(1001, 640, 8))[:-1])


def test_paint_and_shine_leave_what_their_mask_leaves_out() -> None:
    one = scene()
    before = one.px.copy()
    mask = np.zeros((64, 96), np.float32)
    one.paint(flat(colour("#ff0000")), mask)
    one.shine(flat(colour("#ff0000")), mask)
    assert (one.px == before).all()
    mask[20:30, 5:9] = 0.5
    one.paint(flat(colour("#ff0000")), mask)
    assert (one.px[0, 20:30, 5:9] == before[0, 20:30, 5:9] + (1 - before[0, 20:30, 5:9]) / 2).all()
    assert (one.px[:, :20] == before[:, :20]).all()


def test_a_pane_in_pieces_is_the_layer() -> None:
    one, other = scene(), scene()
    glass = Glass(scene())
    glass.px[:] = 0
    mask = np.zeros((64, 96), np.float32)
    mask[3:40, 2:8] = mask[50:, 70:80] = 0.7
    for canvas in (one, glass):
        canvas.paint(flat(colour("#336699")), mask)
        canvas.shine(flat(colour("#ffcc00")), mask * np.float32(0.3))
    glass.pane().lay(other.px)
    assert np.abs(one.px - other.px).max() < 1e-5


def test_focus_and_bloom_keep_an_even_picture_even() -> None:
    one = scene()
    one.px[:] = 0.5
    finish.focus(one, 15)
    finish.bloom(one)
    assert np.abs(one.px - 0.5).max() < 1e-5
    one.px[:] = 0.9
    finish.bloom(one)
    assert np.abs(one.px - one.px[:, :1, :1]).max() < 1e-4
