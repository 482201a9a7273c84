"""The vocabulary's files, turned around for reading."""

from __future__ import annotations

import tomllib
from configparser import ConfigParser
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from .tokens import phrase

FOLDER = files(__package__ or "").joinpath("../vocabulary")
SPACED = ("en", "es", "fr", "de", "pt", "hi")
SPACELESS = ("zh-hans", "zh-hant", "ja")
LANGUAGES = SPACED + SPACELESS
LONGEST = 6  # words in a phrase
ENGLISH = "en"

Sense = tuple[str, str]  # category and name: ("place", "beach")


@dataclass
class Lexicon:
    """One language.

    Attributes:
        language: its tag.
        entries: what a phrase means; none for one that means nothing here ("please").
        plain: words that mean nothing here, and everyday words that are not to be mistaken for others.
        known: every word of the above.
        everyday: those everyday words, which say little about the language.
        joins: words that go on with what is being refused: "no people or birds".
        stand, stood: words after, and before, which comes where one stands: "the city seen from a rooftop".
        head_after: words between a place and the one it only describes: "森の滝" is a waterfall.
        targets: by first letter, words that a misspelling may stand for, each with the set of its letters.
    """

    language: str
    entries: dict[tuple[str, ...], tuple[Sense, ...]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    everyday: set[str] = field(default_factory=set)
    joins: set[str] = field(default_factory=set)
    stand: set[str] = field(default_factory=set)
    stood: set[str] = field(default_factory=set)
    head_after: set[str] = field(default_factory=set)
    targets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """All languages.

    Attributes:
        lexicons: by language, English first.
        spaceless: words of languages without spaces, by their first letter, the longest first.
    """

    lexicons: dict[str, Lexicon]
    spaceless: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Senses:
    """What the names of the vocabulary lead to: `senses.toml`, where each is explained."""

    thing_suggests: dict[str, str]
    suggests: dict[str, str]
    brings: dict[str, str]
    season: dict[str, dict[str, Any]]
    mood: dict[str, dict[str, Any]]
    instead: dict[str, str]
    gives_way: dict[str, str]
    hues: dict[str, str]
    rooms: frozenset[str]
    walls: frozenset[str]
    houses: frozenset[str]
    unpainted: frozenset[str]
    own_colour: frozenset[str]


def letters(word: str) -> int:
    """Return the set of a word's letters, as bits; letters may share one."""
    bits = 0
    for c in word:
        bits |= 1 << (ord(c) % 61)
    return bits


@cache
def senses() -> Senses:
    """Return what names lead to."""
    table: dict[str, Any] = tomllib.loads((FOLDER / "senses.toml").read_text("utf-8"))
    lists: dict[str, Any] = {name: frozenset(words) for name, words in table.pop("lists").items()}
    return Senses(**table, **lists)


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary."""
    lexicons = {language: _lexicon(language) for language in LANGUAGES}
    words: dict[str, set[str]] = {}
    for language in SPACELESS:
        for word in lexicons[language].known:
            if not word.isascii():
                words.setdefault(word[0], set()).add(word)
    longest_first = {first: tuple(sorted(many, key=lambda w: (-len(w), w))) for first, many in words.items()}
    return Vocabulary(lexicons, longest_first)


@cache
def spoken(name: str, category: str = "place") -> str:
    """Return the English words for a name ("wood wall" for "wood"), which `read` understands as it."""
    return _file(ENGLISH)[category][name][0]


@cache
def _file(language: str) -> dict[str, dict[str, list[str]]]:
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.read_string((FOLDER / f"{language}.ini").read_text("utf-8"))
    return {
        section: {
            name: [" ".join(part.split()) for part in text.split(",") if part.strip()]
            for name, text in parser[section].items()
        }
        for section in parser.sections()
    }


def _lexicon(language: str) -> Lexicon:
    lexicon = Lexicon(language)
    spaceless = language in SPACELESS
    sections = dict(_file(language))
    words = sections.pop("words")

    def enter(text: str, *sense: Sense) -> None:
        key = phrase(text, spaceless)
        known = lexicon.entries.get(key, ())
        lexicon.entries[key] = known + tuple(s for s in sense if s not in known)

    for category, names in sections.items():
        for name, phrases in names.items():
            for text in phrases:
                enter(text, (category, f"#{name}" if category == "colour" else name))
    for category in ("not_before", "not_after"):
        for text in words.get(category, ()):
            enter(text, (category, ""))
    content = {w for key in lexicon.entries for w in key}
    for text in words["filler"]:
        key = phrase(text, spaceless)
        if key not in lexicon.entries:
            enter(text)
            if len(key) == 1:
                lexicon.plain.add(key[0])
    fillers = set(lexicon.plain)
    lexicon.plain |= {w for text in words.get("common", ()) for w in phrase(text, spaceless)}
    lexicon.everyday = lexicon.plain - fillers - content
    lexicon.joins = {w for text in words.get("or", ()) for w in phrase(text, spaceless)}
    lexicon.stand = {w for text in words.get("from", ()) for w in phrase(text, spaceless)}
    lexicon.stood = {w for text in words.get("from_after", ()) for w in phrase(text, spaceless)}
    lexicon.head_after = {w for text in words.get("head_after", ()) for w in phrase(text, spaceless)}
    lexicon.known = content | lexicon.plain | {w for key in lexicon.entries for w in key}
    for word in sorted(content - fillers):
        if len(word) >= 4:
            lexicon.targets.setdefault(word[0], []).append((word, letters(word)))
    return lexicon
