"""Stages, who is on them, and what lets people in."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclorama.stage.base import Participant, Stage, Token

StageName = Annotated[str | None, Field(min_length=1, max_length=256)]
Minutes = Annotated[int | None, Field(ge=1, le=20160)]


class TokenWish(BaseModel):
    """The body of `POST /tokens`: who shall get a token, for which stage, and what it allows.

    Without `stage` (an id, name or resource) it is for the stage of the settings, without `minutes` for as
    long as a viewer link is good.
    """

    model_config = ConfigDict(extra="forbid")

    stage: StageName = None
    user_id: Annotated[str, Field(max_length=128)] = ""
    attributes: Annotated[dict[str, str], Field(max_length=16)] = {}
    publish: bool = False
    subscribe: bool = True
    minutes: Minutes = None

    @model_validator(mode="after")
    def _allows(self) -> Self:
        if not self.publish and not self.subscribe:
            raise ValueError("This token would allow nothing. Let it publish, subscribe, or both")
        return self


class TokenAnswer(BaseModel):
    """A participant token; `expires_at` is in Unix seconds, `stage` its stage's id."""

    token: str
    participant_id: str
    expires_at: int
    stage: str

    @classmethod
    def of(cls, token: Token, stage: Stage) -> Self:
        """Tell of a token for `stage`."""
        return cls(
            token=token.token,
            participant_id=token.participant_id,
            expires_at=token.expires_at,
            stage=stage.id,
        )


class LinkWish(BaseModel):
    """The body of `POST /links`: which stage to show, and for how many minutes; else as the settings say."""

    model_config = ConfigDict(extra="forbid")

    stage: StageName = None
    minutes: Minutes = None


class LinkAnswer(BaseModel):
    """What a viewer link carries in its fragment: `/watch#TOKEN`. `expires_at` is in Unix seconds."""

    token: str
    expires_at: int
    stage: str

    @classmethod
    def of(cls, ticket: Token, stage: Stage) -> Self:
        """Tell of a ticket to `stage`."""
        return cls(token=ticket.token, expires_at=ticket.expires_at, stage=stage.id)


class ViewerAnswer(BaseModel):
    """A token for one viewer; `expires_at` is in Unix seconds."""

    token: str
    participant_id: str
    expires_at: int

    @classmethod
    def of(cls, token: Token) -> Self:
        """Tell of a viewer's token."""
        return cls(token=token.token, participant_id=token.participant_id, expires_at=token.expires_at)


class StageWish(BaseModel):
    """The body of `POST /stages`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=128)]


class StageAnswer(BaseModel):
    """One stage; `whip_url` is "" where its backend has no WHIP, and a path where it is on this server."""

    id: str
    name: str
    resource: str
    whip_url: str

    @classmethod
    def of(cls, stage: Stage) -> Self:
        """Tell of a stage."""
        return cls(**asdict(stage))


class StagesAnswer(BaseModel):
    """All stages, and the id of the one that the studio goes live on: "" where it is not there."""

    stages: list[StageAnswer]
    default: str

    @classmethod
    def of(cls, stages: Sequence[Stage], wanted: str) -> Self:
        """Tell of all stages; the settings call the studio's own `wanted`: its id, name or resource."""
        default = next((each.id for each in stages if wanted in {each.id, each.name, each.resource}), "")
        return cls(stages=[StageAnswer.of(each) for each in stages], default=default)


class MutedAnswer(BaseModel):
    """What a participant says they have switched off."""

    audio: bool
    video: bool


class ParticipantAnswer(BaseModel):
    """Somebody who is there and may publish."""

    id: str
    user_id: str
    attributes: dict[str, str]
    publishing: bool
    muted: MutedAnswer


class ParticipantsAnswer(BaseModel):
    """Who is on a stage; `viewers` is null where the backend does not tell."""

    participants: list[ParticipantAnswer]
    viewers: int | None

    @classmethod
    def of(cls, participants: Sequence[Participant], viewers: int | None) -> Self:
        """Tell who is there."""
        there = [ParticipantAnswer.model_validate(asdict(each)) for each in participants]
        return cls(participants=there, viewers=viewers)
