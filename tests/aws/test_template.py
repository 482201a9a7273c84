"""The template is one that CloudFormation takes, by itself, from whoever gives it."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cfnlint.api import lint  # type: ignore[import-untyped] # it has no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]
from cfnlint.helpers import REGIONS  # type: ignore[import-untyped]
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from cyclorama.aws import template
from cyclorama.backgrounds.bedrock.account import REGION
from cyclorama.backgrounds.bedrock.generator import MODEL
from cyclorama.settings import Settings
from tests.aws import policies
from tests.fakes.stack import Stack, load

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.unit

READ = load(template.text())
PARAMETERS = READ["Parameters"]
PACKAGE = {"CodeBucket": "cyclorama-code", "CodeKey": "code/1.zip"}
PEM = "-----BEGIN PUBLIC KEY-----\nMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE\n-----END PUBLIC KEY-----\n"
# Each of these can be chosen or not, whatever the others are.
CHOICES: list[dict[str, str]] = [
    {"Domain": "studio.example.org", "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1-2"},
    {"AllowOrigins": "https://www.example.org, http://localhost:5173"},
    {"BedrockModel": "us.stability.stable-image-core-v1:1"},
    {"Guardrail": "abc123:1"},
    {"CreateGuardrail": "yes"},
    {"StagePublicKey": PEM, "StageKeyParameter": "/cyclorama/cyclorama/stage-key"},
    {"Issuer": "https://login.example.org/tenant", "Audience": "studio"},
    {"BudgetEmail": "studio@example.org"},
]
DOMAIN, SITES, PROFILE, GUARDRAIL, OWN_GUARDRAIL, KEY, ISSUER, EMAIL = CHOICES


def stack(*choices: dict[str, str], region: str = "us-west-2") -> Stack:
    given = PACKAGE | {name: value for choice in choices for name, value in choice.items()}
    return Stack(READ, given, region=region, made={"Distribution.DomainName": "d1.cloudfront.net"})


def environment(of: Stack, function: str) -> dict[str, str]:
    found: dict[str, str] = of.resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return found


def refusals(of: Stack) -> list[str]:
    """Return what CloudFormation says when it is given these parameters."""
    return [
        assertion["AssertDescription"]
        for rule in READ["Rules"].values()
        if of.value(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}))
        for assertion in rule["Assertions"]
        if not of.value(assertion["Assert"])
    ]


def stage_regions() -> list[str]:
    """Return the regions that have real-time stages, of those that anybody can have an account in."""
    return [
        region
        for region in REGIONS
        if not re.match(r"cn-|us-gov-|us-iso|eu-iso|eusc-", region)
        and "AWS::IVS::Stage" in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)
    ]


def test_cfn_lint_has_nothing_to_say_in_any_region_with_stages() -> None:
    found = lint(template.text(), config=ManualArgs(include_checks=["I"], regions=stage_regions()))
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
    assert not re.search(r"resolve:|Fn::Transform|Fn::ForEach|Fn::ImportValue", template.text())


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


@pytest.mark.parametrize("number", range(2 ** len(CHOICES)))
def test_whatever_is_chosen_names_only_what_is_there(number: int) -> None:
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


def test_a_region_without_stages_is_refused() -> None:
    assert stage_regions()
    assert [refusals(stack(region=region)) for region in stage_regions()] == [[]] * len(stage_regions())
    (said,) = refusals(stack(region="eu-north-1"))
    assert all(region in said for region in stage_regions())


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


@pytest.mark.parametrize(
    ("choice", "resources"),
    [
        ({}, {"foundation-model/stability.stable-image-core-v1:1": "us-west-2:"}),
        (
            PROFILE,
            {
                "foundation-model/stability.stable-image-core-v1:1": "us-west-2:",
                "inference-profile/us.stability.stable-image-core-v1:1": "us-west-2:123456789012",
                "foundation-model/stability.stable-image-core-v1:1 ": "*:",
            },
        ),
    ],
)
def test_the_painter_may_use_the_one_model(choice: dict[str, str], resources: dict[str, str]) -> None:
    painter = stack(choice).resources("AWS::IAM::Role")["PainterRole"]["Policies"][0]["PolicyDocument"]
    found = [
        resource
        for each in painter["Statement"]
        if "bedrock:InvokeModel" in each["Action"]
        for resource in ([each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"])
    ]
    assert found == [f"arn:aws:bedrock:{where}:{what.strip()}" for what, where in resources.items()]


@pytest.mark.parametrize(
    ("choice", "resource", "setting"),
    [
        (GUARDRAIL, "arn:aws:bedrock:us-west-2:123456789012:guardrail/abc123", "abc123:1"),
        (OWN_GUARDRAIL, "arn:made", "made:7"),
    ],
)
def test_the_painter_may_ask_the_one_guardrail(choice: dict[str, str], resource: str, setting: str) -> None:
    whole = stack(choice)
    whole.made |= {"MadeGuardrail": "made", "MadeGuardrail.GuardrailArn": "arn:made"}
    whole.made |= {"MadeGuardrailVersion.Version": "7"}
    painter = whole.resources("AWS::IAM::Role")["PainterRole"]["Policies"][0]["PolicyDocument"]
    (statement,) = (each for each in painter["Statement"] if each["Action"] == "bedrock:ApplyGuardrail")
    assert statement["Resource"] == resource
    assert environment(whole, "PainterFunction")["CYCLORAMA_GUARDRAIL"] == setting


def test_nobody_asks_a_guardrail_that_is_not_there() -> None:
    assert "ApplyGuardrail" not in json.dumps(stack().resources("AWS::IAM::Role"))


def test_tokens_are_made_by_amazon_or_signed_by_the_function_but_not_both() -> None:
    def api(*choices: dict[str, str]) -> str:
        return json.dumps(stack(*choices).resources("AWS::IAM::Role")["ApiRole"])

    assert "ivs:CreateParticipantToken" in api()
    assert "ssm:" not in api()
    assert "ivs:CreateParticipantToken" not in api(KEY)
    assert "arn:aws:ssm:us-west-2:123456789012:parameter/cyclorama/cyclorama/stage-key" in api(KEY)


@pytest.mark.parametrize("choices", [[], [DOMAIN, GUARDRAIL, KEY, ISSUER, PROFILE], [OWN_GUARDRAIL, SITES]])
def test_functions_get_settings_that_there_are(
    choices: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = stack(*choices)
    whole.made |= {"Stage.Arn": "arn:aws:ivs:us-west-2:123456789012:stage/abc", "MadeGuardrail": "made1"}
    whole.made |= {"MadeGuardrailVersion.Version": "1"}
    known = {f"CYCLORAMA_{name}".upper() for name in Settings.model_fields}
    for function in ("ApiFunction", "PainterFunction"):
        variables = environment(whole, function)
        assert {name for name in variables if name.startswith("CYCLORAMA_")} <= known
        with monkeypatch.context() as patched:
            for name, value in variables.items():
                patched.setenv(name, value)
            settings = Settings()
        assert settings.generator == "bedrock"
        assert settings.library == f"s3://{whole.outputs['LibraryBucket']}/library"
        assert settings.public_url == f"{whole.outputs['StudioUrl']}library"
        assert settings.bedrock_model == whole.value({"Ref": "BedrockModel"})
        assert variables["JOBS"] == f"s3://{whole.outputs['LibraryBucket']}/jobs"
    assert environment(whole, "ApiFunction")["PAINTER"] == whole.outputs["PainterFunction"]
    assert environment(whole, "ApiFunction")["CYCLORAMA_STAGE"] == whole.outputs["StageArn"]


def test_the_painter_is_told_nothing_of_the_stage() -> None:
    of_api = set(environment(stack(), "ApiFunction")) - set(environment(stack(), "PainterFunction"))
    assert of_api == {
        "CYCLORAMA_IVS_KEY_ARN",
        "CYCLORAMA_STAGE",
        "CYCLORAMA_STAGE_BACKEND",
        "PAINTER",
        "SIGN_IN",
        "STAGE_KEY_PARAMETER",
    }


@pytest.mark.parametrize("choice", [{}, ISSUER])
def test_page_api_and_function_know_the_same_sign_in(choice: dict[str, str]) -> None:
    whole = stack(choice)
    sign_in = json.loads(environment(whole, "ApiFunction")["SIGN_IN"])
    assert sign_in == {
        "issuer": whole.outputs["Issuer"],
        "client_id": whole.outputs["ClientId"],
        "scope": "openid",
    }
    checked = whole.only("AWS::ApiGatewayV2::Authorizer")[1]["JwtConfiguration"]
    assert checked == {"Issuer": sign_in["issuer"], "Audience": [sign_in["client_id"]]}
    assert ("UserPoolId" in whole.outputs) is (choice == {})
    assert bool(whole.resources("AWS::Cognito::UserPool")) is (choice == {})


@pytest.mark.parametrize("choice", [{}, DOMAIN])
def test_who_has_signed_in_comes_back_to_the_studio(choice: dict[str, str]) -> None:
    whole = stack(choice)
    client = whole.only("AWS::Cognito::UserPoolClient")[1]
    assert client["CallbackURLs"] == client["LogoutURLs"] == [whole.outputs["StudioUrl"]]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False


def test_nobody_signs_up_by_themselves() -> None:
    pool = stack().only("AWS::Cognito::UserPool")[1]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


def test_other_sites_may_call_only_when_they_are_named() -> None:
    assert "CorsConfiguration" not in stack().only("AWS::ApiGatewayV2::Api")[1]
    named = ["https://www.example.org", "http://localhost:5173"]
    cors = stack(SITES).only("AWS::ApiGatewayV2::Api")[1]["CorsConfiguration"]
    assert cors["AllowOrigins"] == named
    assert "AllowCredentials" not in cors


def test_painting_is_throttled_more_than_the_rest() -> None:
    settings = stack({"PaintingsPerSecond": "0.1"}).only("AWS::ApiGatewayV2::Stage")[1]
    assert settings["RouteSettings"] == {
        key: {"ThrottlingRateLimit": "0.1", "ThrottlingBurstLimit": "5"}
        for key in ("POST /backgrounds", "POST /image")
    }
    assert settings["DefaultRouteSettings"] == {"ThrottlingRateLimit": "20", "ThrottlingBurstLimit": "40"}
    # API Gateway looks for the routes as it makes the stage
    routes = {name for name, each in READ["Resources"].items() if each["Type"] == "AWS::ApiGatewayV2::Route"}
    assert set(READ["Resources"]["ApiStage"]["DependsOn"]) == routes


def test_the_access_log_tells_neither_queries_nor_tokens() -> None:
    written = stack().only("AWS::ApiGatewayV2::Stage")[1]["AccessLogSettings"]["Format"]
    assert "\n" not in written
    variables = set(json.loads(written).values())
    assert variables == {
        f"$context.{name}"
        for name in (
            "requestTime", "requestId", "routeKey", "status", "responseLength", "responseLatency",
            "authorizer.error", "error.message", "integrationErrorMessage",
        )
    }  # fmt: skip


def test_a_failed_painting_is_not_paid_for_again() -> None:
    invoked = stack().only("AWS::Lambda::EventInvokeConfig")[1]
    assert invoked["FunctionName"] == stack().outputs["PainterFunction"]
    assert invoked["MaximumRetryAttempts"] == 0


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


def test_own_domains_are_served_by_todays_tls_only() -> None:
    def about(*choices: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = stack(*choices).only("AWS::CloudFront::Distribution")[1]["DistributionConfig"]
        return found

    assert about(DOMAIN)["Aliases"] == ["studio.example.org"]
    assert about(DOMAIN)["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert "Aliases" not in about()
    assert about()["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}


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
