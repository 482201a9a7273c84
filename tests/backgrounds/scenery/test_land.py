"""Plants as stamps, what the wind does to them, and the places on land."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.land import rocks, trees, trunks
from cyclorama.backgrounds.scenery.land.stamps import Stamp, Thicket, Tones
from cyclorama.backgrounds.scenery.light import colour, light
from cyclorama.backgrounds.scenery.motion import breeze, motes
from cyclorama.backgrounds.scenery.places import PLACES
from cyclorama.backgrounds.scenery.scene import Scene, flat

pytestmark = pytest.mark.unit

GREEN = Tones(colour("#102010"), colour("#80c060"), colour("#806040"))


def empty(width: int = 160, height: int = 90, phase: float = 0.0) -> Scene:
    return Scene(
        width=width,
        height=height,
        light=light("day", "fair"),
        time="day",
        weather="fair",
        palette="",
        elements=frozenset(),
        dropped=frozenset(),
        key=("test", 1),
        horizon=height * 0.55,
        sun=(width * 0.7, 10.0),
        phase=phase,
    )


def changed(scene: Scene) -> np.ndarray:
    there: np.ndarray = np.abs(scene.px).sum(0) > 0
    return there


@pytest.mark.parametrize("kind", sorted(trees.KINDS))
def test_every_kind_of_plant_stands_on_its_foot(kind: str) -> None:
    image = trees.stamp(kind, 1).image
    cover = np.asarray(image)[:, :, 3]
    assert 0.02 < (cover > 0).mean() < 0.95
    assert (cover[: image.height // 2] > 0).any()
    assert trees.stamp(kind, 1) is trees.stamp(kind, 1 + trees.SHAPES), "drawn once"


@pytest.mark.parametrize(
    "stamp",
    [rocks.boulder(0), trunks.trunk("rough", 0), trunks.trunk("birch", 1)],
    ids=["rock", "oak", "birch"],
)
def test_rocks_and_trunks_are_lit_from_the_right(stamp: Stamp) -> None:
    light, _, _, cover = np.asarray(stamp.image, np.float32).transpose(2, 0, 1)
    left, right = np.s_[:, : light.shape[1] // 2], np.s_[:, light.shape[1] // 2 :]
    assert np.average(light[right], weights=cover[right]) > np.average(light[left], weights=cover[left])


def test_a_small_stamp_covers_what_the_large_one_does() -> None:
    oak = trees.stamp("oak", 0)
    shares = [np.asarray(oak.sized(w, h))[:, :, 3].mean() for w, h in ((580, 500), (58, 50), (15, 13))]
    assert max(shares) - min(shares) < 6


def test_plants_beyond_the_edges_do_no_harm() -> None:
    scene = empty()
    there = Thicket(scene, 0, 90, GREEN)
    for x, foot in ((-500.0, 50.0), (700.0, 50.0), (80.0, -40.0), (80.0, 900.0)):
        there.plant(trees.stamp("oak", 0), x, foot, 60.0)
    there.paint(scene)
    assert not changed(scene).any()
    there.plant(trees.stamp("oak", 0), -5.0, 80.0, 60.0, flip=True)
    there.paint(scene)
    assert changed(scene)[:, :40].any()
    assert not changed(scene)[:, 60:].any()


def test_out_of_focus_is_as_much_paint_in_the_same_place() -> None:
    scenes = []
    for soft in (0.0, 2.5):
        scene = empty()
        there = Thicket(scene, 0, 90, GREEN, soft)
        there.plant(trees.stamp("oak", 2), 80.0, 80.0, 60.0)
        there.paint(scene)
        scenes.append(scene.px[1])
    sharp, blurred = scenes
    assert blurred.sum() == pytest.approx(sharp.sum(), rel=0.15)
    columns = np.arange(160)
    middles = [float((p.sum(0) * columns).sum() / p.sum()) for p in scenes]
    assert abs(middles[0] - middles[1]) < 1.5


def pole(scene: Scene) -> None:
    scene.paint(flat(colour("#ffffff")), np.ones((60, 4), np.float32), 20, 78)


def test_the_wind_bends_tops_and_not_feet() -> None:
    kept: dict[object, object] = {}
    bend = breeze.from_foot(80, 60, 6.0)
    tops, feet = [], []
    for phase in np.arange(8) / 8:
        scene = replace(empty(), phase=float(phase), kept=kept)
        breeze.sway(scene, "pole", pole, bend)
        columns = np.arange(160)
        tops.append(float((scene.px[0, 21] * columns).sum() / scene.px[0, 21].sum()))
        feet.append(float((scene.px[0, 79] * columns).sum() / scene.px[0, 79].sum()))
    assert np.ptp(tops) > 3
    assert np.ptp(feet) < 0.2
    assert max(tops) - 79.5 < 9


def test_what_drifts_moves_by_fractions_and_stays_whole() -> None:
    kept: dict[object, object] = {}
    sums = []
    for right in (0.0, 0.25, 1.5, -2.75):
        scene = replace(empty(), kept=kept)
        breeze.adrift(scene, "pole", pole, right, 0.5)
        middle = float((scene.px[0].sum(0) * np.arange(160)).sum() / scene.px[0].sum())
        assert middle == pytest.approx(79.5 + right, abs=0.01)
        sums.append(float(scene.px[0].sum()))
    assert np.ptp(sums) < 0.01 * sums[0]
    edge = replace(empty(), kept=kept)
    breeze.adrift(edge, "pole", pole, 500.0, -500.0)
    assert not changed(edge).any()


def test_leaves_fall_in_a_loop_without_a_jump() -> None:
    kept: dict[object, object] = {}

    def at(phase: float) -> np.ndarray:
        scene = replace(empty(320, 180), phase=phase, kept=kept)
        motes.falling(scene, "leaves", 12, [colour("#ff8020")], 0.02)
        return scene.px.copy()

    steps = [np.abs(at(a) - at(b)).mean() for a, b in ((0.0, 1 / 240), (0.5, 121 / 240), (239 / 240, 1.0))]
    assert max(steps) < 2 * min(steps) + 1e-4
    assert at(0.3).any()


def picture(
    text: str, elements: frozenset[str] = frozenset(), dropped: frozenset[str] = frozenset()
) -> np.ndarray:
    film = Film(Prompt(text=text, seed=4, width=160, height=90))
    film._scene = replace(film._scene, elements=elements, dropped=dropped, sun=film._scene.sun)
    film._scene.horizon = 90 * film.place.horizon
    return np.asarray(film.still(Report()), np.int16)


@pytest.mark.parametrize(
    ("place", "element"),
    [
        ("desert", "cactus"),
        ("meadow", "balloons"),
        ("savanna", "fireflies"),
        ("forest", "leaves"),
    ],
)
def test_what_was_asked_for_is_in_the_picture(place: str, element: str) -> None:
    asked, refused = (
        picture(place, elements=frozenset({element})),
        picture(place, dropped=frozenset({element})),
    )
    assert np.abs(asked - refused).max() > 20
    assert element in PLACES[place].holds


@pytest.mark.parametrize(
    ("place", "element"),
    [
        ("japanese garden", "bridge"),
        ("japanese garden", "lanterns"),
        ("mountains", "pines"),
        ("meadow", "trees"),
    ],
)
def test_what_was_refused_is_not(place: str, element: str) -> None:
    assert np.abs(picture(place) - picture(place, dropped=frozenset({element}))).max() > 20
