from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from cyclorama import extras
from cyclorama.errors import MissingExtra

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["nowhere", "nowhere.api", "json.nowhere"])
def test_what_is_missing_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(extras.EXTRAS, "livekit", ("json", name))
    assert extras.missing("livekit") == [name]
    with pytest.raises(MissingExtra, match=r"pip install 'cyclorama\[livekit\]'"):
        extras.require("livekit", "The stage backend livekit")


def test_a_folder_that_only_bears_the_name_is_not_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "somewhere" / "livekit_of_mine").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "somewhere"), *sys.path])
    monkeypatch.setitem(extras.EXTRAS, "livekit", ("livekit_of_mine.api",))
    assert extras.missing("livekit") == ["livekit_of_mine.api"]
