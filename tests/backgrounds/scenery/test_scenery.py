import hashlib
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.scenery import Scenery
from cyclorama.backgrounds.scenery.finish import palettes
from cyclorama.backgrounds.scenery.light import times
from cyclorama.backgrounds.scenery.places import PLACES
from cyclorama.backgrounds.scenery.words import senses, spoken, vocabulary
from cyclorama.backgrounds.styles import STYLES

pytestmark = pytest.mark.unit


def paint(text: str, width: int = 160, height: int = 90, seed: int = 0, negative: str = "") -> Painting:
    prompt = Prompt(text=text, width=width, height=height, seed=seed, negative=negative)
    return Scenery().generate(prompt, Report())


def pixels(painting: Painting) -> np.ndarray:
    return np.asarray(painting.image, np.int16)


def digest(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


@pytest.mark.parametrize("weather", ["clear", "cloudy", "foggy", "rainy", "stormy", "snowing"])
def test_weather_changes_the_picture(weather: str) -> None:
    assert np.abs(pixels(paint(f"{weather} meadow at noon")) - pixels(paint("meadow at noon"))).mean() > 1


@pytest.mark.parametrize("palette", sorted(palettes()))
def test_palettes_change_the_picture(palette: str) -> None:
    word = spoken(palette, "palette")
    painting = paint(f"{word} beach at noon")
    assert word in painting.understood
    assert np.abs(pixels(painting) - pixels(paint("beach at noon"))).mean() > 1


def test_the_largest_picture() -> None:
    assert paint("beach at sunset", 3840, 2160).image.size == (3840, 2160)


def test_the_same_prompt_gives_the_same_picture() -> None:
    assert digest(paint("beach at sunset").image) == digest(paint("beach at sunset").image)


def test_the_same_picture_in_another_process() -> None:
    prompts = ["beach with palm trees at sunset", "library", "zzz unknown zzz"]
    program = (
        "import hashlib\n"
        "from cyclorama.backgrounds.base import Prompt, Report\n"
        "from cyclorama.backgrounds.scenery import Scenery\n"
        f"for text in {prompts!r}:\n"
        "    prompt = Prompt(text=text, width=160, height=90, seed=7)\n"
        "    image = Scenery().generate(prompt, Report()).image\n"
        "    print(hashlib.sha256(image.tobytes()).hexdigest())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [digest(paint(text, seed=7).image) for text in prompts]


def test_a_misspelt_prompt_paints_what_was_meant_and_says_so() -> None:
    painting = paint("beech at sunst")
    assert digest(painting.image) == digest(paint("beach at sunset").image)
    assert painting.understood == ("beech", "at sunst")
    assert 'Read "sunst" as "sunset"' in painting.note


def test_an_unknown_prompt_gives_an_abstract_picture_and_says_so() -> None:
    painting = paint("quantum chromodynamics")
    assert painting.understood == ()
    assert "abstract" in painting.note
    assert "beach" in painting.note
    assert digest(painting.image) != digest(paint("gluon confinement").image)


def test_words_outside_the_vocabulary_are_named() -> None:
    painting = paint("beach with pirates")
    assert painting.understood == ("beach",)
    assert '"pirates"' in painting.note


def test_what_a_place_cannot_show_is_not_called_understood() -> None:
    painting = paint("office with palm trees at night")
    assert painting.understood == ("office", "at night")
    assert 'cannot show "palm trees"' in painting.note
    assert paint("deep space at sunset").understood == ("deep space",)


def test_negative_prompts_drop_elements() -> None:
    plain = pixels(paint("beach at sunset"))
    without = pixels(paint("beach at sunset", negative="palm trees"))
    assert np.abs(plain - without).max() > 60
    assert digest(paint("beach at sunset, no palm trees").image) == digest(
        paint("beach at sunset", negative="palm trees").image
    )


@pytest.mark.parametrize(
    "text",
    [
        "a" * 2000,
        "beach " * 333,
        "no " * 600 + "\u202ebeach\u202c",
        "🏖️🌴🌅" * 300,
        "beach\x00\x1b[31m\x07 sunset",
        "\u202ebeach\u202c",
        "'; DROP TABLE pictures; --",
        "{{7*7}} ${jndi} %s %n {0}",
        "\\" * 500,
        "é" * 1000,
        "ﷺ" * 500,
    ],
)
def test_hostile_prompts(text: str) -> None:
    painting = paint(text, 64, 64, negative=text)
    assert painting.image.size == (64, 64)
    assert len(painting.note) < 600


def test_progress_goes_from_first_to_last_with_words() -> None:
    steps: list[Progress] = []
    Scenery().generate(Prompt(text="beach", width=64, height=64), Report(steps.append))
    assert [s.step for s in steps] == list(range(steps[-1].total + 1))
    assert {s.total for s in steps} == {steps[-1].total}
    assert {"sky", "sea", "palms"} <= {s.message for s in steps}


@pytest.mark.parametrize("at", [0, 1, 4])
def test_cancelling_stops_the_work(at: int) -> None:
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        if progress.step == at:
            raise Cancelled
        seen.append(progress)

    with pytest.raises(Cancelled):
        Scenery().generate(Prompt(text="beach", width=64, height=64), Report(report))
    assert len(seen) == at


def test_a_clear_sky_has_no_bands() -> None:
    sky = np.asarray(paint("sea, clear sky, no clouds", 320, 180).image.convert("L"), np.int16)[:60, :]
    # banding is runs of equal values: grain must break them
    equal = (np.diff(sky, axis=0) == 0).mean()
    assert equal < 0.5


def names_of(category: str) -> set[str]:
    return {
        name
        for lexicon in vocabulary().lexicons.values()
        for meaning in lexicon.entries.values()
        for kind, name in meaning
        if kind == category
    }


def test_every_name_in_the_vocabulary_exists() -> None:
    book = senses()
    assert names_of("place") == set(PLACES)
    assert names_of("place_hint") | names_of("place_use") | names_of("closest") <= set(PLACES)
    assert names_of("time") | names_of("time_hint") <= set(times())
    assert names_of("palette") | {"autumn"} == set(palettes())
    assert names_of("style") <= set(STYLES)
    assert names_of("season") == set(book.season)
    assert names_of("mood") == set(book.mood)
    assert set(book.suggests.values()) | set(book.thing_suggests.values()) <= set(PLACES)
    assert set(book.thing_suggests) == names_of("element") - book.unpainted
    assert set(book.brings.values()) <= set(times())
    assert book.rooms | book.walls | set(book.gives_way) <= set(PLACES)
    assert set(book.hues) | set(book.instead) <= set(palettes())


def test_things_have_words_and_places_that_show_them() -> None:
    held = frozenset[str]().union(*(place.holds for place in PLACES.values()))
    book = senses()
    nowhere = names_of("element") - book.unpainted - held
    assert not nowhere, f"no place holds these, so take them out of [element]: {sorted(nowhere)}"
    suggested = [f"{e}: {p}" for e, p in book.thing_suggests.items() if e not in PLACES[p].holds]
    assert not suggested, f"these places cannot show what suggests them (senses.toml): {suggested}"
    without = held - names_of("element") - names_of("place") - names_of("season") - names_of("weather")
    assert not without, f"add these to [element] in vocabulary/en.ini, and to senses.toml: {sorted(without)}"


def test_the_data_files_ship_with_the_package() -> None:
    folder = files("cyclorama.backgrounds.scenery")
    for name in ("vocabulary/en.ini", "vocabulary/senses.toml", "palettes.toml", "light.toml"):
        assert (folder / name).is_file()
