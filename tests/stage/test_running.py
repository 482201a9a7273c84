from __future__ import annotations

import socket
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, SecretStr
from starlette.responses import JSONResponse, RedirectResponse, Response

from cyclorama import keyfile, network
from cyclorama.errors import (
    Conflict,
    CycloramaError,
    Forbidden,
    InvalidRequest,
    NotFound,
    Refused,
    TooMany,
    Unauthorized,
    Unavailable,
)
from cyclorama.keyfile import CERTIFICATE
from cyclorama.server import tls
from cyclorama.settings import Settings
from cyclorama.stage.running import RunningStudio, address
from tests.fakes.http import FakeServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.unit

HELLO = {"GET /": {"says": "hello"}}


class Hello(BaseModel):
    says: str


@pytest.fixture(scope="module")
def started() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture
def server(started: FakeServer) -> FakeServer:
    started.answers = dict(HELLO)
    return started


@pytest.fixture
async def studio(server: FakeServer) -> AsyncIterator[RunningStudio]:
    async with aclosing(RunningStudio(server.origin, "the-key")) as studio:
        yield studio


def problem(status: int, detail: str, **headers: str) -> JSONResponse:
    body = {"type": "about:blank", "title": "It", "status": status, "detail": detail}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(body, status, names, media_type="application/problem+json")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (422, Refused),
        (500, CycloramaError),
        (418, CycloramaError),
    ],
)
async def test_a_problem_is_our_error_again(
    server: FakeServer, studio: RunningStudio, status: int, kind: type[CycloramaError]
) -> None:
    server.answers["GET /"] = problem(status, "So it is. Do that.")
    with pytest.raises(kind) as caught:
        await studio.ask(Hello, "GET", "/")
    assert type(caught.value) is kind
    assert caught.value.detail == "So it is. Do that."


async def test_a_problem_keeps_how_long_to_wait(server: FakeServer, studio: RunningStudio) -> None:
    server.answers["GET /"] = problem(429, "Too many.", retry_after="7")
    with pytest.raises(TooMany, match="Too many") as many:
        await studio.ask(Hello, "GET", "/")
    assert many.value.retry_after == 7
    server.answers["GET /"] = problem(503, "Not now.", retry_after="9")
    with pytest.raises(Unavailable, match="Not now") as unavailable:
        await studio.ask(Hello, "GET", "/")
    assert unavailable.value.retry_after == 9
    server.answers["GET /"] = problem(503, "Not now.", retry_after="Fri, 31 Dec 2100 23:59:59 GMT")
    with pytest.raises(Unavailable) as unknown:
        await studio.ask(Hello, "GET", "/")
    assert unknown.value.retry_after is None


async def test_a_wrong_key_is_told_with_where_to_give_it(server: FakeServer, studio: RunningStudio) -> None:
    server.answers["GET /"] = problem(401, "It wants a key.")
    with pytest.raises(Unauthorized, match=r"It wants a key\. .*--key") as caught:
        await studio.ask(Hello, "GET", "/")
    assert "the-key" not in caught.value.detail


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>hello", 200),
        Response("no", 500),
        Response("{", 400, media_type="application/problem+json"),
        JSONResponse({"says": 7}),
        RedirectResponse("http://127.0.0.1:1/"),
    ],
)
async def test_what_is_no_studio_is_called_so(
    server: FakeServer, studio: RunningStudio, answer: Response
) -> None:
    server.answers["GET /"] = answer
    with pytest.raises(Unavailable, match="not as a studio"):
        await studio.ask(Hello, "GET", "/")


async def test_a_token_in_an_answer_that_is_wrong_is_not_quoted(
    server: FakeServer, studio: RunningStudio
) -> None:
    server.answers["GET /"] = {"token": "s3cret-token"}
    with pytest.raises(Unavailable) as caught:
        await studio.ask(Hello, "GET", "/")
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with aclosing(RunningStudio(f"http://localhost:{port}")) as studio:
        with pytest.raises(Unavailable) as caught:
            await studio.ask(Hello, "GET", "/")
    assert caught.value.detail == (
        f"No studio answers at http://localhost:{port}. Start it with `cyclorama studio`, or name another "
        "with --server."
    )


