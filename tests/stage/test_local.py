"""The local stages, without media."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import jwt
import pytest

from cyclorama.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    SentAway,
    StageOver,
    TooMany,
    Unavailable,
)
from cyclorama.settings import Settings
from cyclorama.stage.base import Stage
from cyclorama.stage.ledger import FILE
from cyclorama.stage.local import LocalBackend
from cyclorama.stage.roster import Ending

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cyclorama.stage.base import StageBackend
    from cyclorama.stage.tokens import Token

pytestmark = pytest.mark.unit


@pytest.fixture
async def local(settings: Settings) -> AsyncIterator[LocalBackend]:
    local = LocalBackend.of(settings)
    yield local
    await local.aclose()


async def minted(local: LocalBackend, stage: str = "default", *, publish: bool = True) -> Token:
    return await local.mint_token(
        stage, user_id="ann", attributes={}, publish=publish, subscribe=True, minutes=5
    )


async def test_stages_are_found_by_id_name_and_resource(local: LocalBackend) -> None:
    backend: StageBackend = local
    show = await backend.create_stage("  A show ")
    assert re.fullmatch("[a-z]{12}", show.id)
    assert show == Stage(show.id, "A show", f"cyclorama:stage/{show.id}", "/whip")
    default = Stage("default", "default", "cyclorama:stage/default", "/whip")
    assert await backend.list_stages() == [default, show]
    for name in (show.id, show.name, show.resource):
        assert await backend.find_stage(name) == show
    with pytest.raises(NotFound, match="'other'"):
        await backend.find_stage("other")


async def test_stages_are_there_again_after_a_restart(local: LocalBackend, settings: Settings) -> None:
    show, other = await local.create_stage("show"), await local.create_stage("other")
    token = await minted(local, show.id)
    await local.delete_stage("other")
    again = LocalBackend.of(settings)
    assert [each.id for each in await again.list_stages()] == ["default", show.id]
    assert again.admit(token.token)[1] == token.claims
    with pytest.raises(NotFound):
        await again.find_stage(other.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 129, "a\nb", "a\x00b"])
async def test_a_name_is_printable_text(local: LocalBackend, name: str) -> None:
    with pytest.raises(InvalidRequest):
        await local.create_stage(name)


async def test_names_are_unique(local: LocalBackend) -> None:
    show = await local.create_stage("show")
    for name in ("show", "default", show.id):
        with pytest.raises(Conflict):
            await local.create_stage(name)
    both = await asyncio.gather(
        local.create_stage("other"), local.create_stage("other"), return_exceptions=True
    )
    assert [type(each) for each in both] == [Stage, Conflict]


async def test_there_are_only_so_many_stages(tmp_path: Path) -> None:
    local = LocalBackend.of(Settings(data=tmp_path, max_stages=3))
    three = await asyncio.gather(*(local.create_stage(name) for name in "abc"), return_exceptions=True)
    assert [type(each) for each in three] == [Stage, Stage, TooMany]
    await local.delete_stage("a")
    await local.create_stage("c")
    with pytest.raises(TooMany, match="CYCLORAMA_MAX_STAGES"):
        await local.create_stage("d")


async def test_a_stage_that_cannot_be_written_down_is_not_made(
    local: LocalBackend, settings: Settings
) -> None:
    show = await local.create_stage("show")
    (settings.data / FILE).write_bytes(b"rubbish")
    for attempt in (local.create_stage("other"), local.delete_stage("show")):
        with pytest.raises(Unavailable, match="is damaged"):
            await attempt
    assert [each.name for each in await local.list_stages()] == ["default", "show"]
    (settings.data / FILE).unlink()
    await local.create_stage("other")
    assert (await local.find_stage("show")) == show


async def test_the_default_stage_stays(local: LocalBackend) -> None:
    for name in ("default", "cyclorama:stage/default"):
        with pytest.raises(Conflict):
            await local.delete_stage(name)


async def test_the_tokens_of_a_deleted_stage_are_dead_for_good(local: LocalBackend) -> None:
    show = await local.create_stage("show")
    token = await minted(local, "show")
    room, claims = local.admit(token.token)
    page = room.follow(claims)
    await local.delete_stage("show")
    assert page.ending is Ending.STAGE_OVER
    again = await local.create_stage("show")
    assert again.id != show.id
    with pytest.raises(StageOver):
        local.admit(token.token)
    with pytest.raises(StageOver):
        room.admit(claims)
    with pytest.raises(NotFound):
        await local.delete_stage(show.id)


async def test_deleting_twice_at_once_is_no_harm(local: LocalBackend) -> None:
    await local.create_stage("show")
    await asyncio.gather(local.delete_stage("show"), local.delete_stage("show"))
    assert [each.name for each in await local.list_stages()] == ["default"]


async def test_a_token_opens_its_own_stage(local: LocalBackend) -> None:
    show = await local.create_stage("show")
    token = await minted(local, show.name)
    assert (token.claims.topic, token.claims.resource) == (show.id, show.resource)
    room, _ = local.admit(token.token)
    assert room is local.room(show.id)
    assert room is not local.room("default")


@pytest.mark.parametrize("claim", ["resource", "topic"])
async def test_a_token_whose_claims_disagree_opens_nothing(local: LocalBackend, claim: str) -> None:
    show = await local.create_stage("show")
    other = {"resource": show.resource, "topic": show.id}[claim]
    payload = (await minted(local)).claims.model_dump() | {claim: other}
    with pytest.raises(Forbidden, match="another stage"):
        local.admit(jwt.encode(payload, local._signer._key, algorithm="ES384"))


async def test_who_is_sent_away_stays_away(local: LocalBackend, settings: Settings) -> None:
    troll, ann = await minted(local), await minted(local)
    room, claims = local.admit(troll.token)
    pages = room.follow(claims), room.follow(local.admit(ann.token)[1])
    assert len(await local.list_participants("default")) == 2
    await local.disconnect_participant("default", troll.participant_id)
    assert [each.id for each in await local.list_participants("default")] == [ann.participant_id]
    assert [each.ending for each in pages] == [Ending.SENT_AWAY, None]
    for backend in (local, LocalBackend.of(settings)):
        with pytest.raises(SentAway, match="removed you"):
            backend.admit(troll.token)
        backend.admit(ann.token)
    with pytest.raises(NotFound):
        await local.disconnect_participant("default", troll.participant_id)


async def test_who_has_left_can_still_be_sent_away(local: LocalBackend) -> None:
    token = await minted(local)
    room, claims = local.admit(token.token)
    room.roster.disconnect(room.follow(claims))
    await local.disconnect_participant("default", token.participant_id)
    with pytest.raises(SentAway):
        local.admit(token.token)


async def test_viewers_who_share_a_link_go_together(local: LocalBackend) -> None:
    shared, own = await minted(local, publish=False), await minted(local, publish=False)
    pages = []
    for token in (shared, shared, own):
        room, claims = local.admit(token.token)
        pages.append(room.follow(claims))
    await local.disconnect_participant("default", shared.participant_id)
    assert [each.ending for each in pages] == [Ending.SENT_AWAY, Ending.SENT_AWAY, None]
    assert local.room("default").viewers == 1


async def test_nobody_is_sent_away_from_where_they_are_not(local: LocalBackend) -> None:
    await local.create_stage("show")
    token = await minted(local)
    local.admit(token.token)
    for stage, id_ in (("show", token.participant_id), ("default", "nobody"), ("none", "nobody")):
        with pytest.raises(NotFound):
            await local.disconnect_participant(stage, id_)
    local.admit(token.token)


async def test_they_are_out_even_if_that_cannot_be_written_down(
    local: LocalBackend, settings: Settings
) -> None:
    token = await minted(local)
    local.admit(token.token)
    (settings.data / FILE).write_bytes(b"rubbish")
    with pytest.raises(Unavailable, match="is damaged"):
        await local.disconnect_participant("default", token.participant_id)
    with pytest.raises(SentAway):
        local.admit(token.token)
    (settings.data / FILE).unlink()
    await local.disconnect_participant("default", token.participant_id)
    with pytest.raises(SentAway):
        LocalBackend.of(settings).admit(token.token)
