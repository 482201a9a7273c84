from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from cyclorama.picture import Format, Look, Matrix
from cyclorama.picture.kernel import Kernel

pytestmark = pytest.mark.unit

HEADER = (Path(__file__).parents[2] / "kernel" / "kernel.h").read_text("utf-8")


def test_fields_are_those_of_the_header() -> None:
    assert re.findall(r"^ +X\((\w+),", HEADER, re.MULTILINE) == [field.name for field in fields(Look)]


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
