"""Events as they are recorded, through the package in Lambda's own runtime; and those that our API makes."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.aws.functions.asking import EVENTS

if TYPE_CHECKING:
    import httpx

    from tests.fakes.deployment import Deployment

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))
TOLD = ("routeKey", "rawPath", "rawQueryString", "queryStringParameters", "pathParameters")
SENT = ("body", "isBase64Encoded")


def recorded(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_event_is_answered(deployment: Deployment, name: str) -> None:
    event = recorded(name)
    api = deployment.stack.outputs["ApiFunction"]
    outcome = deployment.functions.start(api, json.dumps(event).encode()).result(60)
    assert not outcome.failed, outcome.payload
    answer = json.loads(outcome.payload)
    assert answer["statusCode"] < 500, answer
    headers = {header.lower(): value for header, value in answer["headers"].items()}
    if answer["statusCode"] == 204:
        assert not answer.get("body")
    elif answer["statusCode"] < 400:
        assert headers["content-type"] == "application/json"
        json.loads(answer["body"])
    else:
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(answer["body"])["status"] == answer["statusCode"]


def shape(value: Any) -> Any:
    """Return the names in an event and the types of what they stand for."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items() if name not in {"headers", "claims"}}
    return type(value)


@pytest.mark.parametrize("name", NAMES)
def test_the_api_makes_the_events_that_are_recorded(
    deployment: Deployment, creator: httpx.Client, name: str
) -> None:
    event = recorded(name)
    sent = event.get("body", "")
    answer = creator.request(
        event["requestContext"]["http"]["method"],
        f"{quote(event['rawPath'])}?{event['rawQueryString']}".removesuffix("?"),
        content=base64.b64decode(sent) if event["isBase64Encoded"] else sent.encode(),
        headers={"Content-Type": type_} if (type_ := event["headers"].get("content-type")) else {},
    )
    assert answer.status_code < 500
    made = deployment.api.events[-1]
    assert {each: made.get(each) for each in TOLD + SENT} == {each: event.get(each) for each in TOLD + SENT}
    assert shape(made) == shape(event)
    assert set(made["headers"]) >= {"content-length", "host", "x-forwarded-for", "x-amzn-trace-id"}
