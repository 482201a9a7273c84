"""An engine that runs elsewhere and holds a link to this server: a WebSocket that it opened itself.

What comes over it is not trusted: it is checked, bounded in size and pace, and a link that says nothing, or
something else, is closed.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from fastapi import WebSocketDisconnect
from pydantic import ValidationError

from cyclorama.errors import CycloramaError, TooMany, Unavailable
from cyclorama.live.messages import FROM_ENGINE, LOOK_S, MAX_MESSAGE, SILENCE_S, Answer, Look, Wish

if TYPE_CHECKING:
    from fastapi import WebSocket
    from pydantic import BaseModel

    from cyclorama.live.messages import Problem
    from cyclorama.live.state import Change, EngineState

ANSWER_S = 10.0  # until an engine that does not answer a change is given up; opening a model takes a moment
SEND_S = 10.0
PICTURE_S = 3.0  # until a picture that was asked for is there
FRESH_S = 2.0  # how old a picture may be
PACE_S = 0.01  # between two messages, at least
WAITING = 8  # changes at once


class NotUnderstood(Exception):
    """The other side said what is no part of the protocol."""


class Linked:
    """One engine behind its link."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._state: EngineState | None = None
        self._sending = asyncio.Lock()
        self._numbers = 0
        self._waiting: dict[int, asyncio.Future[EngineState]] = {}
        self._picture: tuple[float, bytes] | None = None
        self._drawn = asyncio.Event()
        self._looked = -LOOK_S

    @property
    def state(self) -> EngineState:
        """How it said that it is."""
        if self._state is None:
            raise RuntimeError("an engine is listed once it has said what it is")
        return self._state

    async def change(self, change: Change) -> EngineState:
        """Pass a change on, and return how the engine is then.

        Raises:
            CycloramaError: the engine's own answer, if that is an error.
            TooMany, Unavailable: it is too busy, or does not answer.
        """
        if len(self._waiting) >= WAITING:
            raise TooMany("The engine has not come round to earlier changes. Wait a moment.", 2)
        self._numbers += 1
        number = self._numbers
        self._waiting[number] = answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._send(Wish(number=number, change=change))
                state: EngineState = await answer
                return state
        except TimeoutError as error:
            raise Unavailable("The engine does not answer. Look whether it still runs.") from error
        finally:
            del self._waiting[number]
            if answer.done() and not answer.cancelled():
                answer.exception()  # seen, also where sending has failed before

    async def preview(self) -> bytes:
        """Return the newest picture, as WebP; while pictures are asked for, the engine sends them.

        Raises:
            Unavailable: it sends none.
        """
        now = time.monotonic()
        if now - self._looked > LOOK_S / 3:
            self._looked = now
            await self._send(Look())
        try:
            async with asyncio.timeout(PICTURE_S):
                while self._picture is None or time.monotonic() - self._picture[0] > FRESH_S:
                    await self._drawn.wait()
        except TimeoutError as error:
            raise Unavailable("The engine gives no picture yet. Look whether its source runs.") from error
        return self._picture[1]

    async def meet(self) -> None:
        """Wait for the engine's first state.

        Raises:
            NotUnderstood, TimeoutError, WebSocketDisconnect: there is none.
        """
        while self._state is None:
            await self._take()
            await asyncio.sleep(PACE_S)

    async def follow(self) -> None:
        """Take what the engine says, for as long as it does; raises as `meet`."""
        while True:
            await self._take()
            await asyncio.sleep(PACE_S)

    def end(self) -> None:
        """Let nobody wait for it any more."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Unavailable("The engine has gone. Start it again."))

    async def close(self, code: int, reason: str) -> None:
        """Close the link; `follow` ends by that."""
        with suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
            async with asyncio.timeout(SEND_S):
                await self._socket.close(code, reason)

    async def _take(self) -> None:
        async with asyncio.timeout(SILENCE_S):
            message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text, data = message.get("text"), message.get("bytes")
        if len(text or data or "") > MAX_MESSAGE:
            raise NotUnderstood("larger than a message may be")
        if text is None:
            self._take_picture(data or b"")
            return
        try:
            told = FROM_ENGINE.validate_json(text)
        except ValidationError:
            raise NotUnderstood("not a message of this protocol") from None
        if told.state:
            self._take_state(told.state)
        if isinstance(told, Answer):
            self._take_answer(told)

    def _take_state(self, state: EngineState) -> None:
        if self._state and state.id != self._state.id:
            raise NotUnderstood("one link is for one engine")
        self._state = state

    def _take_answer(self, answer: Answer) -> None:
        waiting = self._waiting.get(answer.number)
        if waiting is None or waiting.done():
            return  # nobody waits for it any more
        if answer.problem:
            waiting.set_exception(_error(answer.problem))
        else:
            waiting.set_result(answer.state or self.state)

    def _take_picture(self, data: bytes) -> None:
        if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or self._state is None:
            raise NotUnderstood("not a picture")
        self._picture = (time.monotonic(), data)
        self._drawn.set()
        self._drawn.clear()

    async def _send(self, message: BaseModel) -> None:
        try:
            async with self._sending, asyncio.timeout(SEND_S):
                await self._socket.send_text(message.model_dump_json(exclude_none=True))
        except (RuntimeError, TimeoutError, WebSocketDisconnect) as error:
            raise Unavailable("The engine has gone. Start it again.") from error


def _error(problem: Problem) -> CycloramaError:
    error = CycloramaError(problem.detail)
    error.title, error.status = problem.title, problem.status
    return error
