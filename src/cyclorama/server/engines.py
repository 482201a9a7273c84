"""Routes over running engines: how they are, what shall be another way, what they show; and their link."""

import hmac
from collections.abc import Mapping
from typing import Annotated, Protocol

from fastapi import APIRouter, Path, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from cyclorama.errors import NotFound
from cyclorama.live.messages import PATH, PROTOCOL
from cyclorama.live.state import Change, EngineState
from cyclorama.server import problems
from cyclorama.server.linked import Linked, NotUnderstood
from cyclorama.server.openapi import binary

MAX_ENGINES = 16
BAD_KEY = 4401  # WebSocket close codes, as those of the roster
LINKED_ELSEWHERE = 4409
TRY_AGAIN_LATER = 1013
POLICY_VIOLATION = 1008
WEBP = "image/webp"
NEWEST = {"Cache-Control": "no-store"}

Id = Annotated[str, Path(max_length=100)]


class Engine(Protocol):
    """A running engine, wherever it runs."""

    @property
    def state(self) -> EngineState:
        """How it is."""

    async def change(self, change: Change) -> EngineState:
        """Change it from afar, and return how it is then; raises `CycloramaError`s."""

    async def preview(self) -> bytes:
        """Return what it shows as a small WebP; raises `Unavailable` where there is nothing yet."""


class EnginesAnswer(BaseModel):
    """The engines that run, in the order in which they came."""

    engines: list[EngineState]


def router(engines: Mapping[str, Engine]) -> APIRouter:
    """Return the routes over engines, by their ids."""
    routes = APIRouter(tags=["engines"])
    missing = problems.documented(404)

    def running(id_: str) -> Engine:
        if (engine := engines.get(id_)) is None:
            raise NotFound("No such engine runs. It was stopped, or has lost its link and will be back.")
        return engine

    @routes.get("/engines")
    async def all_of_them() -> EnginesAnswer:
        """List the engines that run."""
        return EnginesAnswer(engines=[engine.state for engine in engines.values()])

    @routes.get("/engines/{id_}", responses=missing)
    async def one(id_: Id) -> EngineState:
        """Say how an engine is."""
        return running(id_).state

    @routes.patch("/engines/{id_}", responses=missing | problems.documented(429, 503))
    async def change(id_: Id, change: Change) -> EngineState:
        """Change an engine: its background, some of its look, its model, whether the person is shown.

        A background that must be painted or fetched comes later: `coming` tells how far it is, and `problem`
        why it did not come. The one before stays on air meanwhile.
        """
        return await running(id_).change(change.from_afar())

    @routes.get(
        "/engines/{id_}/preview",
        response_class=Response,
        responses=missing | problems.documented(503) | {200: binary(WEBP)},
    )
    async def preview(id_: Id) -> Response:
        """Answer with the newest composited picture, small."""
        return Response(await running(id_).preview(), media_type=WEBP, headers=NEWEST)

    return routes


def link(engines: dict[str, Linked], key: str | None) -> APIRouter:
    """Return the route at which running engines report; they are in `engines` for as long as they do.

    Args:
        engines: by their ids.
        key: the creator's, which they show; None where none is needed.
    """
    routes = APIRouter()

    @routes.websocket(PATH)
    async def linked(socket: WebSocket) -> None:
        protocols = socket.scope["subprotocols"]
        await socket.accept(PROTOCOL if PROTOCOL in protocols else None)
        shown = next((each for each in protocols if each != PROTOCOL), "")
        if key is not None and not hmac.compare_digest(shown.encode(), key.encode()):
            await socket.close(BAD_KEY, "the creator's key is missing or wrong")
            return
        if len(engines) >= MAX_ENGINES:
            await socket.close(TRY_AGAIN_LATER, "this server has as many engines as it takes")
            return
        engine = Linked(socket)
        try:
            await engine.meet()
            await _enter(engine)
            await engine.follow()
        except WebSocketDisconnect:
            pass
        except NotUnderstood as error:
            await engine.close(POLICY_VIOLATION, str(error))
        except TimeoutError:
            await engine.close(POLICY_VIOLATION, "nothing was said for too long")
        finally:
            engine.end()
            _leave(engine)

    async def _enter(engine: Linked) -> None:
        id_ = engine.state.id
        before = engines.pop(id_, None)
        if len(engines) >= MAX_ENGINES:
            await engine.close(TRY_AGAIN_LATER, "this server has as many engines as it takes")
            raise WebSocketDisconnect
        engines[id_] = engine
        if before:  # its connection broke, and we have not noticed
            await before.close(LINKED_ELSEWHERE, "linked again elsewhere")

    def _leave(engine: Linked) -> None:
        for id_, each in list(engines.items()):
            if each is engine:
                del engines[id_]

    return routes
