"""A stage by its name: the token is asked for where the stage is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama import keyfile
from cyclorama.errors import InvalidRequest, NotFound, SinkLost
from cyclorama.live.backdrops import Colour
from cyclorama.live.base import Sink
from cyclorama.live.engine import Engine
from cyclorama.live.fake import FakeSink, FakeSource
from cyclorama.live.sinks.stage import StageSink
from cyclorama.matting.fake import FakeMatter
from cyclorama.settings import Settings
from tests.browser.server import StudioServer
from tests.fakes.http import FakeServer
from tests.stage.clients import until

from .live import fed
from .making import plain, stream

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stage.conftest import Running

pytestmark = pytest.mark.stage


def publishers(server: Running) -> list[tuple[str, str]]:
    there = server.stage.participants()
    return [(each.id, each.user_id) for each in there if each.publishing]


async def test_it_publishes_by_the_stages_name_and_comes_back_as_the_same(
    server: Running, settings: Settings
) -> None:
    sink = StageSink(settings, "default", server=server.url, user_id="Ann")
    assert isinstance(sink, Sink)
    assert sink.name == "stage default"
    for _ in range(2):
        async with fed(sink, stream(), plain) as feeder:
            await until(lambda: publishers(server) or feeder.error)
            assert publishers(server) == [(sink.participant_id, "Ann")]
            assert sink.bits_per_second > 0
        assert feeder.error is None
        await until(lambda: not publishers(server), 3)


async def test_a_token_that_is_worth_nothing_any_more_is_asked_for_again(
    server: Running, settings: Settings
) -> None:
    sink = StageSink(settings, server=server.url)
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: publishers(server) or feeder.error)
    token = sink._token
    assert token is not None
    for stale in (
        replace(token, token="of-a-studio-before"),
        replace(token, expires_at=int(time.time()) + 5),
    ):
        sink._token = stale
        async with fed(sink, stream(), plain) as feeder:
            await until(lambda: publishers(server) or feeder.error)
        assert feeder.error is None
        assert sink._token.token not in {stale.token, token.token}


async def test_whom_the_host_sends_away_stays_away(server: Running, settings: Settings) -> None:
    sink = StageSink(settings, server=server.url)
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: publishers(server) or feeder.error)
        before = sink.participant_id
        async with httpx.AsyncClient(base_url=server.url) as http:
            await http.delete(f"/stages/default/participants/{before}")
        await until(lambda: feeder.error)
    assert isinstance(feeder.error, SinkLost)
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: feeder.error)
    assert feeder.error is not None
    assert not isinstance(feeder.error, SinkLost)
    assert sink.participant_id == before


async def test_an_engine_goes_on_while_its_stage_is_gone_and_comes_back(
    server: Running, settings: Settings
) -> None:
    events = list[str]()
    sink, other = StageSink(settings, server=server.url), FakeSink("other", keep=1)
    source = FakeSource(None, size=(320, 240), live=True)
    engine = Engine(source, sink, other, background=Colour(30, 60, 200), matter=FakeMatter())
    engine.listen(lambda event: events.append(event.kind))
    await asyncio.to_thread(engine.start)
    try:
        await until(lambda: publishers(server))
        for session in list(server.stage._sessions.values()):
            await session.peer.close()
        await until(lambda: "sink lost" in events)
        before = other.count
        await until(lambda: "sink back" in events and publishers(server))
        assert other.count > before
        assert publishers(server)[0][0] == sink.participant_id
    finally:
        await asyncio.to_thread(engine.stop)
    await until(lambda: not publishers(server), 3)


async def test_a_stage_that_is_not_there(server: Running, settings: Settings) -> None:
    with pytest.raises(NotFound, match="no stage 'other'"):
        await asyncio.to_thread(StageSink(settings, "other", server=server.url).open, stream())


def test_a_studio_that_is_not_there_yet_is_waited_for(settings: Settings, unused_tcp_port: int) -> None:
    sink = StageSink(settings, server=f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(SinkLost, match="cyclorama studio"):
        sink.open(stream())
    with pytest.raises(SinkLost):
        sink.write(plain(0))


def test_a_stage_without_whip(settings: Settings) -> None:
    stage = {"id": "default", "name": "default", "resource": "cyclorama:stage/default", "whip_url": ""}
    with FakeServer() as fake:
        fake.answers = {"GET /stages": {"stages": [stage], "default": "default"}}
        with pytest.raises(InvalidRequest, match="no WHIP endpoint"):
            StageSink(settings, server=fake.origin).open(stream())


async def test_key_and_certificate_of_a_studio_here_are_found(tmp_path: Path) -> None:
    """A real studio with a certificate of its own making, that wants a key of strangers."""
    variables = {"CYCLORAMA_TLS_SELF_SIGNED": "1", "CYCLORAMA_HOST": "0.0.0.0"}
    studio = StudioServer(tmp_path, origin="https://localhost", variables=variables)
    await asyncio.to_thread(studio.start)
    try:
        settings = Settings(data=studio.data, port=studio.port, tls_self_signed=True)
        key = keyfile.read(studio.data / keyfile.CREATOR).decode()
        async with httpx.AsyncClient(verify=False, headers={"Authorization": f"Bearer {key}"}) as http:  # noqa: S501
            async with fed(StageSink(settings), stream(), plain) as feeder:
                async with asyncio.timeout(15):
                    there = list[bool]()
                    while not any(there) and feeder.error is None:
                        answer = await http.get(f"{studio.url}/stages/default/participants")
                        there = [each["publishing"] for each in answer.json()["participants"]]
                        await asyncio.sleep(0.1)
                assert any(there), feeder.error
            assert feeder.error is None
    finally:
        await asyncio.to_thread(studio.stop)
