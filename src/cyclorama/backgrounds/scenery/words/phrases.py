"""A prompt's known phrases: which are refused, how many are asked for, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .slips import COMPOUNDS, correct, parts
from .tokens import Token, tokenise
from .vocabulary import ENGLISH, LANGUAGES, LONGEST, Lexicon, Sense, senses, vocabulary

MOST_CORRECTED = 60  # unknown words that are looked at for slips: a prompt with more is no prompt
SURE = 6  # letters of a word that may be a slip in any language, where nothing tells the language
FAR = 99
REACH = 3  # words that a "no" or a number may stand before the phrase it belongs to


@dataclass(frozen=True)
class Found:
    """A known phrase.

    Attributes:
        typed: the prompt's own words.
        senses: what it means.
        first, last: its tokens, `last` the one after it.
        refused: whether the prompt says that it shall not be.
        count: how many, 0 where the prompt does not say.
        stood: whether it is said to be where one stands.
    """

    typed: str
    senses: tuple[Sense, ...]
    first: int
    last: int
    refused: bool = False
    count: int = 0
    stood: bool = False

    def names(self, *categories: str) -> list[str]:
        """Return the names that it means in `categories`."""
        return [name for category, name in self.senses if category in categories]


@dataclass
class Phrases:
    """What `phrases` finds, in the prompt's order."""

    tokens: list[Token]
    found: list[Found] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    corrected: list[tuple[str, str]] = field(default_factory=list)
    fillers: set[int] = field(default_factory=set)

    def apart(self, a: Found, b: Found) -> int:
        """Return how many words stand between `a` and a later `b`; FAR if a comma or what matters does."""
        between = range(a.last, b.first)
        if b.first < a.last or any(self.tokens[i].stop for i in (*between, b.first)):
            return FAR
        return len(between) if all(i in self.fillers for i in between) else FAR


def phrases(text: str) -> Phrases:
    """Find the known phrases of `text`."""
    book = vocabulary()
    tokens = tokenise(text, book.spaceless)
    order = _languages(tokens)
    tokens, corrected = _corrected(text, tokens, order)
    result = Phrases(tokens)
    scan = _Scan(text, result, [book.lexicons[language] for language in order], corrected)
    i = 0
    while i < len(tokens):
        i = scan.step(i)
    return result


def _languages(tokens: list[Token]) -> list[str]:
    """Return all languages, that of most of the words first."""
    lexicons = vocabulary().lexicons
    return sorted(lexicons, key=lambda language: -_score(tokens, lexicons[language]))


def _score(tokens: list[Token], lexicon: Lexicon) -> int:
    words = [token.word for token in tokens if token.word in lexicon.known]
    return sum(1 if word in lexicon.everyday else 3 for word in words)


def _corrected(
    text: str, tokens: list[Token], order: list[str]
) -> tuple[list[Token], dict[int, tuple[str, str]]]:
    """Return the tokens without slips, compounds taken apart, and by number what was typed and read."""
    lexicons = vocabulary().lexicons
    scores = [_score(tokens, lexicons[language]) for language in order]
    best = [language for language, score in zip(order, scores, strict=True) if score == scores[0] and score]
    result: list[Token] = []
    changed: dict[int, tuple[str, str]] = {}
    seen: dict[str, tuple[str, ...]] = {}
    for token in tokens:
        word = token.word
        if token.spaceless or token.colour or (word in lexicons[order[0]].known and word != "beech"):
            result.append(token)
            continue
        if word not in seen:
            seen[word] = _read_as(word, best) if len(seen) < MOST_CORRECTED else (word,)
        for part in seen[word]:
            if seen[word] == (word,):
                result.append(token)
                continue
            if len(seen[word]) == 1:
                changed[len(result)] = (text[token.start : token.end], part)
            result.append(replace(token, word=part, stop=token.stop and part == seen[word][0]))
    return result, changed


def _read_as(word: str, best: list[str]) -> tuple[str, ...]:
    if word != "beech" and any(word in lexicon.known for lexicon in vocabulary().lexicons.values()):
        return (word,)
    halves = parts(word, [language for language in best or COMPOUNDS if language in COMPOUNDS])
    if halves:
        return halves
    return (correct(word, best or (LANGUAGES if len(word) >= SURE else (ENGLISH,))),)


