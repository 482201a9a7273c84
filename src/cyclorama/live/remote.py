"""A running engine's link to a studio, by which the studio's page sees it and changes it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from cyclorama.errors import CycloramaError
from cyclorama.live.messages import (
    FROM_STUDIO,
    INTERVAL_S,
    LOOK_S,
    MAX_MESSAGE,
    PATH,
    PROTOCOL,
    Answer,
    Problem,
    Told,
    Wish,
)
from cyclorama.stage.running import Access

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel
    from websockets.asyncio.client import ClientConnection

    from cyclorama.live.control import Control

logger = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
STEADY_S = 5.0  # a link that held so long starts with the first wait again
PICTURES_S = 0.2  # between two pictures for somebody who looks
LET_IN_S = 0.25  # what is open still was not refused
BUSY_S = 0.25  # between two states while a background is being made
ENDINGS = {
    4401: "it does not know this key: give the one in the studio's link",
    4409: "another engine says that it is this one",
    1013: "it has as many engines as it takes",
}


class Link:
    """Keeps an engine linked to a studio, in a thread of its own; the engine never waits for it.

    A link that breaks, or a studio that is not there, is tried again, after half a second at first and after
    ten at most.

    Args:
        control: of the engine.
        server: the studio's address, such as "http://localhost:8000".
        key: the creator's, where the studio wants one.
        certificate: one to trust beside the system's, such as the studio's own.

    Raises:
        InvalidRequest: `server` is not an address, or `key` no key.
        Unavailable: `certificate` cannot be used.
    """

    def __init__(
        self, control: Control, server: str, key: str = "", *, certificate: Path | None = None
    ) -> None:
        self._control = control
        self._access = Access(server, key, certificate)
        self._trusting = self._access.trusting()
        self._problem = ""
        self._linked = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    @property
    def linked(self) -> bool:
        """Whether the studio hears of the engine at the moment."""
        return self._linked.is_set()

    @property
    def problem(self) -> str:
        """Why it is not linked, in a sentence, or ""."""
        return self._problem

    def start(self) -> None:
        """Begin, and return at once."""
        self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is linked; False after `timeout` seconds."""
        return self._linked.wait(timeout)

    def close(self) -> None:
        """End the link; also twice, and before it was started."""
        self._closed.set()
        if self._loop and self._running:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._running.cancel)
        if self._thread.is_alive():
            self._thread.join(5)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._keep())

    async def _keep(self) -> None:
        self._loop, self._running = asyncio.get_running_loop(), asyncio.current_task()
        wait = FIRST_WAIT_S
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                await self._link()
            except ConnectionClosed as error:
                code = error.rcvd.code if error.rcvd else 1006
                self._lost(ENDINGS.get(code, "the link broke"))
            except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
                self._lost(f"it does not answer ({error})")
            except Exception:
                logger.exception("the link to the studio failed")
                self._lost("of an error that the log tells of")
            finally:
                self._linked.clear()
            if time.monotonic() - began > STEADY_S:
                wait = FIRST_WAIT_S
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)

    def _lost(self, why: str) -> None:
        self._problem = f"The studio at {self._access.server} does not hear of this engine: {why}."
        logger.info(self._problem)

    async def _link(self) -> None:
        access = self._access
        async with connect(
            access.server.replace("http", "ws", 1) + PATH,
            subprotocols=[Subprotocol(each) for each in (PROTOCOL, access.key) if each],
            ssl=self._trusting,
            proxy=True if access.by_proxy else None,
            max_size=MAX_MESSAGE,
            open_timeout=10,
            ping_interval=5,
            ping_timeout=10,
            close_timeout=2,
        ) as connection:
            talk = _Talk(self._control, connection)
            await talk.tell()
            hearing = asyncio.create_task(talk.hear())
            telling = asyncio.create_task(talk.keep_telling())
            showing = asyncio.create_task(talk.show())
            tasks = {hearing, telling, showing}
            try:
                done, _ = await asyncio.wait(
                    tasks, timeout=INTERVAL_S / 4, return_when=asyncio.FIRST_EXCEPTION
                )
                if not done:
                    self._problem = ""
                    self._linked.set()
                    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
                for each in done:
                    each.result()
            finally:
                for each in tasks:
                    each.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


class _Talk:
    """What is said over one connection."""

    def __init__(self, control: Control, connection: ClientConnection) -> None:
        self._control = control
        self._connection = connection
        self._looked = -LOOK_S
        self._wanted = asyncio.Event()

    async def tell(self) -> None:
        """Say how the engine is."""
        await self._send(Told(state=await asyncio.to_thread(self._control.state)))

    async def keep_telling(self) -> None:
        """Say how the engine is, at its pace."""
        while True:
            state = await asyncio.to_thread(self._control.state)
            await self._send(Told(state=state))
            await asyncio.sleep(BUSY_S if state.coming else INTERVAL_S)

    async def hear(self) -> None:
        """Do what the studio asks for."""
        async for text in self._connection:
            try:
                asked = FROM_STUDIO.validate_json(text)
            except ValidationError:
                logger.warning("the studio says what this version does not understand")
                continue
            if isinstance(asked, Wish):
                await self._change(asked)
            else:
                self._looked = time.monotonic()
                self._wanted.set()
        await self._connection.recv()  # raises why it ended

    async def show(self) -> None:
        """Send pictures for as long as somebody looks."""
        while True:
            await self._wanted.wait()
            if time.monotonic() - self._looked > LOOK_S:
                self._wanted.clear()
                continue
            picture = await asyncio.to_thread(self._control.preview)
            if picture and len(picture) <= MAX_MESSAGE:
                await self._connection.send(picture)
            await asyncio.sleep(PICTURES_S)

    async def _change(self, wish: Wish) -> None:
        try:
            state = await asyncio.to_thread(self._control.change, wish.change, afar=True)
        except CycloramaError as error:
            problem = Problem(title=error.title, status=error.status, detail=error.detail[:2000])
            await self._send(Answer(number=wish.number, problem=problem))
        except Exception:
            logger.exception("a change could not be made")
            detail = "The engine met an error that it does not know. Its log says more."
            problem = Problem(title="Internal error", status=500, detail=detail)
            await self._send(Answer(number=wish.number, problem=problem))
        else:
            await self._send(Answer(number=wish.number, state=state))

    async def _send(self, message: BaseModel) -> None:
        await self._connection.send(message.model_dump_json())
