"""Running engines over HTTP: some with a real link, some whose link misbehaves."""

from __future__ import annotations

import asyncio
import io
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from cyclorama.live.borrowing import borrowing
from cyclorama.live.control import Control
from cyclorama.live.messages import MAX_MESSAGE, PATH, PROTOCOL
from cyclorama.live.remote import Link
from cyclorama.server import engines as engines_
from cyclorama.server import linked
from cyclorama.settings import Settings
from cyclorama.stage.running import Access
from tests.live.steered import FakeEngine, Openings
from tests.stage.clients import until

from .serving import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from websockets.asyncio.client import ClientConnection

pytestmark = pytest.mark.unit

ID = "0123456789abcdef"
STATE = {
    "id": ID,
    "name": "Desk",
    "input": "Webcam",
    "background": "blur",
    "look": {},
    "model": "landscape",
    "person": True,
}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def openings() -> Openings:
    return Openings()


@pytest.fixture
def control(engine: FakeEngine, openings: Openings) -> Control:
    return Control(engine, open_backdrop=openings, name="Desk", source="Webcam")


@pytest.fixture
async def port(settings: Settings) -> AsyncIterator[int]:
    async with served(settings) as port:
        yield port


@pytest.fixture
async def client(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client


@asynccontextmanager
async def running(control: Control, port: int, key: str = "") -> AsyncIterator[Link]:
    with Link(control, f"http://127.0.0.1:{port}", key) as link:
        assert await asyncio.to_thread(link.wait, 10), link.problem
        yield link
        await asyncio.to_thread(link.close)


def asked(port: int, *protocols: str) -> connect:
    return connect(
        f"ws://127.0.0.1:{port}{PATH}",
        subprotocols=[Subprotocol(each) for each in (PROTOCOL, *protocols)],
        proxy=None,
    )


async def tell(socket: ClientConnection, **other: Any) -> None:
    await socket.send(json.dumps({"type": "state", "state": STATE | other}))


async def ended(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(10):
        await socket.wait_closed()
    return socket.close_code


async def listed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await client.get("/engines")).json()["engines"])


async def until_listed(client: httpx.AsyncClient, *names: str) -> None:
    async with asyncio.timeout(10):
        while [each["name"] for each in await listed(client)] != list(names):  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.02)


async def test_a_linked_engine_is_listed_told_and_gone(
    control: Control, client: httpx.AsyncClient, port: int
) -> None:
    assert await listed(client) == []
    async with running(control, port):
        await until_listed(client, "Desk")
        [state] = await listed(client)
        assert state["stats"]["fps"] == 30
        assert (await client.get(f"/engines/{control.id}")).json() == state
    await until_listed(client)
    gone = await client.get(f"/engines/{control.id}")
    assert (gone.status_code, gone.headers["content-type"]) == (404, "application/problem+json")
    assert (await client.patch(f"/engines/{control.id}", json={})).status_code == 404


async def test_it_is_changed_and_a_prompt_is_painted_meanwhile(
    control: Control, engine: FakeEngine, openings: Openings, client: httpx.AsyncClient, port: int
) -> None:
    openings.go.clear()
    async with running(control, port):
        await until_listed(client, "Desk")
        path = f"/engines/{control.id}"
        change = {"background": "a beach", "look": {"softness": 0.5}, "person": False}
        answer = await client.patch(path, json=change)
        assert (answer.status_code, answer.json()["background"]) == (200, "blur")
        assert (engine.look.softness, engine.person, engine.background.name) == (0.5, False, "blur")
        assert answer.json()["coming"]["background"] == "a beach"
        openings.go.set()
        await until(lambda: engine.background.name == "a beach")
        answer = await client.patch(path, json={})
        assert (answer.json()["background"], answer.json()["coming"]) == ("a beach", None)
        assert (await client.get(path)).json() == answer.json()
    assert openings.asked == [("a beach", False)]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"background": "none"}, 400, "only there"),
        ({"background": "transparent"}, 400, "only there"),
        ({"model": "giant"}, 404, "no model"),
        ({"look": {"softness": 7}}, 400, "softness takes a number"),
        ({"look": {"x": "left"}}, 400, "look.x"),
        ({"sink": "rtmp://"}, 400, "sink"),
        ([], 400, ""),
    ],
)
async def test_what_cannot_be_is_a_problem_and_changes_nothing(
    control: Control, client: httpx.AsyncClient, port: int, change: object, status: int, says: str
) -> None:
    async with running(control, port):
        await until_listed(client, "Desk")
        answer = await client.patch(f"/engines/{control.id}", json=change)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert says in answer.json()["detail"]
    assert control.state().background == "blur"


