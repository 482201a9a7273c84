from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from cyclorama.backgrounds.base import Cancelled, Progress, Prompt, Report
from cyclorama.backgrounds.scenery import Scenery, facets, styles
from cyclorama.backgrounds.scenery.light import light
from cyclorama.backgrounds.scenery.planes import image_of, in_colours, planes_of
from cyclorama.backgrounds.scenery.scene import Scene
from cyclorama.backgrounds.styles import STYLES

pytestmark = pytest.mark.unit

CHANGING = sorted(set(styles.WAYS) - {"photo"})


def paint(text: str, style: str, width: int = 320, height: int = 180, seed: int = 0) -> Image.Image:
    prompt = Prompt(text=text, style=style, width=width, height=height, seed=seed)
    return Scenery().generate(prompt, Report()).image


def values(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float32)


def test_every_style_has_a_way() -> None:
    assert list(styles.WAYS) == list(STYLES)
    assert set(styles.WAYS) > styles.CLEAN


def test_a_photograph_is_the_scene_as_it_was_painted() -> None:
    assert paint("library", "photo").tobytes() == paint("library", "").tobytes()


@pytest.mark.parametrize("style", CHANGING)
def test_the_same_prompt_gives_the_same_picture(style: str) -> None:
    digests = {hashlib.sha256(paint("library", style).tobytes()).hexdigest() for _ in range(2)}
    assert len(digests) == 1


@pytest.mark.parametrize("style", ["watercolour", "low-poly"])
def test_another_seed_has_another_hand(style: str) -> None:
    """What a style draws by chance depends on the seed, not only the scene under it."""
    one, two = (paint("plain", style, seed=seed) for seed in (1, 2))
    assert np.abs(values(one) - values(two)).mean() > 1


@pytest.mark.parametrize("text", ["beach at sunset", "library"])
def test_styles_differ_clearly_from_the_picture_and_from_each_other(text: str) -> None:
    pictures = {style: values(paint(text, style)) for style in ("photo", *CHANGING)}
    for (one, first), (two, second) in combinations(pictures.items(), 2):
        assert np.abs(first - second).mean() > 2.5, f"{one} and {two}"


@pytest.mark.parametrize("style", CHANGING)
@pytest.mark.parametrize("text", ["deep space", "zzz unknown zzz"])
def test_a_styled_picture_is_neither_empty_nor_burnt_out(text: str, style: str) -> None:
    picture = values(paint(text, style, 160, 90))
    assert picture.std() > 8
    assert 6 < picture.mean() < 245


@pytest.mark.parametrize("size", [(64, 801), (333, 217)])
@pytest.mark.parametrize("style", CHANGING)
def test_sizes(style: str, size: tuple[int, int]) -> None:
    image = paint("forest", style, *size)
    assert image.size == size
    assert image.mode == "RGB"
    assert values(image).std() > 4


@pytest.mark.parametrize("style", CHANGING)
def test_a_style_looks_the_same_in_a_small_and_in_a_large_picture(style: str) -> None:
    painted = paint("mountains at noon", "", 1280, 720)
    shown = []
    for width, height in ((640, 360), (1280, 720)):
        scene = Scene(
            *(width, height, light("day", "fair"), "day", "fair", "", frozenset(), frozenset()), key=(style,)
        )
        scene.px = planes_of(painted.resize((width, height), Image.Resampling.BOX)).copy()
        styles.WAYS[style](scene, lambda: None)
        shown.append(image_of(scene.px))
    small, large = (values(image.resize((64, 36), Image.Resampling.BOX)) for image in shown)
    assert np.abs(small - large).mean() < 5
    # strokes, squares and facets are as large in both
    small, large = (values(image.resize((320, 180), Image.Resampling.BOX)) for image in shown)
    assert small.std() == pytest.approx(large.std(), rel=0.1)


@pytest.mark.parametrize("style", ["cinematic", "soft", "watercolour"])
def test_a_clear_sky_has_no_bands(style: str) -> None:
    sky = np.asarray(paint("sea, clear sky, no clouds", style).convert("L"), np.int16)[:60]
    assert (np.diff(sky, axis=0) == 0).mean() < 0.5


def test_pixels_are_even_squares_of_few_colours() -> None:
    picture = np.asarray(paint("meadow at noon", "pixel", 640, 360))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) <= styles.PIXEL_COLOURS
    squares = picture.reshape(120, 3, -1, 640, 3)[:, :, 0]
    assert (squares == squares[:, :1]).all()


def test_flat_shapes_have_few_colours_and_soft_edges() -> None:
    picture = np.asarray(paint("meadow at noon", "flat", 640, 360)).reshape(-1, 3)
    colours, counts = np.unique(picture, axis=0, return_counts=True)
    assert np.sort(counts)[-styles.FLAT_COLOURS :].sum() > 0.8 * counts.sum()
    assert len(colours) > styles.FLAT_COLOURS


def test_facets_cover_the_picture() -> None:
    """Triangles of bisection meet in corners; one that turned over or left a gap would show black."""
    picture = np.asarray(paint("snow at noon", "low-poly", 640, 360), np.int16).sum(2)
    assert (picture == 0).sum() == 0


def test_facets_are_small_where_there_is_much_to_see() -> None:
    px = np.zeros((3, 360, 640), np.float32)
    px[:, 150:210, 300:360] = np.random.default_rng(0).random((60, 60), np.float32)
    triangles = facets._mesh(px, 360.0, np.random.default_rng(0))
    x, y = triangles.mean(1).T
    inside = (abs(x - 330) < 30) & (abs(y - 180) < 30)
    assert inside.sum() / 60**2 > 10 * (~inside).sum() / (640 * 360)


def test_a_lamp_keeps_its_colour_among_few() -> None:
    image = Image.new("RGB", (320, 180), (10, 10, 40))
    image.paste((255, 200, 80), (100, 100, 104, 104))
    colours, index = in_colours(planes_of(image), 4)
    assert np.abs(colours[index[102, 102]] * 255 - (255, 200, 80)).max() < 8
    assert np.abs(colours[index[10, 10]] * 255 - (10, 10, 40)).max() < 8


@pytest.mark.parametrize("style", sorted(STYLES))
def test_progress_tells_of_the_style(style: str) -> None:
    steps: list[Progress] = []
    Scenery().generate(Prompt(text="beach", style=style, width=64, height=64), Report(steps.append))
    assert [s.step for s in steps] == sorted(s.step for s in steps)
    assert {s.step for s in steps} == set(range(steps[-1].total + 1))
    assert STYLES[style].name.lower() in {s.message for s in steps}


@pytest.mark.parametrize("style", CHANGING)
def test_a_style_stops_in_the_middle_when_nobody_wants_it(style: str) -> None:
    name = STYLES[style].name.lower()
    heard = 0

    def tell(progress: Progress) -> None:
        nonlocal heard
        heard += progress.message == name
        if heard == 2:  # once before it, once in it
            report.cancel()

    report = Report(tell)
    with pytest.raises(Cancelled):
        Scenery().generate(Prompt(text="beach", style=style, width=64, height=64), report)
    assert heard in {2, 3}
