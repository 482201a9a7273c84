"""The roster's book-keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cyclorama.stage.base import Muted
from cyclorama.stage.local import address
from cyclorama.stage.roster import Ending, Roster
from cyclorama.stage.tokens import Signer

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.stage.tokens import Claims

pytestmark = pytest.mark.unit


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.at(tmp_path)


def claims(signer: Signer, *, publish: bool) -> Claims:
    return signer.mint(
        address("default"), user_id="ann", attributes={}, publish=publish, subscribe=True, minutes=5
    ).claims


async def test_viewers_are_counted_and_participants_listed(signer: Signer) -> None:
    roster = Roster()
    guest, host = claims(signer, publish=False), claims(signer, publish=True)
    first, second = roster.connect(guest), roster.connect(guest)  # one link, two viewers
    there = roster.connect(host)
    assert roster.viewers == 2
    assert [each.id for each in roster.participants()] == [host.jti]
    assert first.ending is None
    for each in (first, second, there):
        roster.disconnect(each)
    assert roster.viewers == 0
    assert roster.participants() == []


async def test_a_participant_stays_for_as_long_as_media_or_page_does(signer: Signer) -> None:
    roster = Roster()
    host = claims(signer, publish=True)
    page = roster.connect(host)
    roster.session_began(host)
    roster.publishing(host.jti, True)
    roster.disconnect(page)
    assert roster.participants()[0].publishing
    roster.publishing(host.jti, False)
    roster.session_ended(host)
    assert roster.participants() == []


async def test_the_newer_page_of_a_participant_supersedes_the_older(signer: Signer) -> None:
    roster = Roster()
    host = claims(signer, publish=True)
    old, new = roster.connect(host), roster.connect(host)
    assert old.ending is Ending.JOINED_ELSEWHERE
    roster.mute(new, Muted(audio=True))
    roster.mute(old, Muted(video=True))
    roster.disconnect(old)
    assert roster.participants()[0].muted == Muted(audio=True)


async def test_viewers_can_not_mute(signer: Signer) -> None:
    roster = Roster()
    roster.mute(roster.connect(claims(signer, publish=False)), Muted(audio=True))
    assert roster.participants() == []


async def test_only_changes_wake(signer: Signer) -> None:
    roster = Roster()
    host = claims(signer, publish=True)
    page = roster.connect(host)
    await page.changed()
    roster.publishing(host.jti, False)
    roster.mute(page, Muted())
    assert not page._changed.is_set()
    roster.mute(page, Muted(audio=True))
    assert page._changed.is_set()
