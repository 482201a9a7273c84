from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse, RedirectResponse, Response

from cyclorama import keyfile
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
from cyclorama.server import tls
from cyclorama.settings import Settings
from cyclorama.stage.base import Muted, Participant, Stage
from cyclorama.stage.remote import CERTIFICATE, RemoteBackend, address
from tests.fakes.http import FakeServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

pytestmark = pytest.mark.unit

STAGES = {
    "stages": [
        {"id": "default", "name": "default", "resource": "cyclorama:stage/default", "whip_url": "/whip"},
        {
            "id": "abcdefghijkl",
            "name": "Käses Show / 2",
            "resource": "cyclorama:stage/abcdefghijkl",
            "whip_url": "https://whip.example.org/x",
        },
    ],
    "default": "default",
}
ANN = {
    "id": "ann-1",
    "user_id": "Ann",
    "attributes": {"colour": "red"},
    "publishing": True,
    "muted": {"audio": True, "video": False},
}
TOKEN = {"token": "s3cret-token", "participant_id": "bob-1", "expires_at": 1_800_000_000, "stage": "default"}
SHOW = "Käses Show / 2"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture
def studio(server: FakeServer) -> FakeServer:
    server.answers = {"GET /stages": STAGES}
    server.asked = []
    return server


@pytest.fixture
async def backend(studio: FakeServer) -> Any:
    backend = RemoteBackend(studio.origin, "the-key")
    yield backend
    await backend.aclose()


def problem(status: int, detail: str, **headers: str) -> JSONResponse:
    body = {"type": "about:blank", "title": "It", "status": status, "detail": detail}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(body, status, names, media_type="application/problem+json")


async def test_a_relative_whip_address_is_the_studios(studio: FakeServer, backend: RemoteBackend) -> None:
    assert await backend.list_stages() == [
        Stage("default", "default", "cyclorama:stage/default", f"{studio.origin}/whip"),
        Stage("abcdefghijkl", SHOW, "cyclorama:stage/abcdefghijkl", "https://whip.example.org/x"),
    ]
    assert studio.asked[0].authorization == "Bearer the-key"


@pytest.mark.parametrize("meant", ["abcdefghijkl", SHOW, "cyclorama:stage/abcdefghijkl"])
async def test_a_stage_is_meant_by_id_name_or_resource(
    studio: FakeServer, backend: RemoteBackend, meant: str
) -> None:
    studio.answers["DELETE /stages/abcdefghijkl"] = Response(status_code=204)
    assert (await backend.find_stage(meant)).name == SHOW
    await backend.delete_stage(meant)
    assert studio.asked[-1].method == "DELETE"


async def test_an_id_comes_before_a_name_that_is_the_same(studio: FakeServer, backend: RemoteBackend) -> None:
    first, second = STAGES["stages"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    studio.answers["GET /stages"] = {"stages": [second | {"name": "default"}, first]}
    assert (await backend.find_stage("default")).id == "default"


async def test_a_stage_that_is_not_there(studio: FakeServer, backend: RemoteBackend) -> None:
    with pytest.raises(NotFound, match="no stage 'other'"):
        await backend.list_participants("other")
    assert [asked.path for asked in studio.asked] == ["/stages"]


async def test_makes_a_stage(studio: FakeServer, backend: RemoteBackend) -> None:
    studio.answers["POST /stages"] = JSONResponse(STAGES["stages"][1], 201)
    assert (await backend.create_stage(SHOW)).id == "abcdefghijkl"
    assert studio.asked[-1].body == {"name": SHOW}


async def test_mints_a_token(studio: FakeServer, backend: RemoteBackend) -> None:
    studio.answers["POST /tokens"] = TOKEN
    wish: dict[str, Any] = {
        "user_id": "Bób",
        "attributes": {"colour": "red"},
        "publish": True,
        "subscribe": False,
        "minutes": 7,
    }
    token = await backend.mint_token(SHOW, **wish)
    assert (token.token, token.participant_id, token.expires_at) == ("s3cret-token", "bob-1", 1_800_000_000)
    assert "s3cret" not in repr(token)
    assert studio.asked[-1].body == {"stage": SHOW} | wish


async def test_lists_and_sends_away_participants(studio: FakeServer, backend: RemoteBackend) -> None:
    there = "/stages/abcdefghijkl/participants"
    studio.answers[f"GET {there}"] = {"participants": [ANN], "viewers": None}
    studio.answers[f"DELETE {there}/a%2F..%2F%C3%A4"] = Response(status_code=204)
    assert await backend.list_participants(SHOW) == [
        Participant("ann-1", "Ann", {"colour": "red"}, publishing=True, muted=Muted(audio=True, video=False))
    ]
    await backend.disconnect_participant(SHOW, "a/../ä")


async def test_records(studio: FakeServer, backend: RemoteBackend) -> None:
    file = {"name": "a.mkv", "user_id": "Ann", "started_at": 1.5, "seconds": 2.5, "bytes": 3, "open": True}
    on = {"recording": True, "since": 1.5, "folder": "/recordings", "files": [file]}
    off: dict[str, Any] = {"recording": False, "since": None, "folder": "/recordings", "files": []}
    for method, answer in {"GET": on, "PUT": on, "DELETE": off}.items():
        studio.answers[f"{method} /stages/default/recording"] = answer
    assert (await backend.recording("default")).files[0].open
    assert (await backend.record("default", on=True)).since == 1.5
    assert not (await backend.record("default", on=False)).recording


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
    studio: FakeServer, backend: RemoteBackend, status: int, kind: type[CycloramaError]
) -> None:
    studio.answers["POST /stages"] = problem(status, "So it is. Do that.")
    with pytest.raises(kind) as caught:
        await backend.create_stage("x")
    assert type(caught.value) is kind
    assert caught.value.detail == "So it is. Do that."


