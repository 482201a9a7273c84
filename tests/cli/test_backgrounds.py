from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

import cyclorama
from cyclorama import settings as settings_
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.library import Library
from tests.cli.running import Terminal, call, run

if TYPE_CHECKING:
    from cyclorama.backgrounds.background import Background

pytestmark = pytest.mark.unit


@pytest.fixture
def library() -> Library:
    return Library.of(settings_.load())


@pytest.fixture
def beach(library: Library) -> Background:
    return made(library, "beach [at] sunset", style="ink", seed=7)


@pytest.fixture
def forest(library: Library, beach: Background) -> Background:
    return made(library, "misty forest")


def made(library: Library, prompt: str, style: str = "", seed: int = 0) -> Background:
    picture = cyclorama.generate(prompt, size=(320, 180), style=style, seed=seed, generator=FakeGenerator())
    return asyncio.run(library.add(picture, picture.prompt, picture.generator))


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """Return what makes the command use another library."""
    return {"CYCLORAMA_DATA": str(tmp_path / "elsewhere")}


def backgrounds(*args: str, **variables: str) -> str:
    answer = call("backgrounds", *args, **variables)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def listed(*args: str) -> list[str]:
    return [background["id"] for background in json.loads(backgrounds("list", "--json", *args))]


def test_lists_the_newest_first(library: Library, beach: Background, forest: Background) -> None:
    asyncio.run(library.favour(beach.id, True))
    lines = backgrounds("list").splitlines()
    assert [line.split()[0] for line in lines[1:]] == [forest.id[:12], beach.id[:12]]
    assert "320x180" in lines[2]
    assert lines[2].rstrip().endswith("★  beach [at] sunset")
    assert "★" not in lines[1]


def test_lists_what_was_searched(library: Library, beach: Background, forest: Background) -> None:
    asyncio.run(library.favour(beach.id, True))
    assert listed() == [forest.id, beach.id]
    assert listed("--search", "MISTY") == [forest.id]
    assert listed("--favourites") == [beach.id]
    assert listed("--limit", "1") == [forest.id]


def test_says_when_there_are_more(forest: Background) -> None:
    assert "There are more: --limit 2" in call("backgrounds", "list", "--limit", "1").stderr
    assert call("backgrounds", "list", "--limit", "2").stderr == ""


def test_an_empty_library_is_said_to_be_empty() -> None:
    assert call("backgrounds", "list").stderr == "There are none yet.\n"
    assert listed() == []


def test_shows_all_that_made_it(beach: Background) -> None:
    words = backgrounds("show", beach.id[:12])
    for part in ("beach [at] sunset", "ink", "320x180", "7", "fake 1", "A fake.", beach.id):
        assert part in words


def test_a_terminal_sees_the_picture(beach: Background) -> None:
    with Terminal(("backgrounds", "show", beach.id)) as terminal:
        assert "▀" * 48 in terminal.end()
    assert terminal.status == 0


def test_long_prompts_are_cut_for_a_terminal_and_not_for_a_program(library: Library) -> None:
    made(library, "palm " * 60 + "end")
    assert "end" in backgrounds("list")
    with Terminal(("backgrounds", "list")) as terminal:
        assert re.search(r"\n[0-9a-f]{12}  .*320x180  fake  +palm palm .*…\r\n", terminal.end())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their own openers")
def test_opens_the_whole_picture(library: Library, beach: Background, tmp_path: Path) -> None:
    viewer = tmp_path / "bin/xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}\n')
    viewer.chmod(0o755)
    # A process of its own, whose pipes the viewer has: it is done when they are read.
    run("backgrounds", "show", beach.id, "--open", PATH=f"{viewer.parent}:/usr/bin:/bin")
    assert (tmp_path / "beach-at-sunset.png").read_bytes() == asyncio.run(library.image(beach.id))


def test_deletes_several_by_how_their_ids_begin_and_tells_how_to_have_them_back(
    beach: Background, forest: Background
) -> None:
    words = backgrounds("delete", beach.id[:14], forest.id)
    assert listed() == []
    for background in (beach, forest):
        assert f"cyclorama backgrounds restore {background.id}\n" in words
        assert background.prompt in backgrounds("restore", background.id)
    assert listed() == [forest.id, beach.id]


