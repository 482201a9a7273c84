from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.aws.functions.routes import ROUTES
from tests.aws.functions.asking import EVENTS, ask, handed, recorded

if TYPE_CHECKING:
    from tests.aws.functions.conftest import Aws

pytestmark = pytest.mark.aws

PRIVATE = [route for route, about in ROUTES.items() if not about.public]
BODIES = ["POST /image", "POST /backgrounds", "POST /tokens", "POST /links"]


def test_an_event_is_recorded_of_each_route() -> None:
    assert {recorded(route)["routeKey"] for route in ROUTES} == set(ROUTES)
    assert len(list(EVENTS.iterdir())) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_events_are_what_api_gateway_sends(route: str) -> None:
    event = recorded(route)
    method, path = route.split(" ")
    context = event["requestContext"]
    assert event["version"] == "2.0"
    assert all(name == name.lower() for name in event["headers"])
    assert (context["http"]["method"], context["http"]["path"]) == (method, event["rawPath"])
    assert event["rawPath"] == path.format(**event.get("pathParameters", {}))
    assert ("authorizer" in context) is not ROUTES[route].public


def test_public_routes_are_these() -> None:
    assert set(ROUTES) - set(PRIVATE) == {"GET /config", "GET /healthz", "POST /viewers"}


@pytest.mark.parametrize("route", PRIVATE)
def test_nothing_is_done_for_who_has_not_signed_in(aws: Aws, route: str) -> None:
    event = recorded(route)
    nobody: list[dict[str, Any]] = [{}, {"jwt": {"claims": {}, "scopes": None}}]
    for authorizer in nobody:
        event["requestContext"]["authorizer"] = authorizer
        told = handed(event)
        assert told.problem == (401, "Unauthorized")
        assert told.headers["www-authenticate"] == "Bearer"
    assert aws.invoke.orders == []
    assert aws.objects() == {}


def test_the_pages_find_all_they_need(aws: Aws) -> None:
    told = ask("GET /config").json
    assert told["sign_in"] == {"issuer": "https://sign-in.example", "client_id": "studio", "scope": "openid"}
    assert told["features"] == {
        "engines": False,
        "recording": False,
        "archives": False,
        "videos": False,
        "guests": False,
    }
    assert told["limits"] == {"prompt": 2000, "count": 4, "upload_bytes": 4_000_000, "import_bytes": 0}
    assert (told["key_needed"], told["stage_backend"], told["generator"]) == (False, "ivs", "bedrock")
    assert {style["image"] for style in told["styles"]} >= {"/styles/photo"}


def test_the_function_says_that_it_is_up(aws: Aws) -> None:
    assert ask("GET /healthz").json["status"] == "ok"


def test_the_model_is_the_only_generator(aws: Aws) -> None:
    assert ask("GET /generators").json == {
        "generators": [
            {"name": "bedrock", "configured": True, "ready": True, "detail": "", "moves": False, "model": ""}
        ],
        "auto": {"name": "bedrock", "why": "bedrock is the only generator here."},
    }


def test_of_a_model_that_amazon_has_ended_it_says_so(aws: Aws) -> None:
    aws.bedrock.models.clear()
    told = ask("GET /generators").json
    assert told["generators"][0]["ready"] is False
    assert "CYCLORAMA_BEDROCK_MODEL" in told["generators"][0]["detail"]


@pytest.mark.parametrize("route", BODIES)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "JSON"),
        ("", "JSON"),
        ("[1]", "an object"),
        ('{"prompt": ', "JSON"),
        (b"\xff\xfe", "JSON"),
        ('{"nonsense": 1, "prompt": "beach", "width": 64, "height": 64}', "nonsense"),
    ],
)
def test_a_wrong_body_is_answered_in_words(aws: Aws, route: str, body: Any, says: str) -> None:
    told = ask(route, body=body)
    assert told.problem == (400, "Invalid request")
    assert says in told.json["detail"]
    assert aws.invoke.orders == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 2001}, "prompt"),
        ({"width": 63}, "width"),
        ({"width": "wide"}, "width"),
        ({"width": 4096, "height": 4096}, "8.3 megapixels"),
        ({"style": "fotograph"}, "photo"),
        ({"generator": "scenery"}, "bedrock"),
        ({"seed": -1}, "seed"),
    ],
)
@pytest.mark.parametrize("route", ["POST /backgrounds", "POST /image"])
def test_a_wrong_wish_is_answered_in_words(aws: Aws, route: str, change: dict[str, Any], says: str) -> None:
    told = ask(route, body={"prompt": "beach", "width": 64, "height": 64} | change)
    assert told.problem == (400, "Invalid request")
    assert says in told.json["detail"]
    assert aws.invoke.orders == []


