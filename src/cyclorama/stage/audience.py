"""Links that a whole audience may share, whoever runs the stage.

On a local stage, viewers share a participant token. On Amazon IVS and LiveKit one token is one participant:
who joins by it puts out whoever did so before. There a link carries a ticket of our own, and each viewer's
page gets a token for it.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from cyclorama.errors import Forbidden
from cyclorama.stage.tokens import ASK_AGAIN, Address

if TYPE_CHECKING:
    from cyclorama.stage.base import Stage, StageBackend, Token
    from cyclorama.stage.tokens import Signer

RESOURCE = "cyclorama:audience/"  # and then the stage's own
VIEWER = "viewer"  # what those who watch are called


class Audience:
    """Whoever watches the stages of a backend by a link; `signer` signs the tickets."""

    def __init__(self, backend: StageBackend, signer: Signer) -> None:
        self._backend = backend
        self._signer = signer

    async def ticket(self, stage: Stage, minutes: int) -> Token:
        """Return what a link to `stage` carries, good for `minutes`."""
        if self._backend.viewers_share:
            return await self._viewer(stage.resource, minutes)
        return self._signer.mint(
            Address(f"{RESOURCE}{stage.resource}", stage.id, events_url="", whip_url=""),
            user_id=VIEWER,
            attributes={},
            publish=False,
            subscribe=True,
            minutes=minutes,
        )

    async def admit(self, ticket: str) -> Token:
        """Return a token for one viewer, good for as long as their ticket.

        Raises:
            Unauthorized: it is no ticket of this server, or has expired.
            Forbidden: it is a token, but not a ticket.
            NotFound: its stage is gone.
        """
        claims = self._signer.verify(ticket)
        if not claims.resource.startswith(RESOURCE):
            raise Forbidden(f"This token is no viewer link's. {ASK_AGAIN}")
        minutes = max(1, math.floor((claims.exp - time.time()) / 60))
        return await self._viewer(claims.resource.removeprefix(RESOURCE), minutes)

    async def _viewer(self, resource: str, minutes: int) -> Token:
        return await self._backend.mint_token(
            resource, user_id=VIEWER, attributes={}, publish=False, subscribe=True, minutes=minutes
        )
