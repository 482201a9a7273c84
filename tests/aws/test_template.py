"""The template is one that CloudFormation takes, by itself, from whoever gives it."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
import yaml
from cfnlint.api import lint  # type: ignore[import-untyped] # it has no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]

from cyclorama.aws import template
from tests.aws.choices import CHOICES, PACKAGE, PARAMETERS, READ, stack

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.unit

PAGE = (Path(__file__).parents[2] / "docs/aws-template.md").read_text("utf-8")


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_cfn_lint_has_nothing_to_say_in_any_region_with_stages() -> None:
    regions = boto3.Session().get_available_regions("ivs-realtime")
    found = lint(template.text(), config=ManualArgs(include_checks=["I"], regions=regions))
    assert [f"{match.linenumber}: {match.rule.id} {match.message}" for match in found] == []


def test_cfn_lint_is_silenced_only_where_a_reason_stands_beside() -> None:
    silenced = [line for line in template.text().splitlines() if "ignore_checks" in line]
    assert [re.sub(r"^.*ignore_checks: \[(\w+)\].* # .{20,}$", r"\1", line) for line in silenced] == ["W1030"]


def test_it_can_be_given_inline() -> None:
    assert len(template.text().encode()) <= template.INLINE_BYTES


def test_it_is_yaml_that_cloudformation_takes() -> None:
    tokens = list(yaml.scan(template.text()))
    assert not [each for each in tokens if isinstance(each, yaml.AnchorToken | yaml.AliasToken)]
    assert template.text().isascii()


def test_sam_and_the_cdk_take_it() -> None:
    # the CDK's CfnInclude knows these; `sam deploy` leaves alone what is no Serverless type
    sections = {"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings"}
    assert set(READ) <= sections | {"Conditions", "Resources", "Outputs"}
    for about in READ["Resources"].values():
        assert re.fullmatch(r"AWS::(?!Serverless|CloudFormation)\w+::\w+", about["Type"])
        attributes = {"Type", "Properties", "Condition", "DependsOn", "Metadata"}
        assert set(about) <= attributes | {"DeletionPolicy", "UpdateReplacePolicy"}
    functions = "And Contains Equals FindInMap GetAtt If Join Not Or Select Split Sub"
    assert set(re.findall(r'"Fn::(\w+)":', json.dumps(READ))) == set(functions.split())
    assert "{{resolve:" not in template.text()


def test_only_the_package_has_to_be_given() -> None:
    assert {name for name, about in PARAMETERS.items() if "Default" not in about} == set(PACKAGE)


def test_nothing_outlives_the_stack() -> None:
    kept = {
        name
        for name, about in READ["Resources"].items()
        if {about.get("DeletionPolicy", "Delete"), about.get("UpdateReplacePolicy", "Delete")} != {"Delete"}
    }
    assert not kept
    assert stack().only("AWS::Cognito::UserPool")[1]["DeletionProtection"] == "INACTIVE"


def descriptions() -> Iterator[tuple[str, str]]:
    for section in ("Parameters", "Outputs"):
        for name, about in READ[section].items():
            yield name, about["Description"]


@pytest.mark.parametrize(("name", "said"), [*descriptions()])
def test_it_says_what_is_for_what(name: str, said: str) -> None:
    assert said.endswith((".", "minute."))
    assert 20 < len(said) < 160


def test_the_console_asks_for_every_parameter() -> None:
    groups = READ["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    asked = list(itertools.chain.from_iterable(group["Parameters"] for group in groups))
    assert sorted(asked) == sorted(PARAMETERS)


def test_its_page_describes_parameters_and_outputs_in_their_own_words() -> None:
    def default(about: dict[str, object]) -> str:
        if "Default" not in about:
            return "has to be given"
        return f"`{about['Default']}`" if about["Default"] != "" else ""

    parameters = re.findall(r"^\| `(\w+)` \| (.*?) ?\| (.+) \|$", section("Parameters"), re.MULTILINE)
    wanted = [(name, default(about), about["Description"]) for name, about in PARAMETERS.items()]
    assert parameters == wanted
    outputs = re.findall(r"^\| `(\w+)` \| (.+) \|$", section("Outputs"), re.MULTILINE)
    assert outputs == [(name, about["Description"]) for name, about in READ["Outputs"].items()]


def test_its_page_says_why_each_resource_is_there() -> None:
    rows = re.findall(r"^\| (`.+?) \| .+ \| .+ \|$", section("What is in it, and why"), re.MULTILINE)
    named = re.findall(r"`(\w+)`", "".join(rows))
    assert sorted(named) == sorted(READ["Resources"])


def test_its_page_says_how_many_choices_are_tried() -> None:
    assert f"all {2 ** len(CHOICES)} combinations" in PAGE
