"""Changes a running engine and tells how it is: for a terminal's keys, for HTTP, for a studio."""

from __future__ import annotations

import logging
import re
import secrets
import threading
from typing import TYPE_CHECKING, Protocol

from cyclorama.backgrounds.base import Cancelled
from cyclorama.errors import CycloramaError, NotFound, instead
from cyclorama.live import thumbnail
from cyclorama.live.state import COLOUR, Change, Coming, EngineState, Figures, OutputState, fields_of, merged
from cyclorama.matting import models

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from cyclorama.backgrounds.base import Progress
    from cyclorama.live.base import Backdrop
    from cyclorama.matting.base import Matter
    from cyclorama.picture import Frame, Look

logger = logging.getLogger(__name__)

AT_ONCE = re.compile(rf"blur|none|transparent|{COLOUR}", re.IGNORECASE)
"""Backgrounds that nobody has to wait for."""
PREVIEW_WIDTH = 480  # pixels
UNKNOWN = "The background could not be made, for a reason that is not known here. The log says more."


class Controlled(Protocol):
    """What is used of an `Engine`. All of it may be used from any thread."""

    background: Backdrop
    look: Look
    matter: Matter
    person: bool

    @property
    def stats(self) -> object:
        """Its figures, with those of its sinks."""

    def preview(self) -> Frame | None:
        """Return the newest composited frame."""


class Opener(Protocol):
    """Makes a backdrop of what somebody wrote, as `open_backdrop` does."""

    def __call__(self, text: str, *, files: bool, on_progress: Callable[[Progress], object]) -> Backdrop:
        """Return the backdrop; blocks until it is there.

        Args:
            text: "blur", "#rrggbb", "library:ID", a prompt; with `files` also the path of a picture or video.
            files: whether it may be a path. Without it, what looks like one is a prompt like any other.
            on_progress: hears how far the work is; what it raises cancels the work.

        Raises:
            CycloramaError: what happened, what it means, what to do next.
        """


class Control:
    """Changes one engine. Any thread may use it.

    A background that takes its time is made in a thread of its own, while the one before stays on air; the
    newest wish wins, and cancels the one before. What fails changes nothing. Of what shall move, the still is
    on air as soon as it is painted.

    Args:
        engine: a running `Engine`.
        open_backdrop: makes backdrops.
        open_matter: makes a `Matter` of a model's name; None is `LiteRT`.
        name: what people call this engine.
        source: what they call where its picture comes from.
        participant: says as whom it publishes to a stage, or "".
    """

    def __init__(
        self,
        engine: Controlled,
        *,
        open_backdrop: Opener,
        open_matter: Callable[[str], Matter] | None = None,
        name: str = "",
        source: str = "",
        participant: Callable[[], str] = str,
    ) -> None:
        self.id = secrets.token_hex(8)
        self._engine = engine
        self._open_backdrop = open_backdrop
        self._open_matter = open_matter or _litert
        self._name, self._source, self._participant = name or source, source, participant
        self._lock = threading.Lock()
        self._turn = 0  # of the newest wish for a background
        self._asked: tuple[Backdrop, str] | None = None  # from afar
        self._coming: Coming | None = None
        self._problem = ""

    def state(self) -> EngineState:
        """Return how the engine is."""
        engine, stats, frame = self._engine, self._engine.stats, self._engine.preview()
        with self._lock:
            shown = engine.background
            background = self._asked[1] if self._asked and self._asked[0] is shown else shown.name
            coming, problem = self._coming, self._problem
        return EngineState(
            id=self.id,
            name=self._name,
            input=self._source,
            outputs=[OutputState.model_validate(sink) for sink in getattr(stats, "sinks", ())],
            background=background,
            coming=coming,
            look=fields_of(engine.look),
            model=engine.matter.name,
            person=engine.person,
            width=frame.width if frame else 0,
            height=frame.height if frame else 0,
            participant=self._participant(),
            problem=problem,
            stats=Figures.model_validate(stats),
        )

    def change(self, change: Change, *, afar: bool = False) -> EngineState:
        """Change what is named, and return how the engine is then.

        A prompt, a picture or a video comes later: `coming` says how far it is, and `problem` why it did not.

        Args:
            change: all of it is checked before anything is changed.
            afar: whether it comes from somebody who does not sit here: they get no files and no room.

        Raises:
            CycloramaError: nothing of it was done; it says why.
        """
        if afar:
            change.from_afar()
        engine = self._engine
        look = merged(engine.look, change.look) if change.look else None
        matter = self._matter(change.model) if change.model else None
        try:
            if change.background is not None:
                self._choose(change.background, afar)
        except BaseException:
            if matter:
                matter.close()
            raise
        if look:
            engine.look = look
        if matter:
            engine.matter = matter
        if change.person is not None:
            engine.person = change.person
        return self.state()

    def preview(self, width: int = PREVIEW_WIDTH) -> bytes | None:
        """Return the newest composited picture as a small WebP; None before there is any."""
        frame = self._engine.preview()
        return None if frame is None else thumbnail.webp(frame, width)

    def close(self) -> None:
        """Cancel a background that is still being made; the engine goes on."""
        with self._lock:
            self._turn += 1
            self._coming = None

    def _matter(self, name: str) -> Matter | None:
        if name not in (known := models()):
            raise NotFound(f"There is no model {name!r}. {instead(name, known)}")
        return None if name == self._engine.matter.name else self._open_matter(name)

    def _choose(self, text: str, afar: bool) -> None:
        if AT_ONCE.fullmatch(text):
            backdrop = self._open_backdrop(text.lower(), files=False, on_progress=lambda _: None)
            self._show(backdrop, text if afar else "")
            return
        with self._lock:
            self._turn += 1
            self._coming, self._problem = Coming(background=text), ""
            turn = self._turn
        threading.Thread(target=self._make, args=(turn, text, afar), name="background", daemon=True).start()

    def _make(self, turn: int, text: str, afar: bool) -> None:
        def tell(progress: Progress) -> None:
            with self._lock:
                if turn != self._turn:
                    raise Cancelled
                self._coming = Coming(
                    background=text, step=progress.step, total=progress.total, message=progress.message
                )
                if progress.whole and progress.preview is not None:
                    self._engine.background = self._still(progress.preview, text)
                    self._asked = (self._engine.background, text) if afar else None

        try:
            backdrop = self._open_backdrop(text, files=not afar, on_progress=tell)
            self._show(backdrop, text if afar else "", turn)
        except Cancelled:
            pass
        except CycloramaError as error:
            self._fail(turn, error.detail)
        except Exception:
            logger.exception("a background could not be made")
            self._fail(turn, UNKNOWN)

    @staticmethod
    def _still(image: Image, text: str) -> Backdrop:
        # It brings the decoders, for which nobody waits who paints nothing.
        from cyclorama.live.backdrops import Picture

        return Picture(image, text)

    def _show(self, backdrop: Backdrop, asked: str, turn: int | None = None) -> None:
        """Put it on air, unless something was wished for since `turn`."""
        with self._lock:
            if turn not in (None, self._turn):
                return
            self._engine.background = backdrop
            self._turn += 1
            self._asked = (backdrop, asked) if asked else None
            self._coming, self._problem = None, ""

    def _fail(self, turn: int, problem: str) -> None:
        with self._lock:
            if turn == self._turn:
                self._coming, self._problem = None, problem


def _litert(name: str) -> Matter:
    from cyclorama.matting.litert import LiteRT

    return LiteRT(name)
