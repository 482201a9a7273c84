"""What API Gateway and Lambda do to the functions: events as they were recorded, and a context."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclorama.aws.functions import api
from tests.fakes.aws import Reply, Request, error
from tests.fakes.aws_server import FakeAws

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = Path(__file__).parents[1] / "events"


def recorded(route: str) -> dict[str, Any]:
    """Return the event that was recorded of a route, such as `GET /jobs/{id}`."""
    name = route.lower().replace(" /", "-").replace("/", "-").translate({ord(each): None for each in "{}"})
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


@dataclass
class Context:
    """An invocation that Lambda stops after `seconds`."""

    seconds: float = 29.0
    aws_request_id: str = "3c4d5e6f-0000-4000-8000-000000000001"
    since: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.since + self.seconds - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Told:
    """An answer as API Gateway reads it."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> tuple[int, str]:
        """The status and title of a problem document; fails where the answer is none."""
        assert self.headers["content-type"] == "application/problem+json"
        document = self.json
        assert set(document) == {"type", "title", "status", "detail"}
        assert document["status"] == self.status
        assert document["detail"].endswith((".", "!", "?"))
        return self.status, document["title"]


def ask(
    route: str,
    *,
    body: object = None,
    seconds: float = 29.0,
    query: dict[str, str] | None = None,
    token: str | None = None,
    encoded: bool = False,
    **parameters: str,
) -> Told:
    """Ask as in the recorded event, but for what is given.

    Args:
        route: the route's key.
        body: bytes, text, or what JSON can say.
        seconds: that the function has.
        query: of the address.
        token: the bearer token.
        encoded: whether a body of text comes in base64, too, as with an unusual Content-Type.
        parameters: of the path.
    """
    event = recorded(route)
    if body is not None:
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        raw = sent.encode() if isinstance(sent, str) else sent
        event["isBase64Encoded"] = encoded or isinstance(sent, bytes)
        event["body"] = base64.b64encode(raw).decode() if event["isBase64Encoded"] else sent
    if query is not None:
        event["queryStringParameters"] = query
    if token is not None:
        event["headers"]["authorization"] = f"Bearer {token}"
    if parameters:
        event["pathParameters"] = parameters
    return handed(event, seconds)


def handed(event: dict[str, Any], seconds: float = 29.0) -> Told:
    """Hand an event to the function, and return what it answers, in the form that API Gateway wants."""
    answer = json.loads(json.dumps(api.handler(event, Context(seconds))))
    assert set(answer) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert answer["isBase64Encoded"] is False
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    assert all(isinstance(value, str) for value in headers.values())
    assert headers["cache-control"] == "no-store"
    return Told(answer["statusCode"], headers, answer["body"])


class FakeInvoke(FakeAws):
    """Lambda's Invoke on loopback, which takes orders for the painter.

    Attributes:
        orders: ids of jobs, as they came.
        paints: what is done with each of them, in a thread of its own; None to leave them.
    """

    def __init__(self, region: str = "us-west-2") -> None:
        super().__init__({"lambda": ("Invoke",)}, region)
        self.orders: list[str] = []
        self.paints: Callable[[str], object] | None = None
        self._threads: list[threading.Thread] = []

    def __exit__(self, *details: object) -> None:
        self.join()
        super().__exit__(*details)

    def usual(self, request: Request) -> Reply:
        assert request.params["FunctionName"] == "painter"
        assert request.params["InvocationType"] == "Event"
        order = json.loads(request.params["Payload"])
        assert list(order) == ["job"]
        self.orders.append(order["job"])
        if self.paints:
            self._threads.append(threading.Thread(target=self.paints, args=(order["job"],)))
            self._threads[-1].start()
        return Reply(b"", 202)

    def join(self) -> None:
        """Wait until all orders are painted that are."""
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


class FakeParameters(FakeAws):
    """Parameter Store on loopback, which refuses."""

    def __init__(self, region: str = "us-west-2") -> None:
        super().__init__({"ssm": ("GetParameter",)}, region)

    def usual(self, request: Request) -> Reply:
        refusal = error(400, "AccessDeniedException", "User: arn:aws:sts::123:x is not authorized to perform")
        return Reply(
            json.dumps({"__type": "AccessDeniedException", **json.loads(refusal.body)}).encode(), 400
        )
