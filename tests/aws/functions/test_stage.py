from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.aws.functions.asking import FakeParameters, ask
from tests.aws.functions.conftest import KEY_ARN, OTHERS_STAGE
from tests.fakes.aws import error

if TYPE_CHECKING:
    from tests.aws.functions.conftest import Aws

pytestmark = pytest.mark.aws


@pytest.fixture(params=["a key pair", "Amazon"])
def either(request: pytest.FixtureRequest, aws: Aws) -> Aws:
    """Tokens are signed by the function, or made by Amazon."""
    if request.param == "Amazon":
        aws.variables.setenv("CYCLORAMA_IVS_KEY_ARN", "")
    return aws


def test_a_token_lets_its_bearer_publish(either: Aws) -> None:
    told = ask("POST /tokens").json
    assert told["stage"] == either.stage.id
    assert either.ivs.join(told["token"], publishing=True) == told["participant_id"]
    claims = jwt.decode(told["token"], options={"verify_signature": False})
    assert claims["exp"] == told["expires_at"]
    assert (claims["user_id"], claims["attributes"]) == ("anna", {"role": "host"})


def test_tokens_signed_here_cost_no_call_of_amazon(aws: Aws) -> None:
    told = [ask("POST /tokens").json["token"] for _ in "abc"]
    assert {jwt.get_unverified_header(each)["kid"] for each in told} == {KEY_ARN}
    assert aws.ivs.calls("CreateParticipantToken") == 0
    assert [act.action for act in aws.moto.acts].count("ssm:GetParameter") >= 1


def test_the_key_is_read_once_a_cold_start(aws: Aws) -> None:
    before = [act.action for act in aws.moto.acts].count("ssm:GetParameter")
    for _ in "abc":
        ask("POST /tokens")
    assert [act.action for act in aws.moto.acts].count("ssm:GetParameter") == before + 1


def test_a_token_that_would_allow_nothing_is_refused(aws: Aws) -> None:
    told = ask("POST /tokens", body={"publish": False, "subscribe": False})
    assert told.problem == (400, "Invalid request")
    assert told.json["detail"] == "This token would allow nothing. Let it publish, subscribe, or both."


def test_a_link_lets_a_whole_audience_watch(either: Aws) -> None:
    link = ask("POST /links").json
    assert link["stage"] == either.stage.id
    viewers = [ask("POST /viewers", token=link["token"]).json for _ in "ab"]
    for viewer in viewers:
        assert either.ivs.join(viewer["token"]) == viewer["participant_id"]
        assert viewer["expires_at"] <= link["expires_at"]
        with pytest.raises(AssertionError):
            either.ivs.join(viewer["token"], publishing=True)
    assert viewers[0]["participant_id"] != viewers[1]["participant_id"]


def test_a_link_works_after_a_cold_start(aws: Aws) -> None:
    link = ask("POST /links").json["token"]
    aws.start_anew()
    assert ask("POST /viewers", token=link).status == 200


def test_a_link_itself_lets_nobody_in(aws: Aws) -> None:
    link = ask("POST /links").json["token"]
    with pytest.raises(KeyError):
        aws.ivs.join(link)


@pytest.mark.parametrize("token", ["", "nothing", "a.b.c", "x" * 5000])
def test_who_shows_no_ticket_is_refused(aws: Aws, token: str) -> None:
    told = ask("POST /viewers", token=token)
    assert told.problem == (401, "Unauthorized")
    assert token not in told.body or not token


def test_a_participants_token_is_no_ticket(aws: Aws) -> None:
    token = ask("POST /tokens").json["token"]
    assert ask("POST /viewers", token=token).problem == (403, "Forbidden")


def test_without_a_key_there_are_tokens_and_no_links(aws: Aws) -> None:
    aws.variables.setenv("STAGE_KEY_PARAMETER", "")
    aws.variables.setenv("CYCLORAMA_IVS_KEY_ARN", "")
    assert aws.ivs.join(ask("POST /tokens").json["token"])
    told = ask("POST /links")
    assert told.problem == (503, "Not configured")
    assert "StageKeyParameter" in told.json["detail"]


