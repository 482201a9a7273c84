from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.fakes.lambda_runtime import LARGEST, Function
from tests.fakes.lambda_service import LARGEST_EVENT, FakeLambda

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

FUNCTIONS = Path(__file__).parent / "functions"
VARIABLES = {"MINE": "yes", "DATA": "/tmp/data"}  # noqa: S108 # as Lambda has it


def made(name: str = "echo", **how: Any) -> Function:
    return Function(name, handler=f"{how.pop('module', 'echo')}.handler", code=(FUNCTIONS,), **how)


@pytest.fixture(scope="module")
def service() -> Iterator[FakeLambda]:
    with FakeLambda(concurrency=1) as service:
        service.create(made(timeout=20, memory=256, variables=VARIABLES))
        yield service


@pytest.fixture(scope="module")
def client(service: FakeLambda) -> Iterator[Any]:
    made = boto3.client(
        "lambda",
        region_name=service.region,
        endpoint_url=service.endpoint_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )
    with closing(made) as client:
        yield client


def invoked(client: Any, do: str, with_: Any = None, name: str = "echo") -> Any:
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"do": do, "with": with_}))
    with closing(answer["Payload"]) as payload:
        return json.loads(payload.read()), answer.get("FunctionError")


def test_a_function_has_what_lambda_gives_it_and_nothing_of_this_machine(client: Any) -> None:
    told, error = invoked(client, "tell")
    assert error is None
    assert told["function"] == "echo"
    assert told["arn"] == "arn:aws:lambda:us-west-2:123456789012:function:echo"
    assert 0 < told["left"] <= 20_000
    variables = told["variables"]
    assert variables["MINE"] == "yes"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert variables["AWS_SESSION_TOKEN"]
    assert "HOME" not in variables
    assert variables["DATA"].startswith(variables["TMPDIR"]), "it has a /tmp of its own"
    assert not [folder for folder in told["path"] if "site-packages" in folder]


def test_one_process_serves_one_invocation_after_the_other(service: FakeLambda, client: Any) -> None:
    processes = {invoked(client, "tell")[0]["process"] for _ in range(3)}
    assert len(processes) == 1
    (environment,) = [each for each in service.environments("echo") if each.alive]
    assert environment.init_ms > 0
    assert environment.memory_mb > 1


def test_what_a_function_leaves_running_is_frozen_with_it(client: Any) -> None:
    invoked(client, "count")
    first, _ = invoked(client, "counted")
    time.sleep(0.5)
    second, _ = invoked(client, "counted")
    assert second - first < 25


def test_an_error_of_a_function_is_told_and_it_goes_on(service: FakeLambda, client: Any) -> None:
    before, _ = invoked(client, "tell")
    answer, error = invoked(client, "raise", "No such luck.")
    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == ("RuntimeError", "No such luck.")
    assert "No such luck." in service.log("echo")
    assert invoked(client, "tell")[0]["process"] == before["process"]


def test_a_function_that_crashed_is_started_again(client: Any) -> None:
    before, _ = invoked(client, "tell")
    answer, error = invoked(client, "die", 3)
    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in answer["errorMessage"]
    after, _ = invoked(client, "tell")
    assert after["process"] != before["process"]


def test_a_function_that_takes_too_long_is_killed(service: FakeLambda, client: Any) -> None:
    service.create(made("slow", timeout=0.5))
    answer, error = invoked(client, "wait", 30, name="slow")
    assert error == "Unhandled"
    assert answer["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 0.50 seconds" in answer["errorMessage"]
    assert not service.environments("slow")[0].alive


def test_a_module_that_cannot_be_imported_is_told(service: FakeLambda, client: Any) -> None:
    service.create(made("broken", module="broken"))
    answer, error = invoked(client, "tell", name="broken")
    assert error == "Unhandled"
    assert "This module is broken." in answer["errorMessage"]


def test_events_and_answers_may_have_six_megabytes(client: Any) -> None:
    most = json.dumps({"do": "counted", "with": ""})
    filled = json.dumps({"do": "counted", "with": "x" * (LARGEST - len(most))})
    assert len(filled) == LARGEST
    assert client.invoke(FunctionName="echo", Payload=filled)["StatusCode"] == 200
    with pytest.raises(ClientError, match="RequestTooLargeException"):
        client.invoke(FunctionName="echo", Payload=filled + " ")
    assert len(invoked(client, "answer", LARGEST - 2)[0]) == LARGEST - 2
    answer, error = invoked(client, "answer", LARGEST + 200)
    assert error == "Unhandled"
    assert answer["errorType"] == "Function.ResponseSizeTooLarge"


def test_an_event_is_taken_at_once_and_tried_again_as_often_as_it_is_set(
    service: FakeLambda, client: Any
) -> None:
    service.create(made("once", retries=0))
    service.create(made("thrice", retries=2))
    for name in ("once", "thrice"):
        payload = json.dumps({"do": "raise", "with": f"failed {name}"})
        answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
        assert answer["StatusCode"] == 202
        with closing(answer["Payload"]) as body:
            assert body.read() == b""
    give_up = time.monotonic() + 30
    while len(service.outcomes) < 2:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    assert [outcome.error for outcome in service.outcomes] == ["RuntimeError"] * 2
    assert service.log("once").count("[ERROR]") == 1
    assert service.log("thrice").count("[ERROR]") == 3


def test_an_event_may_have_a_megabyte(client: Any) -> None:
    payload = json.dumps({"do": "x" * LARGEST_EVENT})
    with pytest.raises(ClientError, match="RequestTooLargeException"):
        client.invoke(FunctionName="echo", InvocationType="Event", Payload=payload)


def test_a_function_that_nobody_made_is_not_found(client: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.invoke(FunctionName="nobody")


def test_no_process_outlives_the_service() -> None:
    with FakeLambda() as service:
        service.create(made(timeout=30))
        waiting = service.start("echo", b'{"do": "wait", "with": 30}')
        told = json.loads(service.start("echo", b'{"do": "tell"}').result().payload)
        process = Path(f"/proc/{told['process']}")
        assert process.exists()
    assert waiting.result().error == "Runtime.ExitError"
    assert not process.exists()
