from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest
from cyclorama.picture import Format, Look, Matrix
from cyclorama.picture.kernel import Kernel

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
EXAMPLES = json.loads((ROOT / "tests" / "golden" / "looks.json").read_text("utf-8"))
"""Texts, and the look that each holds or what is said of it; the page's suite plays them too."""
HEADER = (ROOT / "kernel" / "kernel.h").read_text("utf-8")

NAMES = [field.name for field in fields(Look)]


def test_fields_are_those_of_the_header() -> None:
    assert re.findall(r"^ +X\((\w+),", HEADER, re.MULTILINE) == NAMES


def test_defaults_are_those_of_the_kernel() -> None:
    kernel, values = Kernel(), Look().values()
    built_in = kernel.view(kernel.call("look"), (len(values),), np.float32)
    np.testing.assert_array_equal(built_in, np.array(values, np.float32))


@pytest.mark.parametrize(("enum", "first"), [(Format, "I420"), (Matrix, "BT601")])
def test_numbers_are_those_of_the_header(enum: type[Format] | type[Matrix], first: str) -> None:
    found = re.search(rf"enum \{{\s*({first}.*?)\}}", HEADER, re.DOTALL)
    assert found is not None
    names = re.sub(r"/\*.*?\*/", "", found[1]).replace(",", " ").split()
    assert names == [member.name for member in enum]
    assert [member.value for member in enum] == list(range(len(enum)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_examples_are_read_as_the_page_reads_them(example: dict[str, Any]) -> None:
    if "look" in example:
        assert Look.from_json(example["text"]) == Look(**example["look"])
        return
    with pytest.raises(InvalidRequest) as caught:
        Look.from_json(example["text"])
    for words in example["says"]:
        assert words in caught.value.detail


def test_comes_back_from_a_file_with_every_field() -> None:
    look = Look(softness=0.1, mirror=1, x=-0.25, key_red=200)
    assert json.loads(look.to_json())["look"] == dict(zip(NAMES, look.values(), strict=True))
    assert Look.from_json(look.to_json()) == look


def test_says_what_is_unreadable_without_falling_over() -> None:
    for text in ("[" * 100_000, '{"cyclorama": "look", "version": 1, "look": {"x": ' + "9" * 5_000 + "}}"):
        with pytest.raises(InvalidRequest, match="not JSON"):
            Look.from_json(text)


@pytest.mark.parametrize(
    "wrong", [{"softness": 1.5}, {"softness": float("nan")}, {"x": -1.01}, {"mirror": 0.5}, {"blur": "much"}]
)
def test_values_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    [name] = wrong
    with pytest.raises(InvalidRequest, match=f"^{name} "):
        Look(**wrong)


def test_takes_the_numbers_of_numpy() -> None:
    given: dict[str, Any] = {"softness": np.float32(0.25)}
    look = Look(**given)
    assert look == Look(softness=0.25)
    assert Look.from_json(look.to_json()) == look
