"""Fixtures for every kind of test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cyclorama.settings import PREFIX, Settings

if TYPE_CHECKING:
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the examples of the docs, which would be last: one worker would sit over them alone."""
    items.sort(key=lambda item: item.path.name != "test_docs.py")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a test off the settings and the data of whoever runs it."""
    import os

    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYCLORAMA_DATA", str(tmp_path / "data"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")
