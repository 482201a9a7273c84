"""Coming and going: the roster, the dead, and what is left after many joins."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cyclorama.stage import session
from cyclorama.stage.link import Link

from .clients import RED, Client, Colour, Page, Publisher, Tone, Viewer, until

if TYPE_CHECKING:
    from .conftest import Running

pytestmark = pytest.mark.stage


def cut(client: Client) -> None:
    """Take a client's network away: it can not even say goodbye."""
    for transceiver in client.pc.getTransceivers():
        for protocol in transceiver.receiver.transport.transport._connection._protocols:
            protocol.transport.abort()


async def test_the_dead_are_noticed_within_15_seconds() -> None:
    assert session.DEAF_TIMEOUT + 2 < 15
    assert session.CONNECT_TIMEOUT + 2 < 15


@pytest.mark.parametrize("who", ["publisher", "viewer"])
async def test_dead_peers_are_reaped(server: Running, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setattr(session, "DEAF_TIMEOUT", 2.0)
    monkeypatch.setattr("cyclorama.stage.forward.SILENCE", 1.0)
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        await viewer.watch(host)
        await viewer.picture()
        assert len(server.stage._sessions) == 2
        cut(publisher if who == "publisher" else viewer)
        await until(lambda: len(server.stage._sessions) == 1)
        assert server.publishing(host) == (who == "viewer")


async def test_who_never_connects_is_reaped(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CONNECT_TIMEOUT", 1.0)
    async with Publisher(server.url, server.token(publish=True)) as publisher:
        publisher.pc.addTrack(Colour(RED))
        await publisher.offer("/whip")
        assert len(server.stage._sessions) == 1
        await until(lambda: not server.stage._sessions)


async def test_a_publisher_who_falls_silent_is_not_publishing(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cyclorama.stage.forward.SILENCE", 1.0)
    host = server.token(publish=True)
    async with Publisher(server.url, host) as publisher:
        picture = Colour(RED)
        await publisher.publish(picture)
        await until(lambda: server.publishing(host))
        picture.going.clear()
        await until(lambda: not server.publishing(host))
        picture.going.set()
        await until(lambda: server.publishing(host))


async def test_the_roster_tells_who_is_there(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Page(server.url, guest.token) as viewer:
        await until(lambda: viewer.state)
        assert viewer.state == {
            "type": "state",
            "you": guest.claims.jti,
            "viewers": 1,
            "recording": False,
            "participants": [],
        }
        async with Page(server.url, host.token) as page, Page(server.url, guest.token):
            await page.send({"type": "mute", "audio": True, "video": False})
            await until(lambda: viewer.state["viewers"] == 2 and viewer.state["participants"])
            await until(lambda: viewer.state["participants"][0]["muted"]["audio"])
            assert viewer.state["participants"] == [
                {
                    "id": host.claims.jti,
                    "user_id": "somebody",
                    "attributes": {},
                    "publishing": False,
                    "muted": {"audio": True, "video": False},
                }
            ]
        await until(lambda: viewer.state["viewers"] == 1 and not viewer.state["participants"])


async def test_participants_are_told_that_they_are_recorded(server: Running) -> None:
    async with Page(server.url, server.token(publish=True).token) as page:
        await until(lambda: page.state.get("recording") is False)
        await server.stage.recorder.start()
        await until(lambda: page.state["recording"])
        await server.stage.recorder.stop()
        await until(lambda: not page.state["recording"])


async def test_joining_elsewhere_closes_the_earlier_page(server: Running) -> None:
    host = server.token(publish=True)
    async with Page(server.url, host.token) as first, Page(server.url, host.token) as second:
        await until(lambda: first.closed is not None)
        assert first.closed == 4409
        assert second.closed is None
        assert len(server.stage.participants()) == 1


async def test_changes_are_coalesced(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Page(server.url, guest.token) as viewer, Page(server.url, host.token) as page:
        await until(lambda: viewer.state.get("participants"))
        before, began = viewer.states, time.monotonic()
        for turn in range(200):
            await page.send({"type": "mute", "audio": turn % 2 == 0, "video": turn == 199})
        await until(lambda: viewer.state["participants"][0]["muted"]["video"])
        assert viewer.states - before <= 2 + 5 * (time.monotonic() - began)


async def test_nothing_is_left_after_many_joins(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)

    async def round_of_joins(count: int) -> None:
        for turn in range(count):
            async with Publisher(server.url, host) as publisher, Page(server.url, host.token):
                await publisher.publish(Colour(RED), Tone())
                await until(lambda: server.publishing(host))
                async with Viewer(server.url, guest) as viewer, Page(server.url, guest.token):
                    await viewer.watch(host)
                    await viewer.picture()
                    if turn % 2:
                        await viewer.leave()
        await until(lambda: not server.stage._sessions and not server.stage.participants())
        await server.stage._tasks.finish()
        await asyncio.sleep(0.1)
        gc.collect()

    await round_of_joins(2)
    before = held()
    await round_of_joins(20)
    assert held() == before
    assert not server.stage._feeds


def held() -> dict[str, int]:
    return {
        "tasks": len(asyncio.all_tasks()),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": sum("decoder" in each.name for each in threading.enumerate()),
    }


async def test_closing_the_stage_ends_everything(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host))
        await viewer.watch(host)
        await viewer.picture()
        await server.stage.aclose()
        await until(lambda: publisher.pc.connectionState == viewer.pc.connectionState == "closed")
        assert not server.stage._sessions
        assert len(server.stage._tasks) == 0
        assert (await viewer.offer(f"/whep/{host.claims.jti}")).status_code == 404


async def test_a_publisher_who_is_dropped_in_the_handshake_leaves_nothing_running(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    shake_hands = Link._shake_hands

    async def slowly(link: Link) -> None:
        await asyncio.sleep(0.3)
        await shake_hands(link)

    monkeypatch.setattr(Link, "_shake_hands", slowly)
    host = server.token(publish=True)
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED))
        (dropped,) = server.stage._sessions.values()
        await until(lambda: dropped.peer.state == "connecting")
        server.stage.end(host.claims, dropped.id, publishes=True)
        await until(lambda: dropped.peer.state == "closed")
        await server.stage._tasks.finish()
        assert len(dropped.peer._tasks) == 0
