"""Many stages in one server: nothing of one is seen, watched or ended from another."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.stage.local import LocalBackend

from .clients import BLUE, RED, Colour, Page, Publisher, Viewer, until

if TYPE_CHECKING:
    from cyclorama.settings import Settings

    from .conftest import Running

pytestmark = pytest.mark.stage


async def test_nothing_crosses_from_stage_to_stage(server: Running) -> None:
    async with AsyncExitStack() as leaving:
        stages = [await server.backend.create_stage(name) for name in ("one", "two")]
        hosts = [server.token(publish=True, stage=each.id) for each in stages]
        guests = [server.token(publish=False, stage=each.id) for each in stages]
        publishers, viewers, pages = [], [], []
        for host, guest, colour in zip(hosts, guests, (RED, BLUE), strict=True):
            publishers.append(await leaving.enter_async_context(Publisher(server.url, host)))
            await publishers[-1].publish(Colour(colour))
            await until(lambda host=host: server.publishing(host))  # type: ignore[misc]
            pages.append(await leaving.enter_async_context(Page(server.url, guest.token)))
            for _ in range(2):
                viewers.append(await leaving.enter_async_context(Viewer(server.url, guest)))
                assert (await viewers[-1].watch(host, ("video",))).status_code == httpx.codes.CREATED
        for viewer, colour in zip(viewers, (RED, RED, BLUE, BLUE), strict=True):
            await viewer.until_colour(colour)
        for page, host in zip(pages, hosts, strict=True):
            await until(lambda page=page: page.state.get("participants"))  # type: ignore[misc]
            assert [each["id"] for each in page.state["participants"]] == [host.participant_id]
            assert page.state["viewers"] == 1
        assert not server.stage.participants()

        http = await leaving.enter_async_context(httpx.AsyncClient(base_url=server.url))
        for token in (hosts[0], guests[0]):
            headers = {"Authorization": f"Bearer {token.token}"}
            stranger = await leaving.enter_async_context(Viewer(server.url, token))
            assert (await stranger.watch(hosts[1])).status_code == httpx.codes.NOT_FOUND
            for client in (publishers[1], viewers[2]):
                response = await http.delete(client.location, headers=headers)
                assert response.status_code == httpx.codes.FORBIDDEN
        assert not any(each["id"] != hosts[0].participant_id for each in pages[0].state["participants"])

        await server.backend.delete_stage("one")
        for closed in (publishers[0], viewers[0], viewers[1]):
            await until(lambda closed=closed: closed.pc.connectionState == "closed")  # type: ignore[misc]
        await until(lambda: pages[0].closed is not None)
        assert (pages[0].closed, pages[1].closed) == (4410, None)
        for viewer in viewers[2:]:
            await viewer.until_colour(BLUE)


async def test_whoever_is_sent_away_is_out_and_stays_out(server: Running, settings: Settings) -> None:
    troll, ann, guest = (server.token(publish=each) for each in (True, True, False))
    async with (
        Publisher(server.url, troll) as publisher,
        Viewer(server.url, troll) as watching,
        Viewer(server.url, guest) as audience,
        Publisher(server.url, ann) as other,
        Page(server.url, troll.token) as page,
        Page(server.url, guest.token) as theirs,
    ):
        await publisher.publish(Colour(RED))
        await other.publish(Colour(BLUE))
        await until(lambda: server.publishing(troll) and server.publishing(ann))
        for viewer, host in ((watching, ann), (audience, troll)):
            assert (await viewer.watch(host, ("video",))).status_code == httpx.codes.CREATED
            await viewer.picture()
        await until(lambda: len(theirs.state.get("participants", [])) == 2)

        await server.backend.disconnect_participant("default", troll.participant_id)
        assert [each.id for each in server.stage.participants()] == [ann.participant_id]
        for client in (publisher, watching, audience):
            await until(lambda client=client: client.pc.connectionState == "closed")  # type: ignore[misc]
        await until(lambda: page.closed is not None)
        assert page.closed == 4403
        await until(lambda: len(theirs.state["participants"]) == 1)
        assert theirs.closed is None
        assert server.publishing(ann)

        # With the very token that was good until now, on every way in.
        for answer in (
            await publisher.leave(),
            await watching.leave(),
            await publisher.offer("/whip"),
            await watching.offer(f"/whep/{ann.participant_id}"),
        ):
            assert answer.status_code == httpx.codes.FORBIDDEN
            assert answer.json()["detail"].startswith("The host has removed you from this stage.")
        async with Page(server.url, troll.token) as again:
            await until(lambda: again.closed is not None)
        assert again.closed == 4403
        assert again.state == {}
    restarted = LocalBackend.of(settings)
    with pytest.raises(Exception, match="removed you"):
        restarted.admit(troll.token)
    restarted.admit(ann.token)


async def test_pages_on_the_roster_are_limited(
    server: Running, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = settings.model_copy(update={"max_publishers": 1, "max_viewers": 1})
    monkeypatch.setattr(server.stage, "_settings", few)
    guest = server.token(publish=False).token
    async with Page(server.url, guest) as one, Page(server.url, guest) as two:
        await until(lambda: one.state and two.state)
        async with Page(server.url, guest) as three:
            await until(lambda: three.closed is not None)
        assert three.closed == 1013
        assert (one.closed, two.closed) == (None, None)
    await until(lambda: not server.stage.viewers)
    async with Page(server.url, guest) as four:
        await until(lambda: four.state)


async def test_a_deleted_stage_leaves_nothing_behind(server: Running) -> None:
    before = asyncio.all_tasks()
    stage = await server.backend.create_stage("show")
    host = server.token(publish=True, stage=stage.id)
    room = server.backend.room(stage.id)
    async with Publisher(server.url, host) as publisher, Page(server.url, host.token) as page:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host) and page.state)
        await server.backend.delete_stage(stage.id)
        await until(lambda: page.closed == 4410 and publisher.pc.connectionState == "closed")
    await until(lambda: not len(server.backend._closing))
    assert not room._sessions
    assert not room._feeds
    assert not len(room._tasks)
    assert not len(room.roster)
    assert not room.participants()
    await until(lambda: asyncio.all_tasks() <= before)
