"""Publishes to a stage by its name, with a token that it asks for itself."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from cyclorama import keyfile
from cyclorama.errors import (
    CycloramaError,
    InvalidRequest,
    SinkLost,
    Throttled,
    TooMany,
    Unauthorized,
    Unavailable,
)
from cyclorama.live.sinks.whip import WHIPSink

if TYPE_CHECKING:
    from cyclorama.live.base import Sound, Stream
    from cyclorama.picture import Frame
    from cyclorama.settings import Settings
    from cyclorama.stage.base import Token

MINUTES = 12 * 60
NEARLY_OVER = 60  # seconds: a token that is good for less is not used any more


class StageSink:
    """A `Sink` that publishes to a stage of the backend that the settings name.

    The local stages are those of a running studio, whose address and creator key are found as the commands of
    `cyclorama stage` find them.

    Args:
        settings: `stage_backend` and what that one wants.
        stage: the stage's name or id; by default what the settings say.
        server: the running studio's address; by default what the settings say.
        user_id: the name that the audience reads.

    Raises:
        InvalidRequest: on `open`, the stage has no WHIP endpoint.
        NotFound, Unauthorized, Forbidden: on `open`, there is no such stage, or it is not ours.
        SinkLost: the backend, or the stage itself, is out of reach.
    """

    alpha = False

    def __init__(
        self, settings: Settings, stage: str = "", *, server: str | None = None, user_id: str = "engine"
    ) -> None:
        self._settings = settings
        self._stage = stage or settings.stage
        self._server = server
        self._user_id = user_id
        self.name = f"stage {self._stage}"
        self._token: Token | None = None
        self._url = ""
        self._sink: WHIPSink | None = None

    @property
    def bits_per_second(self) -> int:
        """What was sent in the last two seconds, on average."""
        return self._sink.bits_per_second if self._sink else 0

    @property
    def participant_id(self) -> str:
        """Who we are there; "" before it was opened."""
        return self._token.participant_id if self._token else ""

    def open(self, stream: Stream) -> None:
        """Get a token if need be, and connect.

        The token is kept, so that the audience sees the same participant come back after a break.
        """
        self.close()
        kept = self._token is not None and self._token.expires_at - time.time() > NEARLY_OVER
        try:
            self._connect(stream, fresh=not kept)
        except Unauthorized:  # not Forbidden: whom the host has sent away stays away
            if not kept:
                raise
            self._connect(stream, fresh=True)

    def write(self, item: Frame | Sound) -> None:
        """Send it."""
        if self._sink is None:
            raise SinkLost(f"{self.name} is not open.")
        self._sink.write(item)

    def close(self) -> None:
        """Leave the stage."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def _connect(self, stream: Stream, *, fresh: bool) -> None:
        if fresh or self._token is None:
            try:
                self._token, self._url = asyncio.run(self._mint())
            except CycloramaError as error:
                # A studio that is started later is worth waiting for, a missing package is not.
                if type(error) in {Unavailable, Throttled, TooMany}:
                    raise SinkLost(error.detail) from error
                raise
        made = self._settings.data / keyfile.CERTIFICATE  # by the studio, for itself
        certificate = made if made.is_file() else None
        self._sink = WHIPSink(self._url, self._token.token, name=self.name, certificate=certificate)
        self._sink.open(stream)

    async def _mint(self) -> tuple[Token, str]:
        from cyclorama.stage.backends import backend_of
        from cyclorama.stage.remote import RemoteBackend
        from cyclorama.stage.running import RunningStudio

        backend = backend_of(
            self._settings, lambda: RemoteBackend(RunningStudio.of(self._settings, self._server))
        )
        try:
            url = (await backend.find_stage(self._stage)).whip_url
            if not url:
                raise InvalidRequest(
                    f'The stage "{self._stage}" has no WHIP endpoint, so only a browser can publish there.'
                )
            token = await backend.mint_token(
                self._stage,
                user_id=self._user_id,
                attributes={},
                publish=True,
                subscribe=False,
                minutes=MINUTES,
            )
        finally:
            await backend.aclose()
        return token, url
