from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cyclorama.server.guard import MAX_BODY, Guard
from cyclorama.settings import Settings
from tests.server.conftest import asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx
    from starlette.types import Message, Receive, Scope, Send

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
async def test_loopback_names_are_ours(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/healthz", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::"]
)
async def test_rebound_names_are_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/backgrounds", headers={"host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9000", "file://"])
async def test_pages_of_other_sites_are_refused(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post("/tokens", json={"publish": True}, headers={"origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("host", "origin"), [("localhost:8000", "https://evil.example"), ("evil.example", "http://evil.example")]
)
async def test_sockets_of_other_sites_are_refused_before_they_open(
    settings: Settings, host: str, origin: str
) -> None:
    reached, sent = [], []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    scope = {"type": "websocket", "scheme": "ws", "path": "/roster", "headers": headers}
    await Guard(app, settings)(scope, receive, send)
    assert (reached, sent) == ([], ["websocket.close"])


@pytest.mark.parametrize(
    ("scheme", "origin", "status"),
    [
        ("https", "https://studio.example", 200),
        ("https", "http://studio.example", 403),  # a page that somebody on the way put there
        ("https", "https://studio.example:8443", 403),
        ("https", "ws://studio.example", 403),
        ("http", "http://studio.example", 200),
        ("http", "https://studio.example", 200),  # HTTPS is spoken by a proxy in front
    ],
)
async def test_under_https_only_pages_that_came_over_it_may(
    settings: Settings, scheme: str, origin: str, status: int
) -> None:
    known = settings.model_copy(update={"allowed_hosts": ("studio.example",)})
    async with asked(known, "studio.example") as client:
        answer = await client.get(f"{scheme}://studio.example/healthz", headers={"origin": origin})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("listening", "host", "status"),
    [
        ("0.0.0.0", "192.0.2.7:8000", 200),
        ("::", "[2001:db8::7]:8000", 200),
        ("0.0.0.0", "studio.example:8000", 200),
        ("0.0.0.0", "evil.example:8000", 403),
        ("0.0.0.0", "192.0.2.7.evil.example", 403),
        ("192.0.2.7", "192.0.2.7:8000", 200),
        ("192.0.2.7", "192.0.2.8:8000", 403),
        ("127.0.0.1", "192.0.2.7:8000", 403),
    ],
)
async def test_where_it_listens_on_all_addresses_each_will_do_beside_the_names(
    tmp_path: Path, listening: str, host: str, status: int
) -> None:
    settings = Settings(host=listening, data=tmp_path, allowed_hosts=("studio.example",))
    async with asked(settings) as client:
        assert (await client.get("/healthz", headers={"host": host})).status_code == status


async def test_nobody_is_told_to_come_over_https_only(client: httpx.AsyncClient) -> None:
    answer = await client.get("https://localhost:8000/healthz")
    assert "strict-transport-security" not in answer.headers


async def test_our_own_page_may(client: httpx.AsyncClient) -> None:
    headers = {"origin": "http://localhost:8000"}
    assert (await client.post("/tokens", json={"publish": True}, headers=headers)).status_code == 200


async def test_bodies_are_bounded_with_and_without_a_length(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MAX_BODY // 10)

    for content in (b" " * (MAX_BODY + 1), chunks()):
        answer = await client.post("/image", content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_answers_forbid_outside_hosts_and_allow_wasm_threads(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/nothing", "/backgrounds/nothing"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
        assert "unsafe-inline" not in policy
        assert "'unsafe-eval'" not in policy
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-embedder-policy"] == "require-corp"


async def test_unknown_paths_are_problems(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = await client.put("/image")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


CREATORS = [
    ("POST", "/tokens"),
    ("POST", "/links"),
    ("POST", "/backgrounds"),
    ("POST", "/backgrounds/upload"),
    ("POST", "/image"),
    ("GET", "/backgrounds"),
    ("GET", "/backgrounds/{id_}"),
    ("GET", "/backgrounds/{id_}/image"),
    ("GET", "/backgrounds/{id_}/thumbnail"),
    ("DELETE", "/backgrounds/{id_}"),
    ("PUT", "/backgrounds/{id_}/favourite"),
    ("DELETE", "/backgrounds/{id_}/favourite"),
    ("POST", "/backgrounds/{id_}/restore"),
    ("GET", "/backgrounds/export"),
    ("POST", "/backgrounds/import"),
    ("GET", "/generators"),
    ("GET", "/stages"),
    ("POST", "/stages"),
    ("DELETE", "/stages/{stage}"),
    ("GET", "/stages/{stage}/participants"),
    ("DELETE", "/stages/{stage}/participants/{participant}"),
    ("GET", "/stages/{stage}/recording"),
    ("PUT", "/stages/{stage}/recording"),
    ("DELETE", "/stages/{stage}/recording"),
    ("GET", "/stages/{stage}/recordings/{name}"),
    ("GET", "/engines"),
    ("GET", "/engines/{id_}"),
    ("PATCH", "/engines/{id_}"),
    ("GET", "/engines/{id_}/preview"),
]


def address(path: str) -> str:
    """Return an address of such a route, at which there is nothing."""
    return re.sub(r"{\w+}", "x", path)


@pytest.mark.parametrize(("method", "path"), CREATORS)
async def test_strangers_need_the_creators_key(tmp_path: Path, method: str, path: str) -> None:
    settings = Settings(host="0.0.0.0", data=tmp_path)
    async with asked(settings, "studio.example:8000") as client:
        for shown in (None, "Bearer ", "Bearer wrong", "Basic x"):
            headers = {"authorization": shown} if shown else {}
            answer = await client.request(method, address(path), json={"prompt": "x"}, headers=headers)
            assert answer.status_code == 401, shown
        key = (tmp_path / "creator-key").read_text()
        headers = {"authorization": f"Bearer {key}"}
        answer = await client.request(method, address(path), json={"x": 1}, headers=headers)
        assert answer.status_code != 401
        assert (await client.get("/config")).json()["key_needed"] is True


async def test_every_route_is_the_creators_or_known_to_be_open(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]
    open_ones = {"/config", "/healthz", "/models/{file}", "/styles/{id_}"}
    with_tokens = {path for path in described if path.startswith(("/whip", "/whep", "/viewers"))}
    assert set(described) == open_ones | with_tokens | {path for _, path in CREATORS}
    creators = {
        (method.upper(), path)
        for path, operations in described.items()
        if path not in open_ones | with_tokens
        for method in operations
    }
    assert creators == set(CREATORS)
