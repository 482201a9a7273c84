"""A moderator that knows words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidSetting, PromptRefused

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from cyclorama.backgrounds.base import Prompt, Report

# Scripts that put no space between words, so that each letter counts as one: Thai, Lao, Burmese, Khmer, kana,
# Chinese.
UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
ACCENTS = range(0x300, 0x370)  # those of Latin, Greek and Cyrillic letters; other scripts' marks are letters


class WordList:
    """Refuses prompts that hold a word or phrase of a file.

    The file is UTF-8 with one word or phrase a line; # begins a comment. Whole words count, whatever their
    case, accents, width and punctuation. The negative prompt is free: it names what shall not be there.

    Args:
        path: the file, which is read now and not again.

    Raises:
        InvalidSetting: it cannot be read, or a line has no word in it.
    """

    def __init__(self, path: Path) -> None:
        self._phrases: dict[str, str] = {}
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidSetting(
                f"The word list {path} cannot be read: {error}. "
                "Set CYCLORAMA_WORD_LIST to a text file in UTF-8, or to nothing."
            ) from error
        for number, line in enumerate(lines, 1):
            if phrase := line.partition("#")[0].strip():
                words = _folded(phrase)
                if not words.strip():
                    raise InvalidSetting(
                        f"Line {number} of the word list {path} is {phrase!r}, which has no word in it. "
                        "Remove it, or put a # before it."
                    )
                self._phrases[words] = phrase

    def check_prompt(self, prompt: Prompt, report: Report) -> None:
        """Raise `PromptRefused` when one of the words is in the prompt's text."""
        text = _folded(prompt.text)
        for words, phrase in self._phrases.items():
            if words in text:
                raise PromptRefused(
                    f"The word list of this server does not allow {phrase!r}. "
                    "Leave it out, or say it in another way."
                )

    def check_picture(self, image: Image, report: Report) -> None:
        """Say nothing: a word list cannot see."""


def _folded(text: str) -> str:
    """Return the words of `text` with a space before and after each, without what only dresses them up."""
    # Twice: folding the case can make letters that have other forms of their own.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return f" {' '.join(''.join(map(_part, plain)).split())} "


def _part(character: str) -> str:
    number = ord(character)
    if number in ACCENTS or unicodedata.category(character) == "Cf":  # Cf: unseen, such as a zero-width space
        return ""
    if any(first <= number <= last for first, last in UNSPACED):
        return f" {character} "
    return character if unicodedata.category(character)[0] in "LMN" else " "
