from collections.abc import Callable

import numpy as np
import pytest

from cyclorama.backgrounds.base import Prompt
from cyclorama.backgrounds.scenery.air import planets
from cyclorama.backgrounds.scenery.air.sky import Stars
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.light import light
from cyclorama.backgrounds.scenery.motion.drift import drift
from cyclorama.backgrounds.scenery.motion.particles import splat
from cyclorama.backgrounds.scenery.noise import generator, tile
from cyclorama.backgrounds.scenery.places import beach
from cyclorama.backgrounds.scenery.scene import Scene
from cyclorama.backgrounds.scenery.sea import boats
from cyclorama.backgrounds.scenery.sea.water import Look, Waves

pytestmark = pytest.mark.unit

PLACES = (
    "beach",
    "sea",
    "harbour",
    "underwater",
    "above the clouds",
    "northern lights",
    "space",
    "nebula",
    "orbit",
)


def scene(
    width: int = 160, height: int = 90, counts: dict[str, int] | None = None, time: str = "day"
) -> Scene:
    made = Scene(
        width=width,
        height=height,
        light=light(time, "fair"),
        time=time,
        weather="fair",
        palette="",
        elements=frozenset(counts or ()),
        dropped=frozenset(),
        key=("test", 1),
        counts=counts or {},
    )
    made.horizon = height * 0.55
    made.sun = (width * 0.3, height * 0.2)
    return made


def moment(text: str, seed: int = 3) -> Callable[[float], np.ndarray]:
    film = Film(Prompt(text=text, seed=seed, width=192, height=108))
    return lambda phase: np.asarray(film.frame(phase), np.int16)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_moves_and_its_loop_has_no_seam(place: str) -> None:
    at = moment(place)
    first, second, last = at(0.0), at(1 / 240), at(239 / 240)
    forth, seam = np.abs(first - second).mean(), np.abs(last - first).mean()
    assert np.abs(first - at(0.5)).mean() > 0.05, "nothing moves"
    assert seam < forth * 1.5 + 0.05
    assert forth < 3, "too fast to be watched for an hour"


def test_drift_begins_with_the_texture_and_closes() -> None:
    texture = generator("drift").random((6, 40, 2), dtype=np.float32)
    start = drift(texture, 8, 5.0, 0.0)
    assert np.array_equal(start, texture[:, 8:32])
    assert np.abs(drift(texture, 8, 5.0, 1 - 1e-6) - start).max() < 1e-3
    assert np.abs(drift(texture, 8, 5.0, 0.5) - start).max() > 0.1


def test_rows_drift_by_their_own_reach() -> None:
    texture = np.broadcast_to(np.arange(40, dtype=np.float32)[None, :, None], (2, 40, 1)).copy()
    early = drift(texture, 8, np.array([0.0, 4.0]), 0.05)
    assert np.allclose(early[0], texture[0, 8:32], atol=1e-4)
    assert (early[1] > early[0]).all()


def test_spots_glide_between_pixels_and_keep_their_light() -> None:
    one = np.array([1.0])
    sums = [splat(20, 20, one * x, one * 10.0, one * 1.2, one).sum() for x in (9.5, 9.75, 10.0)]
    assert np.ptp(sums) < 0.02 * sums[0]
    assert splat(20, 20, one * -50, one * 10, one, one).sum() == 0
    assert splat(5, 7, one[:0], one[:0], one[:0], one[:0]).shape == (5, 7)


def test_waves_come_round_and_are_read_between_points() -> None:
    waves = Waves(scene())
    start = waves.slopes(0.0, 8.0)[0].copy()
    for seconds in (6.0, 7.3, 8.0, 12.0):
        assert np.abs(waves.slopes(1.0, seconds)[0] - start).max() < 1e-3
        waves.slopes(0.0, seconds)
    assert np.abs(waves.slopes(0.5, 8.0)[0] - start).max() > 0.5
    assert np.array_equal(start[0], start[-1])
    u = np.array([[0.0, 1 / 1024, 1.0]], np.float32)
    read = Look(u, np.zeros((1, 1), np.float32)).of(start)[0]
    assert read[0] == read[2] == start[0, 0]
    assert read[1] == pytest.approx((start[0, 0] + start[0, 1]) / 2, abs=1e-5)


def test_stars_never_darken_the_sky() -> None:
    night = scene(time="night")
    light_of_stars = Stars(night, 0.9, 90).at(night)
    assert light_of_stars.min() >= 0
    assert light_of_stars.max() > 0.5


def test_what_is_counted_is_painted_as_often() -> None:
    assert len(boats._fleet(scene(counts={"sailboat": 3}))) == 3
    assert len(beach.stand(scene(counts={"palms": 2}))) == 2
    assert len(beach.stand(scene(counts={"palms": 7}))) == 7
    assert len(planets._system(scene(counts={"planet": 4}))) == 4
    apart = np.array([[b.x, b.y] for b in boats._fleet(scene(1280, 720, {"sailboat": 3}))])
    assert min(abs(apart[:, 0] - 640)) > 0.2 * 720, "behind the head"


def test_tiles_repeat() -> None:
    field = tile(generator("tile"), 3.0)
    assert abs(field[:, 0] - field[:, -1]).mean() < abs(field[:, 0] - field[:, 256]).mean()
