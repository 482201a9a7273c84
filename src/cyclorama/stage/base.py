"""The seam between Cyclorama and whoever runs stages.

A stage is a room with publishers and viewers. Each backend (`local`, `ivs`, `livekit`) makes stages, mints
tokens for them, and tells and changes who is there. Media never goes through here: a page takes the token and
finds the stage by its claims, and a WHIP client goes to `Stage.whip_url`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - whoever reads a dataclass from JSON needs it at run time
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Muted:
    """What a participant says they have switched off."""

    audio: bool = False
    video: bool = False


@dataclass(frozen=True)
class Participant:
    """Somebody who may publish. `publishing` means that their media arrives right now."""

    id: str
    user_id: str
    attributes: Mapping[str, str]
    publishing: bool
    muted: Muted


@dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes:
        id: what its backend knows it by, without a slash, so that it fits into a path: the local stage's
            topic, the last part of an IVS stage's ARN, a LiveKit room's name.
        name: what people call it.
        resource: what its tokens name: `cyclorama:stage/ID`, an ARN, or a LiveKit room.
        whip_url: where a WHIP client sends its offer, with a publish token as bearer; "" where the backend
            has no WHIP of its own. A path is relative to the server's own address.
    """

    id: str
    name: str
    resource: str
    whip_url: str


@dataclass(frozen=True)
class Token:
    """A participant token. `participant_id` is who its bearer is; `expires_at` is in Unix seconds."""

    token: str = field(repr=False)
    participant_id: str
    expires_at: int


class StageBackend(Protocol):
    """Whoever runs stages.

    Every method may raise `Unavailable` and what is below it (not configured, credentials refused, throttled,
    ...), and, where it takes a stage, `NotFound`. A stage is named by its id, its name or its resource.

    Attributes:
        name: as in the settings.
        viewers_share: whether any number of viewers may come in by one token.
    """

    name: str
    viewers_share: bool

    async def create_stage(self, name: str) -> Stage:
        """Make a stage.

        Raises:
            InvalidRequest: the backend has no use for such a name.
            Conflict: there is one of that name.
            TooMany: there are as many as there may be.
        """
        ...

    async def list_stages(self) -> list[Stage]:
        """Return all stages, in the order of their making where the backend knows it."""
        ...

    async def find_stage(self, stage: str) -> Stage:
        """Return the stage of that id, name or resource."""
        ...

    async def delete_stage(self, stage: str) -> None:
        """Send everybody away and forget the stage; its tokens are worth nothing from now on.

        Raises:
            Conflict: it is the one that cannot be deleted.
        """
        ...

    async def mint_token(
        self,
        stage: str,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        """Return a token for a new participant, good for `minutes`."""
        ...

    async def list_participants(self, stage: str) -> list[Participant]:
        """Return those who are there and may publish."""
        ...

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        """Send somebody away. Where the backend can do that, their token is worth nothing from now on.

        Raises:
            NotFound: nobody there has that id.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what is held: connections, sessions."""
        ...
