"""Answers about the stage: who is on it, and what lets people in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.aws.functions.exchange import Answer
from cyclorama.wire.stages import (
    LinkAnswer,
    LinkWish,
    ParticipantsAnswer,
    StagesAnswer,
    TokenAnswer,
    TokenWish,
    ViewerAnswer,
)

if TYPE_CHECKING:
    from cyclorama.aws.functions.desk import Desk
    from cyclorama.aws.functions.exchange import Request


async def token(desk: Desk, request: Request) -> Answer:
    """Mint a token."""
    wish = request.read(TokenWish)
    stage = await desk.stage.find(wish.stage)
    backend = await desk.stage.backend()
    minted = await backend.mint_token(
        stage.resource,
        user_id=wish.user_id,
        attributes=wish.attributes,
        publish=wish.publish,
        subscribe=wish.subscribe,
        minutes=wish.minutes or desk.studio.settings.viewer_minutes,
    )
    return Answer.of(TokenAnswer.of(minted, stage))


async def link(desk: Desk, request: Request) -> Answer:
    """Make a link that a whole audience may share."""
    wish = request.read(LinkWish)
    audience = await desk.stage.audience()
    stage = await desk.stage.find(wish.stage)
    ticket = await audience.ticket(stage, wish.minutes or desk.studio.settings.viewer_minutes)
    return Answer.of(LinkAnswer.of(ticket, stage))


async def viewer(desk: Desk, request: Request) -> Answer:
    """Turn a viewer link's token into one for a single viewer."""
    shown = request.token
    return Answer.of(ViewerAnswer.of(await (await desk.stage.audience()).admit(shown)))


async def all_of_them(desk: Desk, _: Request) -> Answer:
    """List the one stage that there is."""
    stage = await desk.stage.find()
    return Answer.of(StagesAnswer.of([stage], stage.id))


async def participants(desk: Desk, request: Request) -> Answer:
    """Say who is there."""
    stage = await desk.stage.find(request.parameters["stage"])
    there = await (await desk.stage.backend()).list_participants(stage.resource)
    return Answer.of(ParticipantsAnswer.of(there, None))


async def send_away(desk: Desk, request: Request) -> Answer:
    """Send somebody away."""
    stage = await desk.stage.find(request.parameters["stage"])
    backend = await desk.stage.backend()
    await backend.disconnect_participant(stage.resource, request.parameters["participant"])
    return Answer.nothing()
