from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest

from tests.fakes.http_api import LARGEST, HttpApi
from tests.fakes.lambda_runtime import Function
from tests.fakes.lambda_service import FakeLambda
from tests.fakes.oidc import FakeOidc
from tests.fakes.stack import Stack, load

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def oidc() -> Iterator[FakeOidc]:
    with FakeOidc() as oidc:
        yield oidc


@pytest.fixture(scope="module")
def api(oidc: FakeOidc) -> Iterator[HttpApi]:
    stack = Stack(load((HERE / "small.yaml").read_text()), {"Issuer": oidc.issuer})
    with FakeLambda() as functions, HttpApi(stack, functions) as api:
        functions.create(Function("echo", "reply.handler", (HERE / "functions",), timeout=20))
        yield api


@pytest.fixture
def client(api: HttpApi) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=api.origin, timeout=30) as client:
        yield client


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_event_is_as_amazon_documents_it(client: httpx.Client) -> None:
    answer = client.request(
        "PATCH",
        "/things/a%20b?one=1&two=2&two=3%204&empty=",
        headers=[
            ("X-Many", "1"),
            ("X-Many", "2"),
            ("Cookie", "a=b; c=d"),
            ("Content-Type", "application/json"),
        ],
        content='{"a": "ä"}'.encode(),
    )
    event: dict[str, Any] = answer.json()
    assert event["version"] == "2.0"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "ANY /things/{id}"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/things/a b"
    assert event["rawQueryString"] == "one=1&two=2&two=3%204&empty="
    assert event["queryStringParameters"] == {"one": "1", "two": "2,3 4", "empty": ""}
    assert event["pathParameters"] == {"id": "a b"}
    assert event["cookies"] == ["a=b", "c=d"]
    assert event["headers"]["x-many"] == "1,2"
    assert event["headers"]["host"] == event["requestContext"]["domainName"]
    assert "cookie" not in event["headers"]
    assert event["requestContext"]["http"]["method"] == "PATCH"
    assert event["requestContext"]["stage"] == "$default"
    assert "authorizer" not in event["requestContext"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": "ä"}', False)
    assert answer.headers["apigw-requestid"]


def test_a_body_that_is_no_text_comes_in_base64(client: httpx.Client) -> None:
    event = client.put("/things/1", content=b"\x89PNG\xff", headers={"Content-Type": "image/png"}).json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x89PNG\xff"


def test_what_a_request_lacks_an_event_lacks(client: httpx.Client) -> None:
    event = client.post("/things/special").json()
    assert event["routeKey"] == "POST /things/special"
    assert {"body", "cookies", "pathParameters", "queryStringParameters"}.isdisjoint(event)


@pytest.mark.parametrize(
    ("told", "status", "headers", "content"),
    [
        (
            {"statusCode": 201, "headers": {"Location": "/a"}, "body": "", "cookies": ["a=b"]},
            201,
            {"location": "/a", "set-cookie": "a=b"},
            b"",
        ),
        (
            {
                "statusCode": 200,
                "body": "iVBO",
                "isBase64Encoded": True,
                "headers": {"content-type": "image/png"},
            },
            200,
            {"content-type": "image/png"},
            b"\x89PN",
        ),
        ({"a": 1}, 200, {"content-type": "application/json"}, b'{"a": 1}'),
        ({"statusCode": 200, "body": {"a": 1}}, 500, {}, b'{"message":"Internal Server Error"}'),
        ({"statusCode": 200, "nonsense": 1}, 500, {}, b'{"message":"Internal Server Error"}'),
    ],
)
def test_answers_of_functions(
    client: httpx.Client, told: Any, status: int, headers: dict[str, str], content: bytes
) -> None:
    answer = client.get("/things/1", params={"answer": json.dumps(told)})
    assert answer.status_code == status
    assert answer.content == content
    assert headers.items() <= dict(answer.headers).items()


def test_errors_of_its_own(api: HttpApi, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(answer: httpx.Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["message"]

    assert said(client.get("/nothing")) == (404, "Not Found")
    assert said(client.get("/things/1/2")) == (404, "Not Found")
    assert said(client.get("/things/1", params={"raise": "x"})) == (500, "Internal Server Error")
    assert said(client.put("/things/1", content=bytes(LARGEST + 1))) == (413, "Request Entity Too Large")
    # less than that, and in base64 more than a function takes
    assert said(client.put("/things/1", content=bytes(5_000_000))) == (413, "Request Entity Too Large")
    monkeypatch.setattr(api, "wait", 0.2)
    assert said(client.get("/things/1", params={"wait": "0.5"})) == (503, "Service Unavailable")


def test_a_token_of_the_issuer_opens(oidc: FakeOidc, client: httpx.Client) -> None:
    event = client.get("/mine", headers=bearing(oidc.token(groups=["a", "b"], fine=True))).json()
    about = event["requestContext"]["authorizer"]["jwt"]
    assert about["scopes"] is None
    assert about["claims"]["iss"] == oidc.issuer
    assert about["claims"]["groups"] == "[a b]"
    assert about["claims"]["fine"] == "true"
    assert about["claims"]["exp"].isdigit()
    assert client.get("/mine", headers=bearing(oidc.token(aud="studio", client_id=None))).status_code == 200


def test_other_tokens_do_not(oidc: FakeOidc, client: httpx.Client) -> None:
    now = int(time.time())
    with FakeOidc() as stranger:
        forged = stranger.token(iss=oidc.issuer)
    refused = {
        "": "",
        "nonsense": "malformed",
        jwt.encode({"iss": oidc.issuer, "exp": now + 60}, "x" * 32, "HS256"): "signing method",
        forged: "no key",
        oidc.token(iss="https://else.example"): "issuer",
        oidc.token(exp=now - 1): "expired",
        oidc.token(exp=None): "expired",
        oidc.token(nbf=now + 60): "not valid yet",
        oidc.token(client_id="another"): "valid audience",
        oidc.token(aud="another"): "valid audience",
    }
    for token, why in refused.items():
        answer = client.get("/mine", headers=bearing(token) if token else {})
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert why in answer.headers["www-authenticate"]


def test_scopes_of_a_route_are_wanted(oidc: FakeOidc, client: httpx.Client) -> None:
    answer = client.delete("/mine", headers=bearing(oidc.token()))
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    event = client.delete("/mine", headers=bearing(oidc.token(scope="openid things/delete"))).json()
    assert event["requestContext"]["authorizer"]["jwt"]["scopes"] == ["things/delete"]


def test_named_origins_may_ask_from_elsewhere(client: httpx.Client) -> None:
    preflight = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = client.options("/mine", headers=preflight)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://example.org"
    assert answer.headers["access-control-allow-methods"] == "GET,POST"
    assert answer.headers["access-control-max-age"] == "600"
    asked = client.get("/things/1", headers={"Origin": "https://example.org"})
    assert asked.headers["access-control-allow-origin"] == "https://example.org"
    assert asked.headers["access-control-expose-headers"] == "location"
    refused = client.get("/mine", headers={"Origin": "https://example.org"})
    assert refused.headers["access-control-allow-origin"] == "https://example.org", (
        "so that the page sees why"
    )


def test_others_may_not(client: httpx.Client) -> None:
    headers = {"Origin": "https://else.example", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in client.options("/mine", headers=headers).headers
    own = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": ""}
    answer = client.get(
        "/things/1", headers={"Origin": "https://else.example"}, params={"answer": json.dumps(own)}
    )
    assert "access-control-allow-origin" not in answer.headers, "a function's own are ignored"


def test_what_comes_too_fast_is_turned_away(
    api: HttpApi, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "throttles", True)
    answers = [client.post("/things/special") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json() == {"message": "Too Many Requests"}
    assert client.get("/things/1").status_code == 200, "other routes have a limit of their own"
