from __future__ import annotations

import re
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from cyclorama.backgrounds import scenery
from cyclorama.backgrounds.fake import FakeGenerator
from tests.cli.running import Terminal, call, run

pytestmark = pytest.mark.unit

SMALL = ("--size", "320x180")
IN_CHARACTERS = re.compile(r"\x1b\[(?:38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+))m(▀+)")
WAITING = """
from cyclorama.backgrounds import fake, scenery
scenery.of = lambda _: fake.FakeGenerator("scenery", pause=600)
"""
DEAF = """
import time
from cyclorama.backgrounds import fake, scenery
class Deaf(fake.FakeGenerator):
    def generate(self, prompt, report):
        report(fake.Progress(0, 0, "layer 1"))
        time.sleep(600)
scenery.of = lambda _: Deaf("scenery")
"""
MOVING_LONG = """
from cyclorama.backgrounds.scenery import loop
loop.count = lambda _: 100_000
"""
PICKY = """
from cyclorama.backgrounds import fake, scenery
from cyclorama.errors import PictureRefused
class Picky(fake.FakeGenerator):
    def generate(self, prompt, report):
        if prompt.seed == 8:
            raise PictureRefused("Not this one. Take another seed.")
        return super().generate(prompt, report)
scenery.of = lambda _: Picky("scenery")
"""


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_paints_into_the_file_that_was_named_in_place_of_an_older_one() -> None:
    Path("beach.png").write_text("old")
    for file in ("beach.png", "again.png"):
        answer = call("generate", "beach at sunset", "-o", file, *SMALL, "--seed", "3")
        assert answer.returncode == 0, answer.stderr
        assert "320x180, scenery, seed 3" in answer.stderr
    assert Image.open("again.png").tobytes() == Image.open("beach.png").tobytes()
    assert names() == ["again.png", "beach.png"]


def test_without_a_name_it_finds_one_that_nothing_has() -> None:
    answers = [call("generate", "Beach, at sunset!", *SMALL) for _ in range(2)]
    assert [answer.stdout for answer in answers] == ["beach-at-sunset.png\n", "beach-at-sunset-2.png\n"]
    several = call("generate", "Beach, at sunset!", *SMALL, "--count", "2")
    assert several.stdout == "beach-at-sunset-1.png\nbeach-at-sunset-3.png\n"


def test_a_folder_takes_new_files() -> None:
    Path("pictures").mkdir()
    assert call("generate", "../beach", "-o", "pictures", *SMALL).stdout == "pictures/beach.png\n"


def test_several_samples_have_seeds_in_a_row_and_numbers_in_their_names() -> None:
    answer = call(
        "generate", "beach", "-o", "b.webp", *SMALL, "--count", "3", "--seed", "7", "--style", "ink"
    )
    assert sorted(answer.stdout.split()) == ["b-1.webp", "b-2.webp", "b-3.webp"]
    for number, seed in enumerate((7, 8, 9), 1):
        assert f"b-{number}.webp: 320x180, scenery, seed {seed}, " in answer.stderr


def test_a_sample_that_fails_takes_no_other_with_it() -> None:
    answer = run("generate", "beach", "-o", "b.png", *SMALL, "--count", "3", "--seed", "7", before=PICKY)
    assert answer.returncode == 1
    assert "error: sample 2: Not this one. Take another seed.\n" in answer.stderr
    assert names() == ["b-1.png", "b-3.png"]


def test_says_who_paints_and_why() -> None:
    assert "so the built-in scenery paints" in call("generate", "beach", *SMALL).stderr
    assert "built-in" not in call("generate", "beach", *SMALL, "--generator", "scenery").stderr


def test_the_file_says_how_it_was_made() -> None:
    call("generate", "beach", "-o", "beach.png", *SMALL)
    assert b"algorithmicMedia" in Path("beach.png").read_bytes()


