from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cyclorama import errors
from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.wordlist import WordList

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def refusal(list_: str, text: str, folder: Path, negative: str = "") -> str:
    """Return what the word list says of the prompt, or ""."""
    path = folder / "words.txt"
    path.write_text(list_, "utf-8")
    try:
        WordList(path).check_prompt(Prompt(text=text, negative=negative), Report())
    except errors.PromptRefused as refused:
        return refused.detail
    return ""


@pytest.mark.parametrize(
    "text",
    [
        "a gun",
        "GUN!",
        "the (gun)",
        "gun,beach",
        "gün",
        "gu\u0301n",
        "ｇｕｎ",  # noqa: RUF001 # full width is the point
        "𝐠𝐮𝐧",  # noqa: RUF001 # mathematical letters
        "g\u200bun",
        "g\u00adun",
        "gun_fight",
        "beach\ngun",
    ],
)
def test_a_word_is_found_however_it_is_dressed(text: str, tmp_path: Path) -> None:
    assert "'gun'" in refusal("gun", text, tmp_path)


@pytest.mark.parametrize("text", ["a gunwale", "begun", "shotgun", "gu n", "a beach"])
def test_only_whole_words_count(text: str, tmp_path: Path) -> None:
    assert refusal("gun", text, tmp_path) == ""


@pytest.mark.parametrize(
    ("listed", "text", "found"),
    [
        ("blue  velvet", "Blue, velvet!", True),
        ("blue velvet", "blue and velvet", False),
        ("Straße", "an der STRASSE", True),
        ("İstanbul", "istanbul", True),
        ("ёлка", "елка", True),
        ("枪", "一把枪在海滩", True),
        ("手枪", "手上的枪", False),
        ("かき", "がきがいる", False),
        ("ปืน", "มีปืนอยู่", True),
        ("कित", "कुत", False),
    ],
)
def test_phrases_and_other_scripts(listed: str, text: str, found: bool, tmp_path: Path) -> None:
    assert bool(refusal(listed, text, tmp_path)) is found


def test_a_list_has_comments_and_empty_lines(tmp_path: Path) -> None:
    listed = "\ufeff# weapons\n\ngun   # of any kind\n  sword\n"
    assert "'gun'" in refusal(listed, "gun", tmp_path)
    assert "'sword'" in refusal(listed, "a sword", tmp_path)
    assert refusal(listed, "weapons of any kind", tmp_path) == ""


def test_what_shall_not_be_there_may_be_named(tmp_path: Path) -> None:
    assert refusal("gun", "a beach", tmp_path, negative="gun") == ""
