"""Somebody is sent away, or their stage deleted, at the very moment at which they come in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cyclorama.stage.ledger import Ledger
from cyclorama.stage.peer import Peer

from .clients import BLUE, PATIENCE, RED, Colour, Page, Publisher, Viewer, connection, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from .conftest import Running

pytestmark = pytest.mark.stage


class Held:
    """Answers to offers that are ready, and wait to be told to go on."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self.go_on = asyncio.Event()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Hold every answer that is made from now on until `go_on` is set."""
    held = Held()
    held.go_on.set()

    def holding(make: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def answer(peer: Peer, *args: Any) -> Any:
            made = await make(peer, *args)
            held.peers.append(peer)
            await held.go_on.wait()
            return made

        return answer

    monkeypatch.setattr(Peer, "answer_publisher", holding(Peer.answer_publisher))
    monkeypatch.setattr(Peer, "answer_viewer", holding(Peer.answer_viewer))
    yield held
    held.go_on.set()  # or a failed test would wait for ever for what it holds


async def test_sent_away_while_an_answer_is_made(server: Running, held: Held) -> None:
    troll, ann = server.token(publish=True), server.token(publish=True)
    async with (
        Publisher(server.url, troll) as first,
        Publisher(server.url, troll) as second,
        Publisher(server.url, ann) as other,
        Page(server.url, ann.token) as page,
    ):
        await first.publish(Colour(RED))
        await other.publish(Colour(BLUE))
        await until(lambda: server.publishing(troll) and server.publishing(ann))
        held.go_on.clear()
        coming = asyncio.create_task(second.publish(Colour(RED)))
        await until(lambda: len(held.peers) == 3)

        await server.backend.disconnect_participant("default", troll.participant_id)
        held.go_on.set()
        answer = await coming
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert answer.json()["title"] == "Sent away"
        assert held.peers[2].state == "closed"
        await until(lambda: first.pc.connectionState == "closed")
        assert {each.claims.jti for each in server.stage._sessions.values()} == {ann.participant_id}
        assert server.publishing(ann)
        await until(lambda: [each["id"] for each in page.state["participants"]] == [ann.participant_id])


async def test_sent_away_on_the_very_first_offer(server: Running, held: Held) -> None:
    """They are in no list yet, but whoever knows their id can send them away."""
    troll = server.token(publish=True)
    held.go_on.clear()
    async with Publisher(server.url, troll) as publisher:
        coming = asyncio.create_task(publisher.publish(Colour(RED)))
        await until(lambda: held.peers)
        await server.backend.disconnect_participant("default", troll.participant_id)
        held.go_on.set()
        assert (await coming).status_code == httpx.codes.FORBIDDEN
    assert not server.stage._sessions
    assert not server.stage.participants()


async def test_the_watched_is_sent_away_while_a_viewer_comes(server: Running, held: Held) -> None:
    troll, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, troll) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(troll))
        held.go_on.clear()
        coming = asyncio.create_task(viewer.watch(troll))
        await until(lambda: len(held.peers) == 2)
        await server.backend.disconnect_participant("default", troll.participant_id)
        held.go_on.set()
        assert (await coming).status_code == httpx.codes.NOT_FOUND
        assert held.peers[1].state == "closed"
    assert not server.stage._sessions
    assert not server.stage._feeds


async def test_deleted_while_answers_are_made(server: Running, held: Held) -> None:
    stage = await server.backend.create_stage("show")
    host, other = (server.token(publish=True, stage=stage.id) for _ in range(2))
    guest = server.token(publish=False, stage=stage.id)
    room = server.backend.room(stage.id)
    async with (
        Publisher(server.url, host) as publisher,
        Publisher(server.url, other) as late,
        Viewer(server.url, guest) as viewer,
        Page(server.url, guest.token) as page,
    ):
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host))
        held.go_on.clear()
        coming = [asyncio.create_task(each) for each in (late.publish(Colour(BLUE)), viewer.watch(host))]
        await until(lambda: len(held.peers) == 3)
        await server.backend.delete_stage(stage.id)
        held.go_on.set()
        for answer in await asyncio.gather(*coming):
            assert answer.status_code == httpx.codes.FORBIDDEN
            assert answer.json()["title"] == "The stage is over"
        await until(lambda: publisher.pc.connectionState == "closed" and page.closed == 4410)
        assert [each.state for each in held.peers[1:]] == ["closed", "closed"]
    await until(lambda: not len(server.backend._closing))
    assert not room._sessions
    assert not room._feeds
    assert not len(room._tasks)


async def test_whoever_joins_while_a_stage_is_being_deleted_is_out_with_the_others(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await server.backend.create_stage("show")
    host = server.token(publish=True, stage=stage.id)
    written, remove = asyncio.Event(), Ledger.remove

    async def slowly(ledger: Ledger, stage_id: str) -> None:
        await written.wait()
        await remove(ledger, stage_id)

    monkeypatch.setattr(Ledger, "remove", slowly)
    async with Publisher(server.url, host) as publisher:
        deleting = asyncio.create_task(server.backend.delete_stage(stage.id))
        await asyncio.sleep(0)
        assert (await publisher.publish(Colour(RED))).status_code == httpx.codes.CREATED
        await until(lambda: publisher.pc.connectionState == "connected")
        written.set()
        await deleting
        await until(lambda: publisher.pc.connectionState == "closed")
        assert (await publisher.leave()).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("how", ["sent away", "deleted"])
async def test_an_offer_that_is_still_being_read_comes_too_late(server: Running, how: str) -> None:
    stage = await server.backend.create_stage("show")
    host = server.token(publish=True, stage=stage.id)
    room = server.backend.room(stage.id)
    pc = connection()
    pc.addTrack(Colour(RED))
    await pc.setLocalDescription(await pc.createOffer())
    sdp = pc.localDescription.sdp.encode()
    await pc.close()
    rest = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield sdp[:100]
        await rest.wait()
        yield sdp[100:]

    headers = {"Authorization": f"Bearer {host.token}", "Content-Type": "application/sdp"}
    async with httpx.AsyncClient(base_url=server.url) as http:
        coming = asyncio.create_task(http.post("/whip", content=body(), headers=headers))
        await until(lambda: host.participant_id in room._known)
        if how == "deleted":
            await server.backend.delete_stage(stage.id)
        else:
            await server.backend.disconnect_participant(stage.id, host.participant_id)
        rest.set()
        assert (await coming).status_code == httpx.codes.FORBIDDEN
    assert not room._sessions


async def test_places_are_taken_while_answers_are_made(
    server: Running, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = server.stage._settings.model_copy(update={"max_publishers": 1, "max_viewers": 1})
    monkeypatch.setattr(server.stage, "_settings", few)
    held.go_on.clear()
    async with (
        Publisher(server.url, server.token(publish=True)) as one,
        Publisher(server.url, server.token(publish=True)) as two,
    ):
        coming = asyncio.create_task(one.publish(Colour(RED)))
        await until(lambda: held.peers)
        async with asyncio.timeout(PATIENCE):
            answer = await two.publish(Colour(BLUE))
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "CYCLORAMA_MAX_PUBLISHERS" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
        held.go_on.set()
        assert (await coming).status_code == httpx.codes.CREATED
