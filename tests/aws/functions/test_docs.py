from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cyclorama.aws import functions
from cyclorama.aws.functions.routes import ROUTES
from cyclorama.wire.jobs import JobAnswer

pytestmark = pytest.mark.unit

TEXT = (Path(__file__).parents[3] / "docs/aws-api.md").read_text("utf-8")


def test_every_route_is_described() -> None:
    described = re.findall(r"^\| `([A-Z]+ /\S*)` \| ([^|]+) \|", TEXT, re.MULTILINE)
    assert [route for route, _ in described] == list(ROUTES)
    for route, who in described:
        assert (who != "creator") is ROUTES[route].public


def test_the_job_that_is_shown_is_one() -> None:
    (shown,) = (each for each in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL) if "events" in each)
    assert json.loads(shown) == JobAnswer.model_validate_json(shown).model_dump()


def test_actions_are_the_same_in_the_code_and_in_the_docs() -> None:
    def actions(text: str) -> set[tuple[str, str]]:
        rows = re.findall(r"^\| (api|painter|both) \| (.+?) \|", text, re.MULTILINE)
        return {(who, action) for who, named in rows for action in re.findall(r"`(\w+:\w+)`", named)}

    assert actions(TEXT) | {("both", "logs:CreateLogStream"), ("both", "logs:PutLogEvents")} == actions(
        functions.__doc__ or ""
    )