async def test_pictures_come_while_somebody_looks(
    control: Control, engine: FakeEngine, client: httpx.AsyncClient, port: int
) -> None:
    async with running(control, port):
        await until_listed(client, "Desk")
        answer = await client.get(f"/engines/{control.id}/preview")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"] == "no-store"
        assert Image.open(io.BytesIO(answer.content)).size == (480, 270)


async def test_without_a_picture_there_is_a_problem(
    control: Control,
    engine: FakeEngine,
    client: httpx.AsyncClient,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(linked, "PICTURE_S", 0.3)
    engine.picture = None
    async with running(control, port):
        await until_listed(client, "Desk")
        answer = await client.get(f"/engines/{control.id}/preview")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


async def test_the_link_wants_the_creators_key(tmp_path: Path, control: Control) -> None:
    key = "a-long-enough-key-of-mine"
    settings = Settings(host="0.0.0.0", data=tmp_path, creator_key=key)
    async with served(settings) as port:
        for shown in ([], ["wrong"], [key[:-1]]):
            async with asked(port, *shown) as socket:
                assert await ended(socket) == engines_.BAD_KEY
        async with running(control, port, key):
            pass
        with Link(control, f"http://127.0.0.1:{port}", "wrong") as link:
            await until(lambda: link.problem)
            assert "does not know this key" in link.problem
            assert not link.linked
            await asyncio.to_thread(link.close)


async def test_pages_of_other_sites_have_no_link(port: int) -> None:
    with pytest.raises(Exception, match="403"):
        async with connect(f"ws://127.0.0.1:{port}{PATH}", origin="https://evil.example", proxy=None):  # type: ignore[arg-type]
            pass


HOSTILE: list[str | bytes] = [
    "",
    "{}",
    "null",
    "[" * 50_000,
    '{"type": "state"}',
    json.dumps({"type": "state", "state": STATE | {"id": "../../etc"}}),
    json.dumps({"type": "state", "state": STATE | {"name": "x" * 301}}),
    json.dumps({"type": "state", "state": STATE | {"look": {"x": float("nan")}}}),
    json.dumps({"type": "state", "state": STATE | {"look": dict.fromkeys(map(str, range(101)), 1)}}),
    json.dumps({"type": "state", "state": STATE | {"stats": {"frames": "many"}}}),
    json.dumps({"type": "state", "state": STATE | {"id": "f" * 16}}),
    json.dumps({"type": "answer", "number": 1, "problem": {"title": "", "status": 200, "detail": ""}}),
    "x" * (MAX_MESSAGE + 1),
    b"",
    b"<script>alert(1)</script>",
    b"RIFF0000WEBP" + b"x" * MAX_MESSAGE,
]


async def test_hostile_messages_end_the_link_and_nothing_else(client: httpx.AsyncClient, port: int) -> None:
    async with asked(port) as good:
        for message in HOSTILE:
            await tell(good, id="a" * 16, name="Good")
            await until_listed(client, "Good")
            async with asked(port) as bad:
                await tell(bad, name="Bad")
                await until_listed(client, "Good", "Bad")
                await bad.send(message)
                assert await ended(bad) == engines_.POLICY_VIOLATION, message[:100]
        await until_listed(client, "Good")


async def test_a_link_that_says_nothing_is_closed(
    client: httpx.AsyncClient, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked, "SILENCE_S", 0.3)
    async with asked(port) as silent, asked(port) as stopped:
        await tell(stopped)
        assert await ended(silent) == engines_.POLICY_VIOLATION
        assert await ended(stopped) == engines_.POLICY_VIOLATION
        assert await listed(client) == []


async def test_an_engine_that_links_again_takes_its_own_place(client: httpx.AsyncClient, port: int) -> None:
    async with asked(port) as first, asked(port) as second:
        await tell(first, name="First")
        await until_listed(client, "First")
        await tell(second, name="Second")
        assert await ended(first) == engines_.LINKED_ELSEWHERE
        await until_listed(client, "Second")


async def test_there_are_only_so_many(
    client: httpx.AsyncClient, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines_, "MAX_ENGINES", 1)
    async with asked(port) as first, asked(port) as late:
        await tell(first, name="First")
        await until_listed(client, "First")
        await tell(late, id="f" * 16)
        assert await ended(late) == engines_.TRY_AGAIN_LATER
        async with asked(port) as later:
            assert await ended(later) == engines_.TRY_AGAIN_LATER
        assert [each["name"] for each in await listed(client)] == ["First"]


async def test_nobody_waits_for_an_engine_that_does_not_answer(
    client: httpx.AsyncClient, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asked(port) as socket:
        await tell(socket)
        await until_listed(client, "Desk")
        monkeypatch.setattr(linked, "ANSWER_S", 0.2)
        assert (await client.patch(f"/engines/{ID}", json={"person": True})).status_code == 503
        monkeypatch.setattr(linked, "ANSWER_S", 20)
        asking = [
            asyncio.create_task(client.patch(f"/engines/{ID}", json={"person": True}))
            for _ in range(linked.WAITING)
        ]
        await asyncio.sleep(0.2)
        busy = await client.patch(f"/engines/{ID}", json={"person": True})
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "2")
        await socket.close()
        for each in asking:
            assert (await each).status_code == 503


async def test_a_link_comes_back_when_the_studio_does(
    settings: Settings, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cyclorama.live import remote

    monkeypatch.setattr(remote, "LONGEST_WAIT_S", 0.5)
    async with served(settings) as port:
        link = Link(control, f"http://127.0.0.1:{port}")
        link.start()
        await asyncio.to_thread(link.wait, 10)
    await until(lambda: not link.linked)
    await until(lambda: link.problem)
    again = settings.model_copy(update={"port": port})
    async with _served_at(again, port), httpx.AsyncClient(trust_env=False) as client:
        client.base_url = httpx.URL(f"http://127.0.0.1:{port}")
        await until_listed(client, "Desk")
        assert await asyncio.to_thread(link.wait, 10)
        assert link.problem == ""
        await asyncio.to_thread(link.close)
        await asyncio.to_thread(link.close)


@asynccontextmanager
async def _served_at(settings: Settings, port: int) -> AsyncIterator[None]:
    import uvicorn

    from cyclorama.server.app import create_app

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings), port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2
        )
    )
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        await running


async def test_a_background_comes_from_the_studios_library(
    engine: FakeEngine, openings: Openings, client: httpx.AsyncClient, port: int
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (320, 180), "#204060").save(picture, "PNG")
    kept = await client.post(
        "/backgrounds/upload?name=sea.png", content=picture.getvalue(), headers={"Content-Type": "image/png"}
    )
    access = Access(f"http://127.0.0.1:{port}")
    control = Control(engine, open_backdrop=borrowing(openings, access), name="Desk")
    async with running(control, port):
        await until_listed(client, "Desk")
        path, wanted = f"/engines/{control.id}", f"library:{kept.json()['id']}"
        assert (await client.patch(path, json={"background": wanted})).json()["coming"][
            "background"
        ] == wanted
        await until(lambda: engine.background.name == "sea.png")
        assert control.state().background == wanted
        for missing in ("library:nothing", "library:../tokens", "library:"):
            await client.patch(path, json={"background": missing})
            await until(lambda: control.state().problem)
            assert control.state().background == wanted
        await client.patch(path, json={"background": "a beach"})
        await until(lambda: engine.background.name == "a beach")
    assert openings.asked == [("a beach", False)]
