from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import httpx
import pytest

from tests.fakes.edge import Edge
from tests.fakes.http_api import HttpApi
from tests.fakes.lambda_runtime import Function
from tests.fakes.lambda_service import FakeLambda
from tests.fakes.moto import Moto
from tests.fakes.oidc import FakeOidc
from tests.fakes.stack import Stack, load

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

HERE = Path(__file__).parent
OBJECTS = {
    "index.html": ("<h1>Home</h1>", "text/html"),
    "public/none.html": ("<h1>Nothing here</h1>", "text/html"),
    "public/a b.txt": ("text", "text/plain"),
    "private.txt": ("secret", "text/plain"),
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with Moto() as moto:
        yield from served(moto.url)


def served(moto: str) -> Iterator[httpx.Client]:
    s3 = boto3.client(
        "s3",
        region_name="us-west-2",
        endpoint_url=moto,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    s3.create_bucket(Bucket="small-site", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    for key, (body, type_) in OBJECTS.items():
        s3.put_object(Bucket="small-site", Key=key, Body=body.encode(), ContentType=type_)
    s3.put_object(
        Bucket="small-site",
        Key="public/kept.js",
        Body=b"1",
        ContentType="text/javascript",
        CacheControl="public",
    )
    with FakeOidc() as oidc, FakeLambda() as functions:
        stack = Stack(load((HERE / "small.yaml").read_text()), {"Issuer": oidc.issuer})
        functions.create(Function("echo", "reply.handler", (HERE / "functions",), timeout=20))
        with (
            HttpApi(stack, functions) as api,
            Edge(stack, s3, api.origin) as edge,
            httpx.Client(base_url=edge.origin, timeout=30) as client,
        ):
            yield client
    s3.close()


def test_the_root_is_the_default_object_with_the_headers_of_the_template(client: httpx.Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.text) == (200, "<h1>Home</h1>")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["x-mine"] == "yes"
    assert answer.headers["cache-control"] == "no-cache", "the object says nothing of it"
    assert client.get("/public/kept.js").headers["cache-control"] == "public", "the object says so itself"


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    etag = client.get("/").headers["etag"]
    again = client.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_not_there_or_not_for_the_edge_is_not_found(client: httpx.Client) -> None:
    for path in ("/nothing", "/private.txt", "/public/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (404, "<h1>Nothing here</h1>")
    assert client.get("/public/a%20b.txt").text == "text"


def test_methods_that_a_behaviour_lacks_are_refused(client: httpx.Client) -> None:
    assert client.post("/index.html").status_code in {403, 404}
    assert client.head("/index.html").status_code == 200


def test_a_behaviour_takes_requests_to_the_api_and_back(client: httpx.Client) -> None:
    answer = client.post(
        "/things/a%20b?x=1", json={"a": 1}, headers={"Authorization": "Bearer x", "Cookie": "a=b"}
    )
    event = answer.json()
    assert event["pathParameters"] == {"id": "a b"}
    assert event["rawQueryString"] == "x=1"
    assert event["headers"]["authorization"] == "Bearer x"
    assert event["headers"]["host"].endswith(".execute-api.us-west-2.amazonaws.com")
    assert event["cookies"] == ["a=b"]
    assert event["body"] == '{"a":1}'
    assert answer.headers["x-mine"] == "yes"
    assert "apigw-requestid" not in answer.headers, "the policy takes it out"


def test_without_an_origin_request_policy_nothing_is_sent_on(client: httpx.Client) -> None:
    answer = client.get("/mine?x=1", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer", "the API saw no token at all"
