"""How many prompts, as people write them, are read as they were meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cyclorama.backgrounds.scenery.words import Reading, read

pytestmark = pytest.mark.unit

PROMPTS = tomllib.loads((Path(__file__).parent / "prompts.toml").read_text("utf-8"))
ENOUGH = 0.9  # of all, and of each language


def meets(reading: Reading, expected: str) -> bool:
    """Whether `reading` has everything that a line of the list expects."""
    place, *more = expected.split(" ")
    got = {
        "@": reading.time,
        "~": "+".join(reading.colours) or reading.palette,
        ">": reading.view,
    }
    return reading.place in place.split("|") and all(got[want[0]] in want[1:].split("|") for want in more)


def shown(reading: Reading) -> str:
    """`reading` as a line of the list would say it."""
    colours = "+".join(reading.colours) or reading.palette
    said = ((reading.place or "-", ""), (reading.time, "@"), (colours, "~"), (reading.view, ">"))
    return " ".join(sign + word for word, sign in said if word)


def test_the_list_is_long_and_varied() -> None:
    assert sum(map(len, PROMPTS.values())) >= 500
    assert set(PROMPTS) == {"en", "es", "fr", "de", "pt", "ja", "zh-hans", "zh-hant", "hi"}


def test_most_prompts_are_read_as_they_were_meant() -> None:
    right: dict[str, int] = {}
    misses = []
    for language, prompts in PROMPTS.items():
        for prompt, expected in prompts.items():
            reading = read(prompt)
            if meets(reading, expected):
                right[language] = right.get(language, 0) + 1
            else:
                misses.append(f"{language}: {prompt!r}: expected {expected}, read {shown(reading)}")
    shares = {language: right.get(language, 0) / len(prompts) for language, prompts in PROMPTS.items()}
    total = sum(right.values()) / sum(map(len, PROMPTS.values()))
    report = [f"{total:.1%} right", *(f"{name}: {share:.0%}" for name, share in shares.items()), *misses]
    print("\n".join(report))  # noqa: T201  pytest shows it when it fails, or with -s
    assert total >= ENOUGH, "\n".join(report)
    assert min(shares.values()) >= ENOUGH, "\n".join(report)
