from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from cyclorama.backgrounds.base import Prompt
from cyclorama.backgrounds.styles import FOLDER, STYLES, style
from cyclorama.errors import NotFound

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("id_", sorted(STYLES))
def test_every_style_has_a_name_words_and_a_picture(id_: str) -> None:
    shown = style(id_)
    assert shown.name
    assert len(shown.words.split(", ")) >= 3
    assert not set(shown.words.split(", ")) & set(shown.avoid.split(", "))
    image = Image.open(io.BytesIO(shown.picture()))
    assert (image.format, image.size, image.mode) == ("WEBP", (240, 135), "RGB")


def test_the_pictures_are_small_and_none_is_left_over() -> None:
    pictures = [file for file in FOLDER.iterdir() if file.name.endswith(".webp")]
    assert {file.name for file in pictures} == {f"{id_}.webp" for id_ in STYLES}
    assert sum(len(file.read_bytes()) for file in pictures) < 80_000


def test_the_pictures_can_be_told_apart() -> None:
    shown = {
        id_: np.asarray(Image.open(io.BytesIO(entry.picture())), np.int16) for id_, entry in STYLES.items()
    }
    for (one, first), (two, second) in combinations(shown.items(), 2):
        assert np.abs(first - second).mean() > 3, f"{one} and {two}"


def test_an_unknown_style_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(NotFound, match="Did you mean watercolour"):
        style("watercolor")
    with pytest.raises(ValidationError, match="Did you mean pixel"):
        Prompt(text="beach", style="pixels")


def test_words_and_what_to_avoid_join_the_prompt() -> None:
    prompt = Prompt(text="beach", negative="people", style="ink")
    assert prompt.in_words() == (f"beach, {STYLES['ink'].words}", f"people, {STYLES['ink'].avoid}")
    assert Prompt(text="beach", style="ink").in_words()[1] == STYLES["ink"].avoid
    assert Prompt(text="beach", negative="people").in_words() == ("beach", "people")
