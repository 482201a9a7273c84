"""Rooms: what is lit by what, what is seen through windows, and how they move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cyclorama.backgrounds.base import Prompt
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.lens import bokeh
from cyclorama.backgrounds.scenery.light import colour, light
from cyclorama.backgrounds.scenery.places import PLACES
from cyclorama.backgrounds.scenery.rooms import furniture, hearth, interior, outlook
from cyclorama.backgrounds.scenery.rooms.interior import Lit
from cyclorama.backgrounds.scenery.rooms.materials import MATERIALS, Grain
from cyclorama.backgrounds.scenery.rooms.room import Opening, Room
from cyclorama.backgrounds.scenery.scene import Scene

pytestmark = pytest.mark.unit

MOVING = ("living room with a fireplace", "bedroom", "office")
GREY = colour("#a0a0a0")


def scene(time: str = "day", view: str = "") -> Scene:
    made = Scene(
        width=96,
        height=54,
        light=light(time, "clear"),
        time=time,
        weather="clear",
        palette="",
        elements=frozenset(),
        dropped=frozenset(),
        key=("room", 1),
        view=view,
    )
    made.sun = (20.0, 0.0)
    return made


def bare(on: Scene, *, gloss: float = 0.0, mirrored: bool = False) -> Room:
    room = Room(on, ambient=np.full(3, 0.3, np.float32), mirrored=mirrored)
    room.shell(-3, 3, 5, 2.8, GREY, GREY, GREY, stuff=("", ""), grain=0.0, gloss=gloss)
    return room


def test_a_lamp_lights_what_is_near_it_most() -> None:
    room = bare(scene())
    dark = Lit(room).light.copy()
    room.lamp((-2.0, 1.4, 4.6), (0.6, 0.4, 0.2))
    more = Lit(room).light - dark
    left, right = more[:, 20:30, 10:25], more[:, 20:30, 70:85]
    assert left.mean() > 2 * right.mean() > 0
    assert left[0].mean() > left[2].mean()  # it is warm


def test_what_stands_on_the_floor_darkens_it() -> None:
    room = bare(scene())
    before = Lit(room).light.copy()
    room.block(-1, 0, 3, 2, 0.5, 1)
    after = Lit(room).light
    assert (after[:, -8:, 40:56] < before[:, -8:, 40:56] - 0.002).any()
    assert np.abs(after[:, :15] - before[:, :15]).max() < 1e-5


def test_the_sun_falls_through_an_opening_and_not_through_a_block() -> None:
    room = bare(scene("golden"))
    room.sunlight("side", [Opening(0, -3.0, (0.5, 2.5), (0.5, 2.5))])
    sunny = Lit(room)
    assert sunny.beam.max() > 0
    room.block(-2.9, 0, 0.2, 0.3, 2.8, 4)
    assert Lit(room).light.sum() < sunny.light.sum() - 1
    assert interior.SUN in sunny.breath


def test_a_polished_floor_mirrors() -> None:
    room = bare(scene(), gloss=0.0)
    room.panel(-1.5, 0.0, 4.9, 3.0, 2.0, colour("#ff2020"), glow=1.0)
    dull = Lit(room).light.copy()
    room.gloss = 1.0
    extra = Lit(room).light - dull
    assert extra[0, -14:].max() > 0.05
    assert np.abs(extra[:, :20]).max() < 1e-5


def test_a_mirrored_room_is_its_twin() -> None:
    left = bare(scene())
    left.panel(-2.5, 0.5, 4.9, 1.0, 1.0, colour("#ff2020"))
    right = bare(scene(), mirrored=True)
    right.panel(-2.5, 0.5, 4.9, 1.0, 1.0, colour("#ff2020"))
    a, b = Lit(left), Lit(right)
    assert np.abs(a.light - b.light[:, :, ::-1]).mean() < 0.01
    assert a.at(-1, 1, 4)[0] == pytest.approx(96 - b.at(-1, 1, 4)[0])


def test_what_is_nearer_hides() -> None:
    room = bare(scene())
    room.panel(-3, 0, 2, 3, 2.8, GREY)
    free = Lit(room).free(4.0)
    assert free[27, 10] < 0.1
    assert free[27, 90] > 0.9


def test_a_window_shows_the_view_that_is_asked_for() -> None:
    pictures = []
    for view in ("sea", "forest", "sea"):
        on = scene(view=view)
        room = bare(on)
        furniture.window(room, -1.5, 0.6, 5, 3.0, 1.8)
        room.paint()
        pictures.append(on.px.copy())
    assert np.array_equal(pictures[0], pictures[2])
    assert np.abs(pictures[0] - pictures[1])[:, 10:30, 35:60].mean() > 0.02


def test_a_view_is_out_of_doors() -> None:
    assert outlook.chosen(scene(view="sea")) == "sea"
    for time in ("day", "golden", "dawn", "sunset", "dusk", "night"):
        assert PLACES[outlook.chosen(scene(time, view="library"))].outdoors


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.7, 4.0, 9.0])
def test_a_lens_keeps_the_light(radius: float) -> None:
    point = np.zeros((1, 61, 61), np.float32)
    point[0, 30, 30] = 1
    seen = bokeh(point, radius)
    assert seen.sum() == pytest.approx(1, abs=0.01)
    assert seen[0, 30, 30 + int(radius) + 2 :].max() < 1e-6
    flat = np.full((1, 20, 30), 0.4, np.float32)
    assert np.abs(bokeh(flat, radius) - 0.4).max() < 1e-4


@pytest.mark.parametrize("name", sorted(MATERIALS))
def test_materials_neither_glow_nor_vanish(name: str) -> None:
    u, v = (a.ravel().astype(np.float32) for a in np.meshgrid(np.linspace(-4, 4, 60), np.linspace(0, 3, 40)))
    tone = MATERIALS[name](Grain(), u, v, np.full_like(u, 0.01))
    assert tone.dtype == np.float32
    assert np.isfinite(tone).all()
    assert 0.55 < tone.mean() < 1.25
    assert tone.max() < 1.9


def test_flames_close_their_loop_and_move() -> None:
    on = scene("night")
    heats = [hearth.flames(replace(on, phase=p), 24, 20)[1] for p in (0.0, 1 / 240, 239 / 240, 0.3)]
    step, seam = np.abs(heats[1] - heats[0]).mean(), np.abs(heats[2] - heats[0]).mean()
    assert step > 0
    assert seam < 2 * step
    assert np.abs(heats[3] - heats[0]).mean() > 2 * step


@pytest.mark.parametrize("text", MOVING)
def test_a_room_moves_without_a_seam(text: str) -> None:
    film = Film(Prompt(text=text, width=114, height=64, seed=5))
    first, second, last, other = (np.asarray(film.frame(n / 240), np.int16) for n in (0, 1, 239, 77))
    step, seam = np.abs(second - first).mean(), np.abs(last - first).mean()
    assert seam < 2 * step + 0.05
    assert np.abs(other - first).mean() > 0.01
