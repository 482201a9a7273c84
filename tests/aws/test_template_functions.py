"""The template's functions: what they are told, and what their roles allow them."""

from __future__ import annotations

import importlib
import json

import pytest

from cyclorama.aws.package import LAMBDA
from cyclorama.settings import Settings
from tests.aws.choices import (
    DOMAIN,
    GUARDRAIL,
    ISSUER,
    KEY,
    OWN_GUARDRAIL,
    PACKAGE,
    PROFILE,
    SITES,
    environment,
    stack,
)

pytestmark = pytest.mark.unit


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
    whole.made |= {"MadeGuardrail.GuardrailId": "made", "MadeGuardrail.GuardrailArn": "arn:made"}
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
    whole.made |= {
        "Stage.Arn": "arn:aws:ivs:us-west-2:123456789012:stage/abc",
        "MadeGuardrail.GuardrailId": "made",
    }
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


def test_a_failed_painting_is_not_paid_for_again() -> None:
    invoked = stack().only("AWS::Lambda::EventInvokeConfig")[1]
    assert invoked["FunctionName"] == stack().outputs["PainterFunction"]
    assert invoked["MaximumRetryAttempts"] == 0


@pytest.mark.parametrize("function", ["ApiFunction", "PainterFunction"])
def test_its_handler_is_there(function: str) -> None:
    about = stack().resources("AWS::Lambda::Function")[function]
    module, _, name = about["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("function", ["ApiFunction", "PainterFunction"])
def test_it_runs_on_what_the_package_is_made_for(function: str) -> None:
    about = stack().resources("AWS::Lambda::Function")[function]
    (machine,) = about["Architectures"]
    assert LAMBDA.name == f"AWS Lambda ({about['Runtime'].replace('python', 'Python ')} on {machine})"
    assert about["Runtime"] == "python{}.{}".format(*LAMBDA.python)
    assert about["Code"] == {"S3Bucket": PACKAGE["CodeBucket"], "S3Key": PACKAGE["CodeKey"]}
