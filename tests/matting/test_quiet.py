from __future__ import annotations

import os
import sys

import pytest

from cyclorama.matting.litert import LiteRT
from cyclorama.matting.quiet import quiet

pytestmark = pytest.mark.unit


def test_chatter_is_left_out_and_all_else_comes_out(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet():
        os.write(2, b"INFO: Created a delegate.\nERROR: It matters.\n")
        print("of Python", file=sys.stderr)  # noqa: T201 (that is what is tested)
    assert sorted(capfd.readouterr().err.split("\n")) == ["", "ERROR: It matters.", "of Python"]


def test_an_error_passes_and_standard_error_is_back(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError("passes")

    with pytest.raises(ValueError, match="passes"), quiet():
        fail()
    os.write(2, b"INFO: after\n")
    assert capfd.readouterr().err == "INFO: after\n"


def test_a_model_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    LiteRT().close()
    assert capfd.readouterr() == ("", "")
