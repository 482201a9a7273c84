"""A prompt as words, in any of the alphabets that the vocabulary is written in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from PIL import ImageColor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MARKS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
HEX = r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![0-9a-zA-Z])"
PIECES = re.compile(
    rf"(?P<colour>{HEX}|(?:rgb|hsl)a?\([\d\s.,%/deg]{{3,40}}\))|[^\W_](?:[^\W_]|[{MARKS}])*", re.IGNORECASE
)
SPACELESS = re.compile("[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d]")
MOST_WORDS = 600
LATIN = re.compile("[0-9a-z]+")
STOPS = frozenset(",.;!?\n\u0964、。・\uff0c\uff1b\uff01\uff1f")
# how Devanagari is misspelt: long and short vowels, and the two marks of a nasal one
HINDI = str.maketrans({"ी": "ि", "ू": "ु", "ँ": "ं", "\u200c": None, "\u200d": None})
HINDI_ENDINGS = ("ियों", "ियां", "ियाँ", "ों", "ें", "ो")


@dataclass(frozen=True)
class Token:
    """One word of a prompt.

    Attributes:
        word: folded and stemmed, as the vocabulary has it; "" for a colour.
        start, end: where it stands in the prompt.
        stop: whether a comma or the like stands before it.
        colour: "#rrggbb" where it is a colour written as such, else "".
        spaceless: whether it was cut out of writing without spaces.
    """

    word: str
    start: int
    end: int
    stop: bool = False
    colour: str = ""
    spaceless: bool = False


def fold(text: str) -> str:
    """`text` without case, accents, and what else people leave out or mix up in writing."""
    if text.isascii():
        return text.lower()
    if SPACELESS.search(text):
        return unicodedata.normalize("NFKC", text.casefold())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(HINDI)


def stem(word: str) -> str:
    """`word` (folded) without a plural's ending."""
    if "\u0900" <= word[:1] <= "\u097f":
        return next(
            (word[: -len(e)] for e in HINDI_ENDINGS if len(word) > len(e) + 1 and word.endswith(e)), word
        )
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def phrase(text: str, spaceless: bool) -> tuple[str, ...]:
    """Return a phrase of the vocabulary as the words that `tokenise` finds in a prompt."""
    if spaceless and SPACELESS.search(text):
        return (fold(text),)
    return tuple(stem(fold(m.group())) for m in PIECES.finditer(text))


def tokenise(text: str, words: Mapping[str, tuple[str, ...]]) -> list[Token]:
    """Return the words of `text`, 600 at most: nobody describes a picture in more.

    `words` are those of languages without spaces, by their first letter, the longest first.
    """
    tokens: list[Token] = []
    last = 0
    for match in PIECES.finditer(text):
        stop = not STOPS.isdisjoint(text[last : match.start()])
        start, last = match.span()
        piece = match.group()
        if match["colour"]:
            colour = _colour(piece)
            tokens.append(Token("" if colour else fold(piece), start, last, stop, colour))
        elif SPACELESS.search(piece):
            tokens += islice(_cut(piece, start, stop, words), MOST_WORDS)
        else:
            tokens.append(Token(stem(fold(piece)), start, last, stop))
        if len(tokens) >= MOST_WORDS:
            break
    return tokens[:MOST_WORDS]


def _colour(text: str) -> str:
    try:
        r, g, b = ImageColor.getrgb(re.sub(r"(?<=[\d%])\s+(?=\d)", ",", text))[:3]
    except ValueError:
        return ""
    return f"#{min(r, 255):02x}{min(g, 255):02x}{min(b, 255):02x}"


def _cut(piece: str, start: int, stop: bool, words: Mapping[str, tuple[str, ...]]) -> Iterator[Token]:
    """Cut writing without spaces into its words: at each place, the longest that is known.

    No word begins in the middle of one that is not known: that is, right after a letter that no word covers,
    none that is written in the same kana, and no single character.
    """
    folded = unicodedata.normalize("NFKC", piece.casefold())
    even = len(folded) == len(piece)  # else places in the two do not correspond
    i = unknown = 0

    def token(word: str, a: int, b: int) -> Token:
        where = (start + a, start + b) if even else (start, start + len(piece))
        return Token(word, *where, stop=stop and a == 0, spaceless=True)

    while i < len(folded):
        found = next((w for w in words.get(folded[i], ()) if folded.startswith(w, i)), "")
        latin = None if found else LATIN.match(folded, i)
        if found and i > unknown and _kind(folded[i]) == _kind(folded[i - 1]):
            found = found if _kind(folded[i]) == "han" and len(found) > 1 else ""
        if not found and latin is None:
            i += 1
            continue
        if i > unknown:
            yield token(folded[unknown:i], unknown, i)
        end = i + len(found) if found else latin.end() if latin else i
        yield token(folded[i:end] if found else stem(folded[i:end]), i, end)
        i = unknown = end
    if i > unknown:
        yield token(folded[unknown:i], unknown, i)


def _kind(letter: str) -> str:
    if "\u3040" <= letter <= "\u309f":
        return "hiragana"
    return "katakana" if "\u30a0" <= letter <= "\u30ff" else "han"
