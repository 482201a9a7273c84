"""Answers that tell what this studio is and can do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cyclorama.aws.functions.backgrounds import MAX_UPLOAD
from cyclorama.aws.functions.exchange import Answer
from cyclorama.wire.config import Auto, Bounds, Config, Features, GeneratorsAnswer, Health, all_styles

if TYPE_CHECKING:
    from cyclorama.aws.functions.desk import Desk
    from cyclorama.aws.functions.exchange import Request

NOTHING_ELSE = Features(engines=False, recording=False, archives=False, videos=False, guests=False)


async def config(desk: Desk, _: Request) -> Answer:
    """Tell the pages what they need to know."""
    settings = desk.studio.settings
    return Answer.of(
        Config(
            generator=settings.generator,
            key_needed=False,
            sign_in=desk.studio.environment.sign_in,
            stage_backend=settings.stage_backend,
            livekit_url="",
            limits=Bounds(upload_bytes=MAX_UPLOAD, import_bytes=0),
            features=NOTHING_ELSE,
            styles=all_styles(),
        )
    )


async def health(_: Desk, __: Request) -> Answer:
    """Say that the function is up."""
    return Answer.of(Health())


async def generators(desk: Desk, _: Request) -> Answer:
    """Say whether the model can be used."""
    (name,) = desk.studio.generators.names
    state = await asyncio.to_thread(desk.studio.generators.state, name)
    why = f"{name} is the only generator here."
    return Answer.of(GeneratorsAnswer(generators=[state], auto=Auto(name=name, why=why)))