def test_nothing_is_deleted_where_one_id_is_wrong(beach: Background, forest: Background) -> None:
    for wrong, says in (
        (beach.id[:4], "Give more of it"),
        ("0123456789abcdef012345", "no such background"),
        ("abc", "no background 'abc'"),
        ("", "no background"),
    ):
        answer = call("backgrounds", "delete", forest.id, wrong)
        assert answer.returncode == 2
        assert says in answer.stderr
        assert len(answer.stderr.splitlines()) == 1
    assert listed() == [forest.id, beach.id]


def test_what_was_exported_is_imported_elsewhere(
    beach: Background, forest: Background, elsewhere: dict[str, str]
) -> None:
    assert "all.zip: " in call("backgrounds", "export", "all.zip").stderr
    answer = call("backgrounds", "import", "all.zip", **elsewhere)
    assert (answer.returncode, answer.stderr) == (0, "2 backgrounds imported.\n")
    again = json.loads(backgrounds("list", "--json", **elsewhere))
    assert [each["prompt"] for each in again] == ["misty forest", "beach [at] sunset"]


def test_exports_those_that_were_named(
    beach: Background, forest: Background, elsewhere: dict[str, str]
) -> None:
    backgrounds("export", "one.zip", forest.id[:14])
    backgrounds("delete", beach.id, forest.id)
    assert "1 background imported." in call("backgrounds", "import", "one.zip", **elsewhere).stderr


def test_a_terminal_sees_how_far_an_import_is(beach: Background, elsewhere: dict[str, str]) -> None:
    backgrounds("export", "all.zip")
    with Terminal(("backgrounds", "import", "all.zip"), variables=elsewhere) as terminal:
        words = terminal.end()
    assert "Unpacking" in words
    assert "1 background imported." in words


def test_what_an_import_leaves_out_is_told(beach: Background, elsewhere: dict[str, str]) -> None:
    backgrounds("export", "all.zip")
    with ZipFile("all.zip", "a") as archive:
        archive.writestr("notes.txt", "Milk, bread.")
        archive.writestr("more.txt", "Butter.")
    answer = call("backgrounds", "import", "all.zip", **elsewhere)
    assert answer.returncode == 0
    assert "Left out more.txt and 1 more: It is no picture and no video.\n" in answer.stderr
    again = call("backgrounds", "import", "all.zip", **elsewhere)
    assert again.returncode == 0
    assert "0 backgrounds imported.\n" in again.stderr
    assert f"Left out {beach.id}: It is in the library already.\n" in again.stderr
    with ZipFile("notes.zip", "w") as archive:
        archive.writestr("notes.txt", "Milk, bread.")
    assert call("backgrounds", "import", "notes.zip", **elsewhere).returncode == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["show", "0123456789abcdef012345"], "no such background"),
        (["show", "nothing"], "cyclorama backgrounds list"),
        (["restore", "0123456789abcdef012345"], "no such background"),
        (["restore", "012345"], "whole id"),
        (["export", "all.zip", "nothing"], "cyclorama backgrounds list"),
        (["export", "no/such/folder/all.zip"], "cannot be written"),
        (["import", "nothing.zip"], "no file nothing.zip"),
        (["import", "notes.txt"], "zip"),
        (["list", "--limit", "0"], "limit"),
        (["lst"], "list"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(args: list[str], says: str) -> None:
    Path("notes.txt").write_text("Milk, bread.")
    answer = call("backgrounds", *args)
    assert answer.returncode in {1, 2}
    assert says in answer.stderr
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1
    assert sorted(path.name for path in Path().iterdir() if path.is_file()) == ["notes.txt"]


def test_a_library_that_cannot_be_reached_is_one_line() -> None:
    answer = call("backgrounds", "list", CYCLORAMA_LIBRARY="ftp://somewhere/else")
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "s3://bucket/prefix" in answer.stderr
