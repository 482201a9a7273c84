"""How the commands of `cyclorama stage` reach whoever runs the stages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cyclorama.settings import Settings
    from cyclorama.stage.base import StageBackend
    from cyclorama.stage.remote import RemoteBackend

SET = "what the settings say"

Backend = Annotated[
    str | None,
    typer.Option("--backend", help="Who runs the stages: local, ivs or livekit.", show_default=SET),
]
Server = Annotated[
    str | None,
    typer.Option("--server", help="The studio's address, for links too.", show_default=SET, metavar="URL"),
]
Key = Annotated[
    str | None,
    typer.Option("--key", help="The studio's creator key.", show_default="the one in its data folder here"),
]
Which = Annotated[
    str | None, typer.Option("--stage", help="A stage's name or id.", show_default=SET, metavar="NAME")
]
Json = Annotated[bool, typer.Option("--json", help="All that is known, for programs.")]

Asked = TypeVar("Asked", bound="StageBackend")
Answer = TypeVar("Answer")


def ask(settings: Settings, server: str | None, work: Callable[[StageBackend], Awaitable[Answer]]) -> Answer:
    """Do `work` with the backend that the settings name; the local one is that of a running studio."""
    # A tenth of a second that no other command needs.
    from cyclorama.stage.backends import backend_of
    from cyclorama.stage.remote import RemoteBackend
    from cyclorama.stage.running import RunningStudio

    return _run(lambda: backend_of(settings, lambda: RemoteBackend(RunningStudio.of(settings, server))), work)


def ask_studio(
    settings: Settings, server: str | None, work: Callable[[RemoteBackend], Awaitable[Answer]]
) -> Answer:
    """Do `work` with a running studio."""
    from cyclorama.stage.remote import RemoteBackend
    from cyclorama.stage.running import RunningStudio

    return _run(lambda: RemoteBackend(RunningStudio.of(settings, server)), work)


def _run(make: Callable[[], Asked], work: Callable[[Asked], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        backend = make()
        try:
            return await work(backend)
        finally:
            await backend.aclose()

    return asyncio.run(run())
