"""Café, kitchen, podcast studio, gaming room, gallery, greenhouse and spaceship."""

import numpy as np
import pytest
from PIL import Image

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.light import colour
from cyclorama.backgrounds.scenery.rooms.canvases import Canvas
from cyclorama.backgrounds.scenery.rooms.room import Room

pytestmark = pytest.mark.unit

PARLOURS = ["podcast studio", "gaming room", "spaceship"]  # those that use every kind of motion


def film(text: str, seed: int = 1, width: int = 112, height: int = 64) -> Film:
    return Film(Prompt(text=text, width=width, height=height, seed=seed, negative=""))


def values(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.int16)


@pytest.mark.parametrize("text", PARLOURS)
def test_they_move_and_their_loop_closes(text: str) -> None:
    shown = film(text)
    frames = {n: values(shown.frame(n / 240)) for n in (0, 1, 100, 239)}
    assert np.abs(frames[0] - frames[100]).max() > 2
    begins, ends = (np.abs(frames[0] - frames[n]).mean() for n in (1, 239))
    assert ends < max(2 * begins, 0.2)
    assert np.abs(values(shown.still(Report())) - frames[0]).max() <= 2


def test_a_gaming_room_is_lit_in_its_seed_s_two_colours() -> None:
    hues = {
        tuple((values(film("gaming room", seed).still(Report())).mean((0, 1)) / 24).round())
        for seed in range(4)
    }
    assert len(hues) > 1


def test_what_lies_off_a_canvas_is_not_built() -> None:
    room = Room(film("gallery")._scene)
    canvas = Canvas(room, (0.0, 1.0, 5.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    canvas.polygon([(1.2, 0.2), (1.6, 0.2), (1.4, 0.7)], colour("#ff0000"))
    assert room.surfaces == []
    canvas.polygon([(0.2, 0.2), (1.6, 0.2), (0.4, 0.7)], colour("#ff0000"))
    assert max(c[0] for c in room.surfaces[0].corners) == 1.0
    assert all(c[2] < 5.0 for c in room.surfaces[0].corners)
