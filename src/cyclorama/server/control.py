"""A small server beside a running engine: the routes of `/engines` over this one, and nothing else."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

import uvicorn
from fastapi import APIRouter, Depends

import cyclorama
from cyclorama.errors import Unauthorized, Unavailable
from cyclorama.server import creator, engines, problems
from cyclorama.server.connection import Connection
from cyclorama.server.guard import Guard
from cyclorama.server.logs import AccessLog
from cyclorama.server.openapi import Described

if TYPE_CHECKING:
    from fastapi import FastAPI

    from cyclorama.live.control import Control
    from cyclorama.live.state import Change, EngineState
    from cyclorama.settings import Settings
    from cyclorama.stage.tokens import Claims

STARTING_S = 10.0


class Here:
    """An engine of this process."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def state(self) -> EngineState:
        """How it is."""
        return self._control.state()

    async def change(self, change: Change) -> EngineState:
        """Change it as somebody may who does not sit at it."""
        return await asyncio.to_thread(self._control.change, change, afar=True)

    async def preview(self) -> bytes:
        """Return what it shows as a small WebP.

        Raises:
            Unavailable: nothing yet.
        """
        if (picture := await asyncio.to_thread(self._control.preview)) is None:
            raise Unavailable("The engine gives no picture yet. Look whether its source runs.")
        return picture


def create_control_app(control: Control, settings: Settings) -> FastAPI:
    """Return the application; where strangers can reach `settings.host`, it wants the creator's key."""
    app = Described(title="Cyclorama engine", version=cyclorama.__version__, docs_url=None, redoc_url=None)
    app.add_middleware(AccessLog)
    app.add_middleware(Guard, settings=settings)
    problems.install(app)
    key = creator.key(settings)
    shown = [Depends(creator.only(key, _nobody))] if key else []
    creators = APIRouter(dependencies=shown, responses=problems.documented(401))
    creators.include_router(engines.router({control.id: Here(control)}))
    app.include_router(creators)
    return app


class ControlServer:
    """Serves an engine's routes in a thread of its own, from `start` to `close`.

    Args:
        control: of the engine.
        settings: say on which host and port, and which names it goes by; port 0 takes any free one.

    Raises:
        Unavailable: the port, or the data folder with the key, cannot be used.
    """

    def __init__(self, control: Control, settings: Settings) -> None:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        try:
            self._listener = socket.create_server((settings.host, settings.port), family=family)
        except OSError as error:
            raise Unavailable(
                f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. "
                "Stop what uses it, or choose another."
            ) from error
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(
            create_control_app(control, settings),
            log_config=None,
            access_log=False,
            server_header=False,
            http=Connection,
            ws="none",
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="control", daemon=True
        )

    def start(self) -> None:
        """Begin to serve; returns when requests are answered."""
        self._thread.start()
        until = time.monotonic() + STARTING_S
        while not self._server.started and self._thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)

    def close(self) -> None:
        """Stop to serve; also twice."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(5)
        self._listener.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _nobody(_: str) -> Claims:
    raise Unauthorized("There are no participants here. Show the creator's key.")