async def test_a_problem_keeps_how_long_to_wait(studio: FakeServer, backend: RemoteBackend) -> None:
    studio.answers["POST /stages"] = problem(429, "Too many.", retry_after="7")
    with pytest.raises(TooMany, match="Too many") as many:
        await backend.create_stage("x")
    assert many.value.retry_after == 7
    studio.answers["POST /stages"] = problem(503, "Not now.", retry_after="9")
    with pytest.raises(Unavailable, match="Not now") as unavailable:
        await backend.create_stage("x")
    assert unavailable.value.retry_after == 9
    studio.answers["POST /stages"] = problem(503, "Not now.", retry_after="Fri, 31 Dec 2100 23:59:59 GMT")
    with pytest.raises(Unavailable) as unknown:
        await backend.create_stage("x")
    assert unknown.value.retry_after is None


async def test_a_wrong_key_is_told_with_where_to_give_it(studio: FakeServer, backend: RemoteBackend) -> None:
    studio.answers["GET /stages"] = problem(401, "It wants a key.")
    with pytest.raises(Unauthorized, match=r"It wants a key\. .*--key") as caught:
        await backend.list_stages()
    assert "the-key" not in caught.value.detail


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>hello", 200),
        Response("no", 500),
        Response("{", 400, media_type="application/problem+json"),
        JSONResponse({"stages": [{"id": 7}]}),
        RedirectResponse("http://127.0.0.1:1/"),
    ],
)
async def test_what_is_no_studio_is_called_so(
    studio: FakeServer, backend: RemoteBackend, answer: Response
) -> None:
    studio.answers["GET /stages"] = answer
    with pytest.raises(Unavailable, match="not as a studio"):
        await backend.list_stages()


async def test_a_token_in_an_answer_that_is_wrong_is_not_quoted(
    studio: FakeServer, backend: RemoteBackend
) -> None:
    studio.answers["POST /tokens"] = {"token": "s3cret-token"}
    with pytest.raises(Unavailable) as caught:
        await backend.mint_token("x", user_id="", attributes={}, publish=False, subscribe=True, minutes=1)
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    backend = RemoteBackend(f"http://localhost:{port}")
    with pytest.raises(Unavailable) as caught:
        await backend.list_stages()
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
        RemoteBackend(server)


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_what_is_no_key_is_not_repeated(key: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        RemoteBackend("http://localhost:8000", key)
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
    with FakeServer(answers={"GET /stages": STAGES}) as near:
        assert await shown(near, here) == "Bearer kept-key"
    with FakeServer("127.0.0.2", answers={"GET /stages": STAGES}) as far:
        assert await shown(far, here) is None
        assert await shown(far, known) == "Bearer kept-key"
        assert await shown(far, given) == "Bearer given-key"


async def shown(server: FakeServer, settings: Settings) -> str | None:
    backend = RemoteBackend.of(settings, server.origin)
    await backend.list_stages()
    await backend.aclose()
    return server.asked[-1].authorization


async def test_trusts_the_certificate_that_the_studio_made_and_no_other(settings: Settings) -> None:
    context = certified(settings)
    stranger = settings.model_copy(update={"data": settings.data.parent / "other"})
    with FakeServer(context=context, answers={"GET /stages": STAGES}) as server:
        assert await shown(server, settings) is None
        with pytest.raises(Unavailable, match=r"certificate .* is not trusted .*self.signed"):
            await shown(server, stranger)
    with (
        FakeServer("127.0.0.2", context, {"GET /stages": STAGES}) as renamed,
        pytest.raises(Unavailable, match=r"certificate .*127\.0\.0\.2"),
    ):
        await shown(renamed, settings)


async def test_a_certificate_that_cannot_be_read(settings: Settings) -> None:
    certified(settings)
    (settings.data / CERTIFICATE).write_text("-----BEGIN CERTIFICATE-----")
    with pytest.raises(Unavailable, match=r"cert\.pem is not a certificate"):
        RemoteBackend.of(settings, "https://localhost:8000")


async def test_no_proxy_stands_between_us_and_this_machine(
    studio: FakeServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert await shown(studio, settings) is None


def certified(settings: Settings) -> ssl.SSLContext:
    """Let a certificate be made in the data folder, and return a server's context."""
    certificate = tls.certificate(settings.model_copy(update={"tls_self_signed": True}))
    assert certificate
    return certificate.context()
