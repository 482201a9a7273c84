"""Reads a prompt: which of its words are known, and what they ask for."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CATEGORIES = ("place", "time", "weather", "palette", "element")
LONGEST = 4  # words in a phrase


@dataclass(frozen=True)
class Reading:
    """What a prompt asks for.

    Attributes:
        place, time, weather, palette: names from the vocabulary, "" where the prompt says nothing.
        elements: things that shall be in the picture.
        dropped: things that shall not.
        understood: the prompt's own words that were understood, in order.
        senses: for each of those, its (category, name) pairs; none where it refuses something.
        unknown: its words that were not.
        corrected: words read as something other than typed: (typed, read).
        spare: places named beside the one that is painted, in the prompt's own words.
        counts: how many of an element are asked for.
        colours: colours named as such, as "#rrggbb", in order.
        view: the place that is seen through the windows of the one that is painted; or "".
    """

    place: str
    time: str
    weather: str
    palette: str
    elements: frozenset[str]
    dropped: frozenset[str]
    understood: tuple[str, ...]
    senses: tuple[tuple[tuple[str, str], ...], ...]
    unknown: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]
    spare: tuple[str, ...]
    counts: tuple[tuple[str, int], ...] = ()
    colours: tuple[str, ...] = ()
    view: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary, turned around for reading."""

    meanings: dict[tuple[str, ...], tuple[tuple[str, str], ...]]  # phrase -> (category, name)
    targets: dict[str, tuple[str, ...]]  # first letter -> words that a misspelling may stand for
    known: frozenset[str]
    filler: frozenset[str]
    common: frozenset[str]
    negation: frozenset[str]
    unpainted: frozenset[str]
    suggests: dict[str, str]
    brings: dict[str, str]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary of vocabulary.toml."""
    table = tomllib.loads((files(__package__) / "vocabulary.toml").read_text("utf-8"))
    meanings: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for category in CATEGORIES:
        for name, phrases in table[category].items():
            for phrase in phrases:
                entry = meanings.setdefault(tuple(stem(w) for w in phrase.split()), [])
                if (category, name) not in entry:
                    entry.append((category, name))
    filler = frozenset(stem(w) for w in table["filler"]["words"])
    common = frozenset(stem(w) for w in table["common"]["words"])
    negation = frozenset(table["negation"]["words"])
    known = frozenset(w for phrase in meanings for w in phrase)
    targets: dict[str, list[str]] = {}
    for word in sorted(known - filler):
        if len(word) >= 4:
            targets.setdefault(word[0], []).append(word)
    return Vocabulary(
        meanings={k: tuple(v) for k, v in meanings.items()},
        targets={k: tuple(v) for k, v in targets.items()},
        known=known,
        filler=filler,
        common=common,
        negation=negation,
        unpainted=frozenset(table["unpainted"]["words"]),
        suggests=table["suggests"],
        brings=table["brings"],
    )


def fold(text: str) -> str:
    """`text` without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def stem(word: str) -> str:
    """`word` without a plural's ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


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


def correct(word: str) -> str:
    """Return the known word that `word` (folded, stemmed) stands for, or `word` itself.

    A slip in the first letter is never assumed: that is rare, and it tells apart most words that are alike.
    """
    known = vocabulary()
    # "beech" is a word, but nobody describes a background by it alone as often as they mistype the beach
    if word in known.known or word in known.filler or (word in known.common and word != "beech"):
        return word
    if not 4 <= len(word) <= 20 or not word.isalpha():
        return word
    best, slips = word, 3
    for target in known.targets.get(word[0], ()):
        limit = 2 if min(len(word), len(target)) >= 8 else 1
        if len(target) == 4 and sorted(word) != sorted(target):
            continue
        d = distance(word, target, limit)
        if d <= limit and d < slips:
            best, slips = target, d
    return best


def read(text: str, negative: str = "") -> Reading:
    """Understand a prompt and its negative prompt."""
    known = vocabulary()
    found, unknown, corrected = _phrases(text)
    dropped = {name for _, meaning, negated in found if negated for _, name in meaning}
    for _, meaning, _ in _phrases(negative)[0]:
        dropped |= {name for _, name in meaning}
    picks: dict[str, str] = {}
    elements: list[str] = []
    understood: dict[str, tuple[tuple[str, str], ...]] = {}
    spare: list[str] = []
    order: list[str] = []
    for typed, meaning, negated in found:
        if negated:
            understood.setdefault(typed, ())
            continue
        if all(name in known.unpainted for _, name in meaning):
            unknown.append(typed)
            continue
        helped = False
        for category, name in meaning:
            if name in dropped and category != "place":
                continue
            order.append(name)
            if category == "element":
                elements.append(name)
                helped = True
            elif picks.setdefault(category, name) == name:
                helped = True
            elif category == "place":
                spare.append(typed)
        if helped:
            understood.setdefault(typed, meaning)
    place = picks.get("place", "")
    if not place:
        place = next((known.suggests[n] for n in order if n in known.suggests), "")
    if not place and "palette" in picks:
        place = "abstract"
    time = picks.get("time", "")
    if not time:
        time = next((known.brings[n] for n in order if n in known.brings), "")
    return Reading(
        place=place,
        time=time,
        weather=picks.get("weather", ""),
        palette=picks.get("palette", ""),
        elements=frozenset(elements) - dropped,
        dropped=frozenset(dropped),
        understood=tuple(understood),
        senses=tuple(understood.values()),
        unknown=tuple(dict.fromkeys(unknown)),
        corrected=tuple(dict.fromkeys(corrected)),
        spare=tuple(s for s in dict.fromkeys(spare) if s not in understood),
    )


Found = tuple[str, tuple[tuple[str, str], ...], bool]


def _phrases(text: str) -> tuple[list[Found], list[str], list[tuple[str, str]]]:
    """Return the known phrases of `text` and whether each is negated, the unknown words, and the slips."""
    known = vocabulary()
    spans = [(m.start(), m.end()) for m in re.finditer(r"[^\W_]+", text)]
    typed = [text[a:b] for a, b in spans]
    words = [correct(stem(fold(w))) for w in typed]
    found: list[Found] = []
    unknown: list[str] = []
    corrected: list[tuple[str, str]] = []
    negated = False
    i = 0
    while i < len(words):
        for n in range(min(LONGEST, len(words) - i), 0, -1):
            meaning = known.meanings.get(tuple(words[i : i + n]))
            if meaning is None:
                continue
            start = spans[i][0]
            found.append((text[start : spans[i + n - 1][1]], meaning, negated))
            corrected += [(typed[k], words[k]) for k in range(i, i + n) if words[k] != stem(fold(typed[k]))]
            i += n
            negated = (
                negated and i < len(words) and words[i] in {"or", "nor", "and"} and not _comma(text, spans, i)
            )
            break
        else:
            word = words[i]
            if word in known.negation:
                negated = True
            elif word not in known.filler:
                if not negated:
                    unknown.append(typed[i])
                negated = False
            i += 1
    return found, unknown, corrected


def _comma(text: str, spans: list[tuple[int, int]], i: int) -> bool:
    return bool(set(text[spans[i - 1][1] : spans[i][0]]) & set(",.;!?"))