def test_a_terminal_sees_a_bar_and_then_the_picture() -> None:
    with Terminal(("generate", "beach at sunset", "-o", "beach.png", *SMALL)) as terminal:
        words = terminal.end()
    assert terminal.status == 0
    assert re.search(r"\d/\d+ 0:00:0\d", words)
    assert "beach.png: 320x180" in words
    cells = [cell for run in IN_CHARACTERS.findall(terminal.text) for cell in [run[:6]] * len(run[6])]
    shown = np.array(cells, dtype=int).reshape(14, 48, 2, 3).transpose(0, 2, 1, 3).reshape(28, 48, 3)
    with Image.open("beach.png") as picture:
        wanted = np.asarray(picture.resize((48, 28)), dtype=int)
    assert np.abs(shown - wanted).max() < 16


@pytest.mark.parametrize(
    "variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"COLORTERM": "", "TERM": "xterm"}]
)
def test_a_terminal_without_all_colours_sees_no_picture(variables: dict[str, str]) -> None:
    with Terminal(("generate", "beach", *SMALL), variables=variables) as terminal:
        assert "beach.png: 320x180" in terminal.end()
    assert "▀" not in terminal.text


@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": "1", "COLORTERM": "truecolor"}])
def test_a_program_reads_names_and_no_picture(variables: dict[str, str]) -> None:
    answer = call("generate", "beach", *SMALL, **variables)
    assert answer.stdout == "beach.png\n"
    assert "▀" not in answer.stderr


@pytest.mark.parametrize("generator", [WAITING, DEAF], ids=["waiting", "deaf"])
def test_control_c_ends_it_at_once_and_leaves_nothing_behind(generator: str) -> None:
    with Terminal(("generate", "beach", "--count", "2"), before=generator) as terminal:
        terminal.until("layer 1")
        terminal.press("\x03")
        words = terminal.end()
    assert terminal.status == 130
    assert "Traceback" not in words
    assert not names()


def test_what_moves_becomes_a_video_that_says_how_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenery, "of", lambda _: FakeGenerator("scenery", moves=True))
    answer = call("generate", "beach", *SMALL, "--motion", "--seconds", "6", "--seed", "3")
    assert answer.stdout == "beach.webm\n", answer.stderr
    assert "beach.webm: 320x180, 6 s, 0.0 MB, scenery, seed 3" in answer.stderr
    with av.open("beach.webm") as file:
        assert file.metadata["PROMPT"] == "beach"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--motion", "-o", "beach.png"), "would not move"),
        (("-o", "beach.webm"), "add --motion"),
        (("--motion", "--seconds", "99"), "seconds"),
        (("--motion", "--size", "3840x2160"), "2560x1440"),
    ],
)
def test_what_cannot_move_is_said_in_words(options: tuple[str, ...], says: str) -> None:
    answer = call("generate", "beach", *options)
    assert answer.returncode == 2
    assert says in answer.stderr


def test_control_c_ends_a_loop_and_all_who_paint_it() -> None:
    with Terminal(("generate", "beach", *SMALL, "--motion"), before=MOVING_LONG) as terminal:
        terminal.until("of 100000")
        terminal.press("\x03")
        words = terminal.end()
    assert terminal.status == 130
    assert "Traceback" not in words
    assert not names()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their own openers")
def test_open_shows_each_picture_in_the_systems_viewer(tmp_path: Path) -> None:
    viewer = tmp_path / "bin/xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    viewer.chmod(0o755)
    # It has the pipes that `run` reads to their end, so it is done by then.
    answer = run("generate", "beach", *SMALL, "--open", PATH=f"{viewer.parent}:/usr/bin:/bin")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "opened").read_text() == "beach.png\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their own openers")
def test_open_says_when_nothing_shows_pictures() -> None:
    answer = run("generate", "beach", *SMALL, "--open", PATH="/nowhere")
    assert "Open beach.png yourself" in answer.stderr
    assert names() == ["beach.png"]