class _Scan:
    """Goes through the tokens, and knows what was said just before."""

    def __init__(
        self, text: str, result: Phrases, lexicons: list[Lexicon], corrected: dict[int, tuple[str, str]]
    ) -> None:
        self._text, self._result, self._lexicons, self._corrected = text, result, lexicons, corrected
        self._words = [token.word for token in result.tokens]
        self._joins = set[str]().union(*(lexicon.joins for lexicon in lexicons))
        self._stand = set[str]().union(*(lexicon.stand for lexicon in lexicons))
        self._stood = set[str]().union(*(lexicon.stood for lexicon in lexicons))
        self._refusing = 0  # words that a "no" still reaches
        self._number: tuple[int, int] | None = None  # how many, and the token that says so
        self._number_reach = 0
        self._standing = 0

    def step(self, i: int) -> int:
        """Read what begins at token `i`, and return where the next begins."""
        token = self._result.tokens[i]
        if token.stop:
            self._refusing, self._number, self._standing = 0, None, 0
        if token.colour:
            self._add(Found(self._typed(i, i + 1), (("colour", token.colour),), i, i + 1))
            return i + 1
        match = self._match(i)
        if match is None:
            self._pass(i)
            return i + 1
        meaning, n = match
        categories = {category for category, _ in meaning}
        if "not_after" in categories and self._result.found:
            self._refuse_back(i)
        elif "not_before" in categories:
            self._refusing = REACH
            self._result.fillers.update(range(i, i + n))
        elif "number" in categories and len(categories) == 1:
            self._count(int(next(name for category, name in meaning if category == "number")), i, n)
        elif categories <= {"not_after", "number"}:
            self._result.fillers.update(range(i, i + n))
            self._after(i, n)
        else:
            rest = tuple(s for s in meaning if s[0] not in {"number", "not_before", "not_after"})
            self._add(Found(self._typed(i, i + n), rest, i, i + n))
        self._result.corrected += [self._corrected[k] for k in range(i, i + n) if k in self._corrected]
        return i + n

    def _match(self, i: int) -> tuple[tuple[Sense, ...], int] | None:
        """Return the longest phrase that begins at token `i`: what it means and how many words it has."""
        for n in range(min(LONGEST, len(self._words) - i), 0, -1):
            if any(self._result.tokens[k].stop for k in range(i + 1, i + n)):
                continue
            key = tuple(self._words[i : i + n])
            for rank, lexicon in enumerate(self._lexicons):
                meaning = lexicon.entries.get(key)
                if meaning is not None:
                    return meaning, n
                if rank == 0 and n == 1 and key[0] in lexicon.plain:
                    return None  # a word of this language is not one of another that is spelt like it
        return None

    def _typed(self, first: int, last: int) -> str:
        tokens = self._result.tokens
        return self._text[tokens[first].start : tokens[last - 1].end]

    def _add(self, found: Found) -> None:
        things = found.names("element")
        plain = bool(things) and all(category == "element" for category, _ in found.senses)
        before = self._result.found[-1] if self._result.found else None
        # "no people, text": what is never painted goes on being refused
        goes_on = before is not None and before.refused and bool(things) and set(things) <= senses().unpainted
        refused = self._refusing > 0 or goes_on
        count = 0
        if self._number and plain and not refused:
            count, first = self._number
            if count > 1:
                found = replace(found, typed=self._typed(first, found.last))
        stood = self._standing > 0
        self._result.found.append(replace(found, refused=refused, count=count, stood=stood))
        if plain or (self._number and self._number[0] == 1):
            self._number = None
        self._standing = 0
        if refused:
            after = self._words[found.last] if found.last < len(self._words) else ""
            stop = found.last < len(self._words) and self._result.tokens[found.last].stop
            self._refusing = REACH if after in self._joins and not stop and plain else 0

    def _count(self, number: int, i: int, n: int) -> None:
        """Keep a number for the thing that follows; or, in Japanese, give it to the thing before it."""
        self._result.fillers.update(range(i, i + n))
        token, found = self._result.tokens[i], self._result.found
        if token.spaceless and found and not found[-1].count and i - found[-1].last <= 1 and number > 1:
            last = found[-1]
            following = self._match(i + n) if i + n < len(self._words) else None
            if following and self._result.tokens[i + n].stop:
                following = None
            ahead = following is not None and any(category == "element" for category, _ in following[0])
            if last.names("element") and not last.names("place", "time") and not ahead and i > last.last:
                found[-1] = replace(last, count=number)
                return
        self._number, self._number_reach = (number, i), REACH

    def _refuse_back(self, i: int) -> None:
        """Refuse the phrase before, and those that it is joined to."""
        found = self._result.found
        k = len(found) - 1
        if i - found[k].last > 1:
            return
        found[k] = replace(found[k], refused=True, count=0)
        while k > 0 and found[k - 1].names("element") and found[k].first - found[k - 1].last <= 1:
            between = self._words[found[k - 1].last : found[k].first]
            if not self._joins.issuperset(between):
                break
            k -= 1
            found[k] = replace(found[k], refused=True, count=0)

    def _pass(self, i: int) -> None:
        """Take in a word that is not known."""
        if not self._refusing:
            self._result.unknown.append(self._typed(i, i + 1))
        if self._number and self._number[0] == 1:
            self._number = None
        self._after(i, 1)

    def _after(self, i: int, n: int) -> None:
        words = self._words[i : i + n]
        self._refusing = max(0, self._refusing - 1)
        self._number_reach -= 1
        self._standing = max(0, self._standing - 1)
        if self._number_reach < 0:
            self._number = None
        if self._stand.intersection(words):
            self._standing = REACH
        if self._stood.intersection(words) and self._result.found:
            self._result.found[-1] = replace(self._result.found[-1], stood=True)
