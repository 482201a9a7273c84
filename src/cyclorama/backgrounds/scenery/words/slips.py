"""Misspellings: which known word a word stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vocabulary import ENGLISH, Lexicon, letters, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST, LONGEST = 4, 20
COMPOUNDS = {"en": ("",), "de": ("", "s", "n", "en", "es", "e")}  # what joins the parts


def distance(a: str, b: str, limit: int) -> int:
    """Slips between `a` and `b`: letters left out, added, changed or swapped (optimal string alignment).

    Anything above `limit` is returned as `limit` + 1.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def correct(word: str, languages: Iterable[str] = (ENGLISH,)) -> str:
    """Return the known word that `word` (folded, stemmed) stands for, or `word` itself.

    A slip in the first letter is never assumed: that is rare, and it tells apart most words that are alike.

    Args:
        word: as typed.
        languages: in which it may have been meant.
    """
    lexicons = vocabulary().lexicons
    if not SHORTEST <= len(word) <= LONGEST or not all(c.isalpha() or "ऀ" <= c <= "ॿ" for c in word):
        return word
    # "beech" is a word, but nobody describes a background by it alone as often as they mistype the beach
    if word != "beech" and any(word in lexicon.known for lexicon in lexicons.values()):
        return word
    best, slips = word, 3
    for language in languages:
        found, d = _nearest(word, lexicons[language])
        if d < slips:
            best, slips = found, d
    return best


def _nearest(word: str, lexicon: Lexicon) -> tuple[str, int]:
    best, slips = word, 3
    mine = letters(word)
    for target, theirs in lexicon.targets.get(word[0], ()):
        limit = 2 if min(len(word), len(target)) >= 8 else 1
        # a slip changes two letters at most
        if abs(len(word) - len(target)) > limit or (mine ^ theirs).bit_count() > 2 * limit:
            continue
        if len(target) == 4 and sorted(word) != sorted(target):
            continue
        d = distance(word, target, limit)
        if d <= limit and d < slips:
            best, slips = target, d
    return best, slips


def parts(word: str, languages: Iterable[str]) -> tuple[str, str] | None:
    """Return the two known words that `word` is compounded of ("palmenstrand"), or None."""
    if not 2 * SHORTEST <= len(word) <= 2 * LONGEST:
        return None
    for language in languages:
        entries = vocabulary().lexicons[language].entries
        for cut in range(len(word) - SHORTEST, SHORTEST - 1, -1):
            tail = word[cut:]
            if not _says(entries.get((tail,))):
                continue
            for link in COMPOUNDS.get(language, ()):
                head = word[:cut].removesuffix(link) if link else word[:cut]
                if len(head) >= SHORTEST and _says(entries.get((head,))):
                    return head, tail
    return None


def _says(entry: tuple[tuple[str, str], ...] | None) -> bool:
    return bool(entry) and all(
        category in {"place", "time", "weather", "season", "element"} and name not in {"people", "text"}
        for category, name in entry or ()
    )
