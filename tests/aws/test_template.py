"""The template is one that CloudFormation takes, and by itself."""

from __future__ import annotations

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped] # it has no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]

from cyclorama.aws import template

pytestmark = pytest.mark.unit


def test_cfn_lint_has_nothing_to_say() -> None:
    found = lint(template.text(), config=ManualArgs(include_checks=["I"], regions=["us-west-2"]))
    assert [f"{match.linenumber}: {match.rule.id} {match.message}" for match in found] == []


def test_it_can_be_given_inline() -> None:
    assert len(template.text().encode()) <= template.INLINE_BYTES
