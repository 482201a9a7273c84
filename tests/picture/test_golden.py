"""The cases that the page plays too: see tests/golden/make.py."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.golden import make
from tests.golden.play import play

pytestmark = pytest.mark.unit

FOLDER = Path(make.__file__).parent
BLOB = (FOLDER / "golden.bin").read_bytes()
CASES = json.loads((FOLDER / "golden.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    expect(case, BLOB)


def expect(case: dict[str, Any], blob: bytes) -> None:
    for step, given in play(case, blob):
        start, size = step["data"]
        wanted = np.frombuffer(blob[start : start + size], given.dtype)
        assert np.abs(given.astype(float) - wanted).max() <= step["within"], step
        assert hashlib.sha256(given.tobytes()).hexdigest() == step["sha256"], (
            "the kernel changed: python -m tests.golden.make"
        )


def test_the_vectors_are_what_the_reference_says() -> None:
    blob = bytearray()
    made = make.cases(blob)
    stored = [{**case, "steps": [without_hash(step) for step in case["steps"]]} for case in CASES]
    assert json.loads(json.dumps(made)) == stored
    assert len(blob) == len(BLOB)


def without_hash(step: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name != "sha256"}
