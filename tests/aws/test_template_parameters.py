"""What the template takes, what it refuses, and what it makes of it."""

from __future__ import annotations

import re

import boto3
import pytest

from cyclorama.backgrounds.bedrock.account import REGION
from cyclorama.backgrounds.bedrock.generator import MODEL
from tests.aws import policies
from tests.aws.choices import (
    CHOICES,
    DOMAIN,
    EMAIL,
    GUARDRAIL,
    ISSUER,
    KEY,
    OWN_GUARDRAIL,
    PARAMETERS,
    PEM,
    READ,
    refusals,
    stack,
)

pytestmark = pytest.mark.unit


def test_whatever_is_chosen_names_only_what_is_there() -> None:
    for number in range(2 ** len(CHOICES)):
        chosen = [choice for bit, choice in enumerate(CHOICES) if number >> bit & 1]
        whole = stack(*chosen)
        for about in {each["Type"] for each in READ["Resources"].values()}:
            whole.resources(about)
        assert all(whole.outputs.values())
        wanted = ["Either name a Guardrail"] if GUARDRAIL in chosen and OWN_GUARDRAIL in chosen else []
        assert [said[:23] for said in refusals(whole)] == wanted


@pytest.mark.parametrize("choice", [DOMAIN, KEY, ISSUER])
def test_half_of_what_goes_together_is_refused(choice: dict[str, str]) -> None:
    for name, value in choice.items():
        (said,) = refusals(stack({name: value}))
        assert said.endswith("Give both, or neither.")


def test_it_knows_the_regions_that_have_stages() -> None:
    regions = boto3.Session().get_available_regions("ivs-realtime")
    assert len(regions) >= 7
    assert [refusals(stack(region=region)) for region in regions] == [[]] * len(regions)
    (said,) = refusals(stack(region="eu-north-1"))
    assert sorted(re.findall(r"[a-z]{2}-[a-z]+-\d", said)) == sorted(regions)


def test_a_guardrail_is_made_only_where_it_is_asked() -> None:
    (said,) = refusals(stack(OWN_GUARDRAIL, region="eu-west-1"))
    assert said.startswith("A guardrail is asked in BedrockRegion")
    assert refusals(stack(OWN_GUARDRAIL, {"BedrockRegion": "eu-west-1"}, region="eu-west-1")) == []


TAKEN = {
    "Name": ["cyclorama", "a", "a-1"],
    "CodeBucket": ["cyclorama-cyclorama-code-123456789012-us-west-2"],
    "CodeKey": ["code/0123456789abcdef.zip"],
    "Domain": ["", "studio.example.org", "a.b-c.de"],
    "CertificateArn": ["", "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab"],
    "AllowOrigins": ["", "https://www.example.org", "https://example.org:8443", "http://localhost:3000"],
    "BedrockModel": [MODEL, "us.stability.stable-image-ultra-v1:1", "stability.sd3-5-large-v1:0"],
    "BedrockRegion": ["us-west-2", "ap-southeast-2", "us-gov-west-1"],
    "Guardrail": ["", "abc123def456:1", "abc123def456:DRAFT"],
    "StagePublicKey": ["", PEM, PEM.strip(), PEM.replace("\n", "\r\n")],
    "StageKeyParameter": ["", "/cyclorama/cyclorama/stage-key"],
    "Issuer": [
        "",
        "https://login.example.org",
        "https://login.example.org/",
        "https://login.example.org/a/v2.0",
    ],
    "Audience": ["", "0123-4567", "api://studio", "https://studio.example.org/"],
    "BudgetEmail": ["", "studio@example.org"],
}
REFUSED = {
    "Name": ["", "Cyclorama", "1a", "a_b", "a" * 32, "a b"],
    "CodeBucket": ["", "Bucket", "ab", "s3://bucket"],
    "CodeKey": ["", "a b", "a*?"],
    "Domain": ["example", "https://example.org", "Example.org", "-a.org", "example.org.", "*.example.org"],
    "CertificateArn": ["arn:aws:acm:eu-west-1:123456789012:certificate/1", "1-2-3"],
    "AllowOrigins": ["*", "https://*", "https://example.org/", "http://example.org", "null"],
    "BedrockModel": ["", "amazon.nova-canvas-v1:0", "stability.*", "stability.a/b"],
    "BedrockRegion": ["", "oregon", "us-west-2a", "*"],
    "Guardrail": ["abc123", "abc123:", "abc123:0", "*:1", "arn:aws:bedrock:us-west-2:1:guardrail/a:1"],
    "StagePublicKey": ["key", PEM.replace("PUBLIC", "PRIVATE")],
    "StageKeyParameter": ["stage-key", "/", "/a/*", "/a//b"],
    "Issuer": ["http://login.example.org", "login.example.org", "https://a b", 'https://a/"', "https://a?b"],
    "Audience": ['"', "a b", "a\\"],
    "BudgetEmail": ["studio", "a@b, c@d"],
}


def test_every_pattern_has_examples() -> None:
    patterns = {name for name, about in PARAMETERS.items() if "AllowedPattern" in about}
    assert patterns == set(TAKEN) == set(REFUSED)
    assert all(len(PARAMETERS[name]["ConstraintDescription"]) > 20 for name in patterns)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in TAKEN for value in TAKEN[name]])
def test_a_parameter_takes(name: str, value: str) -> None:
    assert re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in REFUSED for value in REFUSED[name]])
def test_a_parameter_refuses(name: str, value: str) -> None:
    assert not re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)


def test_a_parameter_in_a_policy_can_be_no_wildcard() -> None:
    used = {
        name
        for each in policies.allowed(READ)
        for text in each.resources
        for name in re.findall(r"\$\{(\w+)\}", text)
        if name in PARAMETERS
    }
    assert used == {"BedrockModel", "BedrockRegion", "StageKeyParameter"}
    # and by a part of its text, the guardrail
    for name in used | {"Guardrail"}:
        pattern = PARAMETERS[name]["AllowedPattern"]
        default = PARAMETERS[name]["Default"] or "/a"
        assert not any(
            re.fullmatch(pattern, value) for value in ("*", f"{default}*", f"*{default}", f"{default}?")
        )


def test_defaults_are_those_of_the_generator() -> None:
    assert PARAMETERS["BedrockModel"]["Default"] == MODEL
    assert PARAMETERS["BedrockRegion"]["Default"] == REGION


def test_the_budget_warns_before_and_when_it_is_spent() -> None:
    assert not stack().resources("AWS::Budgets::Budget")
    budget = stack(EMAIL, {"BudgetLimit": "20"}).only("AWS::Budgets::Budget")[1]
    assert budget["Budget"]["BudgetLimit"] == {"Amount": "20", "Unit": "USD"}
    said = [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in budget["NotificationsWithSubscribers"]
    ]
    assert said == [("ACTUAL", 80), ("FORECASTED", 100)]
    addresses = [each["Subscribers"][0]["Address"] for each in budget["NotificationsWithSubscribers"]]
    assert addresses == ["studio@example.org"] * 2