def test_a_key_that_may_not_be_read_is_tried_again(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    with FakeParameters() as denied:
        aws.variables.setenv("AWS_ENDPOINT_URL_SSM", denied.endpoint_url)
        for told in (ask("POST /tokens"), ask("POST /viewers", token="a.b.c"), ask("GET /stages")):
            assert told.problem == (503, "Access denied")
            assert "arn:" not in told.body
        assert "is not authorized to perform" in caplog.text
        assert ask("GET /backgrounds").status == 200
    aws.variables.delenv("AWS_ENDPOINT_URL_SSM")
    aws.start_anew()
    assert ask("POST /tokens").status == 200


@pytest.mark.parametrize("value", ["/cyclorama/other/stage-key", "/cyclorama/wrong"])
def test_a_key_that_is_none_is_said_to_be_none(aws: Aws, kept: Any, value: str) -> None:
    kept.ssm.put_parameter(Name="/cyclorama/wrong", Value="no key", Type="SecureString", Overwrite=True)
    aws.variables.setenv("STAGE_KEY_PARAMETER", value)
    told = ask("POST /tokens")
    assert told.problem == (503, "Not configured")
    assert "no key" not in told.body


def test_there_is_one_stage(aws: Aws) -> None:
    told = ask("GET /stages").json
    assert told["default"] == aws.stage.id
    (only,) = told["stages"]
    assert (only["name"], only["resource"]) == ("cyclorama", aws.stage.arn)
    assert aws.ivs.calls("ListStages") == 0


@pytest.mark.parametrize("name", [OTHERS_STAGE.arn, OTHERS_STAGE.id, OTHERS_STAGE.name, "nothing"])
def test_stages_of_others_are_none_of_ours(aws: Aws, name: str) -> None:
    for told in (
        ask("POST /tokens", body={"stage": name, "publish": True}),
        ask("POST /links", body={"stage": name}),
        ask("GET /stages/{stage}/participants", stage=name),
        ask("DELETE /stages/{stage}/participants/{participant}", stage=name, participant="x"),
    ):
        assert told.problem == (404, "Not found")


@pytest.mark.parametrize("how", ["id", "name", "arn"])
def test_the_stage_may_be_named(aws: Aws, how: str) -> None:
    assert ask("POST /tokens", body={"stage": getattr(aws.stage, how), "publish": True}).status == 200


def test_who_is_there_is_told_and_may_be_sent_away(aws: Aws) -> None:
    token = ask("POST /tokens").json
    aws.ivs.join(token["token"], publishing=True)
    told = ask("GET /stages/{stage}/participants", stage=aws.stage.id).json
    assert told == {
        "participants": [
            {
                "id": token["participant_id"],
                "user_id": "anna",
                "attributes": {"role": "host"},
                "publishing": True,
                "muted": {"audio": False, "video": False},
            }
        ],
        "viewers": None,
    }
    gone = ask(
        "DELETE /stages/{stage}/participants/{participant}",
        stage=aws.stage.id,
        participant=token["participant_id"],
    )
    assert (gone.status, gone.body) == (204, "")
    assert ask("GET /stages/{stage}/participants", stage=aws.stage.id).json["participants"] == []


@pytest.mark.parametrize(
    ("turn", "problem"),
    [
        (error(429, "ThrottlingException", "Slow down."), (503, "Throttled")),
        (error(403, "AccessDeniedException", "No."), (503, "Access denied")),
        (error(404, "ResourceNotFoundException", "No."), (404, "Not found")),
        ("cut", (503, "Unavailable")),
        ("garbage", (503, "Unavailable")),
    ],
    ids=["throttled", "denied", "gone", "cut", "garbage"],
)
def test_troubles_of_amazon_ivs_are_told_in_words(aws: Aws, turn: Any, problem: tuple[int, str]) -> None:
    aws.ivs.then(*[turn] * 3, operation="GetStage")
    assert ask("GET /stages").problem == problem


def test_a_hanging_amazon_is_not_waited_for(aws: Aws) -> None:
    aws.ivs.then("hang", operation="GetStage")
    assert ask("GET /stages", seconds=1.5).problem == (503, "Unavailable")
    aws.ivs.let_go()
    assert json.loads(ask("GET /healthz").body)["status"] == "ok"
