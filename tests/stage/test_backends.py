from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from cyclorama import extras
from cyclorama.errors import MissingExtra
from cyclorama.settings import Settings
from cyclorama.stage.backends import backend_of

if TYPE_CHECKING:
    from cyclorama.stage.base import StageBackend

pytestmark = pytest.mark.unit


def test_who_runs_the_local_stages_is_up_to_whoever_asks() -> None:
    local = cast("StageBackend", object())
    assert backend_of(Settings(), lambda: local) is local


def test_amazon_runs_its_own() -> None:
    pytest.importorskip("boto3", reason="needs boto3: pip install 'cyclorama[ivs]'")
    settings = Settings(stage_backend="ivs", ivs_region="us-west-2")
    assert backend_of(settings, lambda: pytest.fail("not asked for")).name == "ivs"


@pytest.mark.parametrize("name", ["ivs", "livekit"])
def test_what_is_not_installed_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "missing", lambda extra: [f"package-of-{extra}"])
    with pytest.raises(MissingExtra, match=rf"package-of-{name}.*cyclorama\[{name}\]"):
        backend_of(Settings(stage_backend=name), lambda: pytest.fail("not asked for"))