@pytest.mark.parametrize("route", BODIES)
def test_a_body_that_is_too_large_is_not_read(aws: Aws, route: str) -> None:
    assert ask(route, body=json.dumps({"prompt": "x" * 1_000_001})).problem == (413, "Too large")


@pytest.mark.parametrize("route", ["POST /tokens", "POST /links"])
def test_a_body_may_come_in_base64(aws: Aws, route: str) -> None:
    assert ask(route, body="{}", encoded=True).status == 200


def test_a_body_that_is_no_base64_is_answered_in_words(aws: Aws) -> None:
    event = recorded("POST /links") | {"isBase64Encoded": True, "body": "{}"}
    assert handed(event).problem == (400, "Invalid request")


@pytest.mark.parametrize(
    ("route", "query", "says"),
    [
        ("GET /backgrounds", {"limit": "0"}, "limit"),
        ("GET /backgrounds", {"limit": "many"}, "limit"),
        ("GET /backgrounds", {"favourites": "perhaps"}, "favourites"),
        ("GET /backgrounds", {"after": "nothing"}, "after"),
        ("GET /backgrounds", {"search": "x" * 201}, "search"),
        ("POST /backgrounds/upload", {"name": "x" * 201}, "name"),
    ],
)
def test_a_wrong_query_is_answered_in_words(aws: Aws, route: str, query: dict[str, str], says: str) -> None:
    told = ask(route, query=query)
    assert told.problem == (400, "Invalid request")
    assert says in told.json["detail"]


@pytest.mark.parametrize("route", ["$default", "GET /nothing", "PATCH /config"])
def test_a_route_that_is_none_is_not_found(aws: Aws, route: str) -> None:
    assert handed(recorded("GET /config") | {"routeKey": route}).problem == (404, "Not found")


@pytest.mark.parametrize("event", [{}, {"version": "1.0", "resource": "/config"}, {"Records": []}])
def test_what_is_no_event_of_an_http_api_is_answered_in_words(aws: Aws, event: dict[str, Any]) -> None:
    told = handed(event)
    assert told.problem == (503, "Not configured")
    assert "PayloadFormatVersion" in told.json["detail"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CYCLORAMA_LIBRARY", ""),
        ("JOBS", ""),
        ("JOBS", "here"),
        ("SIGN_IN", "{}"),
        ("CYCLORAMA_LOG_LEVEL", "loud"),
        ("CYCLORAMA_TYPO", "1"),
        ("CYCLORAMA_BEDROCK_MODEL", "nobody.knows-it"),
    ],
)
def test_a_wrong_environment_is_answered_in_words_until_it_is_right(aws: Aws, name: str, value: str) -> None:
    with aws.variables.context() as changed:
        changed.setenv(name, value)
        told = ask("GET /generators")
        if told.status == 200:  # of the model alone; the rest works
            assert told.json["generators"][0]["ready"] is False
        else:
            assert told.problem == (503, "Not configured")
    aws.start_anew()
    assert ask("GET /config").status == 200


def test_one_line_a_request_says_nothing_of_what_was_asked(
    aws: Aws, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    token = ask("POST /tokens", body={"user_id": "geheim"}).json["token"]
    ask("POST /image", body={"prompt": "geheim", "width": "geheim"})
    ask("POST /backgrounds", body={"prompt": "geheim", "width": 64, "height": 64})
    ask("POST /viewers", token="geheim")
    ask("GET /backgrounds", query={"search": "geheim"})
    lines = capsys.readouterr().out.splitlines()
    assert [(each["route"], each["status"]) for each in map(json.loads, lines)] == [
        ("POST /tokens", 200),
        ("POST /image", 400),
        ("POST /backgrounds", 202),
        ("POST /viewers", 401),
        ("GET /backgrounds", 200),
    ]
    for line in map(json.loads, lines):
        assert set(line) == {"route", "status", "ms", "request", "api"}
    assert json.loads(lines[0])["api"] == recorded("POST /tokens")["requestContext"]["requestId"]
    for secret in ("geheim", token):
        assert secret not in "".join(lines) + caplog.text