@pytest.mark.parametrize(
    "server",
    ["studio", "ftp://studio", "http://", "http://a:b:c", "http://studio/page", "http://studio/?a=b"],
)
def test_what_is_no_address(server: str) -> None:
    with pytest.raises(InvalidRequest, match="--server"):
        RunningStudio(server)


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_what_is_no_key_is_not_repeated(key: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        RunningStudio("http://localhost:8000", key)
    assert key not in caught.value.detail


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "http://localhost:8000"),
        ({"host": "0.0.0.0", "port": 80}, "http://localhost:80"),
        ({"host": "::1"}, "http://localhost:8000"),
        ({"host": "fd00::1"}, "http://[fd00::1]:8000"),
        ({"host": "studio.lan", "tls_self_signed": True}, "https://studio.lan:8000"),
        (
            {"allowed_hosts": ("studio.example.org",), "tls_cert": "c.pem", "tls_key": "k.pem"},
            "https://studio.example.org:8000",
        ),
    ],
)
def test_where_a_studio_answers(given: dict[str, Any], where: str) -> None:
    assert address(Settings.model_validate(given)) == where


def test_where_a_studio_answers_that_takes_any_port(settings: Settings) -> None:
    anywhere = settings.model_copy(update={"port": 0})
    with pytest.raises(InvalidRequest, match="--server"):
        address(anywhere)
    assert address(anywhere, "http://localhost:1234/") == "http://localhost:1234"


async def test_shows_the_key_of_the_data_folder_to_hosts_of_the_settings_only(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / keyfile.CREATOR).write_text("kept-key")
    here = settings.model_copy(update={"host": "0.0.0.0"})
    known = settings.model_copy(update={"allowed_hosts": ("127.0.0.2",)})
    given = settings.model_copy(update={"creator_key": SecretStr("given-key")})
    with FakeServer(answers=HELLO) as near:
        assert await shown(near, here) == "Bearer kept-key"
    with FakeServer("127.0.0.2", answers=HELLO) as far:
        assert await shown(far, here) is None
        assert await shown(far, known) == "Bearer kept-key"
        assert await shown(far, given) == "Bearer given-key"


async def test_shows_the_key_of_the_data_folder_to_this_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.data.mkdir()
    (settings.data / keyfile.CREATOR).write_text("kept-key")
    with FakeServer("127.0.0.2", answers=HELLO) as server:
        assert await shown(server, settings) is None
        monkeypatch.setattr(network, "own_addresses", lambda: ["127.0.0.2"])
        assert await shown(server, settings) == "Bearer kept-key"


async def shown(server: FakeServer, settings: Settings) -> str | None:
    async with aclosing(RunningStudio.of(settings, server.origin)) as studio:
        await studio.ask(Hello, "GET", "/")
    return server.asked[-1].authorization


async def test_trusts_the_certificate_that_the_studio_made_and_no_other(settings: Settings) -> None:
    context = certified(settings)
    stranger = settings.model_copy(update={"data": settings.data.parent / "other"})
    with FakeServer(context=context, answers=HELLO) as server:
        assert await shown(server, settings) is None
        with pytest.raises(Unavailable, match=r"certificate .* is not trusted .*self.signed"):
            await shown(server, stranger)
    with (
        FakeServer("127.0.0.2", context, HELLO) as renamed,
        pytest.raises(Unavailable, match=r"certificate .*127\.0\.0\.2"),
    ):
        await shown(renamed, settings)


async def test_a_certificate_that_cannot_be_read(settings: Settings) -> None:
    certified(settings)
    (settings.data / CERTIFICATE).write_text("-----BEGIN CERTIFICATE-----")
    with pytest.raises(Unavailable, match=r"cert\.pem is not a certificate"):
        RunningStudio.of(settings, "https://localhost:8000")


async def test_no_proxy_stands_between_us_and_this_machine(
    server: FakeServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert await shown(server, settings) is None


def certified(settings: Settings) -> ssl.SSLContext:
    """Let a certificate be made in the data folder, and return a server's context."""
    certificate = tls.certificate(settings.model_copy(update={"tls_self_signed": True}))
    assert certificate
    return certificate.context()
