"""Places in town: the skyline's windows, canyons of streets, discs of light, the map of the studio."""

from dataclasses import replace

import numpy as np
import pytest

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.light import colour, light
from cyclorama.backgrounds.scenery.scene import Scene
from cyclorama.backgrounds.scenery.town import buildings, frontage, worldmap
from cyclorama.backgrounds.scenery.town.canyon import FAR, Canyon, look
from cyclorama.backgrounds.scenery.town.lights import Lights

pytestmark = pytest.mark.unit

TOWN = ["city skyline", "street", "rooftop", "alley", "stage", "synthwave", "bokeh", "newsroom"]


def scene(time: str = "night", width: int = 192, height: int = 108) -> Scene:
    made = Scene(
        width, height, light(time, "clear"), time, "clear", "", frozenset(), frozenset(), ("town", 1)
    )
    made.horizon = height * 0.6
    return made


def frames(text: str, *phases: float) -> list[np.ndarray]:
    film = Film(Prompt(text=text, width=128, height=72, seed=3))
    return [np.asarray(film.frame(p), np.int16) for p in phases]


@pytest.mark.parametrize("text", TOWN)
def test_every_place_moves_and_its_loop_closes(text: str) -> None:
    first, second, middle, last = frames(text, 0.0, 1 / 240, 0.37, 239 / 240)
    assert np.abs(first - middle).mean() > 0.02
    assert np.abs(last - first).mean() < 2 * np.abs(second - first).mean() + 0.1


@pytest.mark.parametrize("text", ["rooftop at noon", "alley at noon"])
def test_the_still_is_the_first_moment(text: str) -> None:
    film = Film(Prompt(text=text, width=128, height=72, seed=2))
    still = np.asarray(film.still(Report()), np.int16)
    assert np.abs(still - np.asarray(film.frame(0.0), np.int16)).max() <= 3


def test_windows_go_on_and_off_only_where_they_are_seen() -> None:
    here = scene()
    city = buildings.skyline(here, here.horizon, here.horizon * 0.9)
    assert len(city.where)
    assert city.where.max() < here.width * here.height
    seen = []
    for phase in (0.0, 0.3, 0.6):
        now = replace(here, phase=phase)
        buildings.shine(now, city)
        seen.append(now.px.reshape(3, -1)[:, city.where].copy())
        now.px.reshape(3, -1)[:, city.where] = 0
        assert now.px[:, int(here.horizon) + 1 :].max() == 0
    assert not np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[1], seen[2])


def test_no_lamp_burns_at_noon() -> None:
    noon = scene("day")
    assert not len(buildings.skyline(noon, noon.horizon, noon.horizon * 0.9).where)


def test_the_middle_of_a_skyline_is_low() -> None:
    here = scene(width=320, height=180)
    cover = buildings.skyline(here, here.horizon, here.horizon * 0.9, valley=0.9).cover
    tall = cover.sum(0)
    assert tall[130:190].mean() < 0.75 * np.concatenate([tall[20:90], tall[230:300]]).mean()


def test_a_canyon_mirrors_what_stands_above_its_ground() -> None:
    street = Canyon(scene(), 8.0, 8.0, eye=1.5)
    seen = look(street, 0.0)
    h, _ = street.size
    x, y = street.point(-8.0, 3.0, 20.0)
    column, row = int(x * street.scale), int(y * street.scale)
    assert seen.z[row, column] == pytest.approx(20, rel=0.15)
    assert seen.y[row, column] == pytest.approx(3, abs=0.6)
    _, mirrored = street.point(-8.0, -3.0, 20.0)
    assert seen.y[int(mirrored * street.scale), column] == pytest.approx(3, abs=0.6)
    assert seen.ground[0].max() == 0
    assert seen.ground[h - 1].min() == 1
    assert seen.z.max() <= FAR


def test_houses_fill_the_street_on_both_sides() -> None:
    here = scene("day")
    street = Canyon(here, 9.0, 9.0)
    paint, open_sky = frontage.front(here, look(street, 0.0))
    assert paint.shape == (3, *street.size)
    assert open_sky[-1, [0, -1]].max() == 0
    assert open_sky[0, open_sky.shape[1] // 2] == 1
    assert np.isfinite(paint).all()


def test_discs_glide_by_less_than_a_pixel() -> None:
    here = scene()
    sums, middles = [], []
    for x in (60.0, 60.25, 60.5):
        lights = Lights(here)
        lights.disc(x, 50, 8, colour("#ffffff"), 0.5, rim=0.0)
        plane = lights.light[0]
        sums.append(float(plane.sum()))
        middles.append(float((plane.sum(0) @ np.arange(here.width)) / plane.sum()))
    assert sums[1] == pytest.approx(sums[0], rel=0.01)
    assert middles[1] - middles[0] == pytest.approx(0.25, abs=0.02)
    assert middles[2] - middles[1] == pytest.approx(0.25, abs=0.02)


def test_discs_outside_the_picture_are_left_out() -> None:
    here = scene()
    lights = Lights(here)
    lights.disc(-400, 50, 8, colour("#ffffff"))
    lights.glow(60, 900, 20, colour("#ffffff"))
    lights.paint()
    assert here.px.max() == 0


@pytest.mark.parametrize(
    ("east", "north", "dry"),
    [
        (-100, 40, True),
        (-60, -10, True),
        (20, 0, True),
        (80, 60, True),
        (135, -25, True),
        (-40, 30, False),
        (80, -30, False),
    ],
)
def test_the_map_knows_land_from_sea(east: float, north: float, dry: bool) -> None:
    land = worldmap.land(120, 48)
    x, y = worldmap.place(east, north)
    assert (land[int(y * 48), int(x * 120)] > 0.5) == dry


def test_a_brand_colour_lights_the_studio() -> None:
    film = Film(Prompt(text="newsroom in #0a7d4f", width=96, height=64, seed=5))
    picture = np.asarray(film.still(Report()), np.float32).mean((0, 1))
    if film.reading.colours:
        assert picture[1] == picture.max()
