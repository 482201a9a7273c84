"""One stream's pixels: frames in, the person before a backdrop out."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.errors import CycloramaError, InvalidRequest
from cyclorama.live.behind import Behind
from cyclorama.live.canvas import Canvas, Pool
from cyclorama.live.cutter import Cutter
from cyclorama.live.fit import fit
from cyclorama.live.stats import Event, Meter
from cyclorama.picture import Format, Frame, Look

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from cyclorama.live.base import Backdrop
    from cyclorama.matting.base import Matter

logger = logging.getLogger(__name__)


class Painter:
    """Paints one stream, one frame at a time. Properties may be set from any thread, all else is for one.

    Where there is no matte, because none came yet, the matter failed or the newest one is older than a
    second, the backdrop is shown alone; where that would be made of the room (`blur`), a dark plain picture.
    Only a backdrop that is none shows the room.

    Args:
        background: what stands behind the person.
        matter: what tells person from room; it is closed with the painter. None: `LiteRT()`.
        look: what the creator can change.
        size: (width, height) of what comes out; None: that of the first frame. Frames of other sizes are
            scaled to cover it.
        on_event: told when the matter fails and works again, and of backdrops that cannot be shown.
        on_failure: told what the matter raised.
        meter: told what the stages took.
        now: the clock that mattes age by, in seconds.

    Raises:
        MissingExtra: LiteRT is not installed.
    """

    def __init__(
        self,
        background: Backdrop,
        matter: Matter | None = None,
        look: Look | None = None,
        *,
        size: tuple[int, int] | None = None,
        on_event: Callable[[Event], object] = lambda _: None,
        on_failure: Callable[[BaseException], object] = lambda _: None,
        meter: Meter | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.canvas: Canvas | None = None
        self.matte_age: float | None = None
        self._size, self._now = size, now
        self._on_event, self._on_failure = on_event, on_failure
        self._meter = meter or Meter()
        self._lock = threading.Lock()
        self._behind = Behind(background, lambda message: on_event(Event("error", message)))
        self._look = look or Look()
        self._next_matter: Matter | None = None
        self._person = True
        self._failed = False
        self._closed = False
        self._pool: Pool | None = None
        self._matter = matter or _default_matter()
        self._cutter = Cutter(self._matter, self._look)
        self._candidate: Cutter | None = None

    @property
    def background(self) -> Backdrop:
        """What stands behind the person; another one is faded to."""
        return self._behind.chosen

    @background.setter
    def background(self, background: Backdrop) -> None:
        self._behind.choose(background)

    @property
    def look(self) -> Look:
        """What the creator can change."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look

    @property
    def matter(self) -> Matter:
        """What tells person from room. The one before stays until the new one's first matte."""
        return self._matter

    @matter.setter
    def matter(self, matter: Matter) -> None:
        with self._lock:
            unused, self._next_matter, self._matter = self._next_matter, matter, matter
            if self._closed:
                unused, self._next_matter = matter, None
        if unused is not None:
            unused.close()

    @property
    def person(self) -> bool:
        """Whether the person is shown; False: the backdrop alone, at once."""
        return self._person

    @person.setter
    def person(self, person: bool) -> None:
        self._person = bool(person)

    def paint(self, frame: Frame, interval: float | None = None) -> Frame:
        """Return the person of this frame before the backdrop, with its time.

        Args:
            frame: of any size.
            interval: seconds between two frames, of a source that does not wait; None: it waits.

        Returns:
            A frame of `canvas`, in a buffer that is used again when nobody holds the frame any more.
        """
        canvas = self.prepare(frame)
        self._turn(frame.seconds or 0.0)
        with self._meter.timing("take"):
            fitted = fit(frame, canvas)
            for cutter in self._cutters:
                cutter.take(fitted)
        with self._meter.timing("matte"):
            has_matte = self._get_matte(interval)
        return self._finish(has_matte, frame.pts, frame.time_base)

    def keep_alpha(self) -> None:
        """Give alpha to opaque frames, too, from now on: an output that was opened with it gets it always.

        `prepare` must have been called.
        """
        assert self._pool is not None  # noqa: S101
        self._pool.alpha = True

    def alone(self, pts: int, time_base: Fraction) -> Frame:
        """Return the backdrop alone, at a time when there is no frame.

        Raises:
            InvalidRequest: no frame was painted yet, and no size was given.
        """
        canvas = self.prepare(None)
        for cutter in self._cutters:
            if not cutter.compositor.has_frame:
                cutter.take(_black(canvas))
        self._turn(float(pts * time_base))
        self._cutter.forget()
        self.matte_age = None
        return self._finish(False, pts, time_base, is_seen=False)

    def interrupt(self) -> None:
        """Stop waiting for a matte, from any thread; the painter is to be closed then."""
        self._closed = True
        for cutter in self._cutters:
            cutter.close()

    def close(self) -> None:
        """Let go of the matter, also twice."""
        self.interrupt()
        with self._lock:
            unused, self._next_matter = self._next_matter, None
        if unused is not None:
            unused.close()
        for cutter in self._cutters:
            cutter.release()
            cutter.mattes.join()

    def prepare(self, frame: Frame | None) -> Canvas:
        """Return the canvas, which the first frame says, else the size; take up another matter and look.

        Raises:
            InvalidRequest: there was no frame yet, and no size is given.
        """
        if self.canvas is None:
            if frame is not None:
                self.canvas = Canvas.of(frame, self._size)
            elif self._size is not None:
                self.canvas = Canvas.unseen(self._size)
            else:
                raise InvalidRequest("There was no frame yet, and no size is given.")
            self._pool = Pool(self.canvas)
        with self._lock:
            matter, self._next_matter = self._next_matter, None
        if matter is not None:
            if self._candidate:
                self._candidate.release()
            self._candidate = Cutter(matter, self._look)
            self._behind.join(self._candidate.compositor)
        for cutter in self._cutters:
            if cutter.compositor.look is not self._look:
                cutter.compositor.look = self._look
        return self.canvas

    @property
    def _cutters(self) -> list[Cutter]:
        cutter, candidate = self._cutter, self._candidate
        return [cutter] if candidate is None else [cutter, candidate]

    def _turn(self, seconds: float) -> None:
        self._behind.turn(seconds, (cutter.compositor for cutter in self._cutters))

    def _get_matte(self, interval: float | None) -> bool:
        now = self._now()
        if not self._person or (self._cutter.compositor.made_of == "none" and self._behind.mix >= 1):
            self._cutter.forget()
            self.matte_age = None
            return False
        taken_over = self._candidate is not None and self._try_candidate(self._candidate, now, interval)
        try:
            has_matte = taken_over or self._cutter.matte(now, interval)
        except Exception as error:
            if not self._failed:
                self._failed = True
                self._tell_failure(error, "The model fails, so the background is shown alone.")
            has_matte = False
        else:
            if has_matte and self._failed:
                self._failed = False
                self._on_event(Event("model back", "The model works again.", self._matter.name))
        moment = self._cutter.moment
        self.matte_age = None if moment is None else self._now() - moment
        return has_matte

    def _try_candidate(self, candidate: Cutter, now: float, interval: float | None) -> bool:
        """Have another model get its first matte, and take over with it; say whether it did."""
        try:
            ready = candidate.matte(now, interval)
        except Exception as error:
            self._tell_failure(error, "The other model fails, so the one before stays.")
            self._candidate = None
            self._matter = self._cutter.mattes.matter
            candidate.release()
            return False
        if not ready or self._behind.mix < 1:  # its compositor has nothing to fade from
            return False
        self._cutter.release()
        self._cutter, self._candidate = candidate, None
        return True

    def _tell_failure(self, error: BaseException, message: str) -> None:
        self._on_failure(error)
        said = error.detail if isinstance(error, CycloramaError) else f"{type(error).__name__}: {error}"
        logger.error("a matter failed", exc_info=error)
        self._on_event(Event("model failed", f"{message} {said}", self._matter.name))

    def _finish(
        self, has_matte: bool, pts: int | None, time_base: Fraction | None, *, is_seen: bool = True
    ) -> Frame:
        """`is_seen`: there is a frame of this moment."""
        compositor, pool, behind = self._cutter.compositor, self._pool, self._behind
        assert pool is not None  # noqa: S101 (prepare has made it)
        transparent = (behind.shown or behind.chosen).transparent
        with self._meter.timing("composite"):
            if behind.shown is None:
                result = None
            elif has_matte or (compositor.made_of == "none" and self._person and is_seen):
                result = compositor.composite(behind.mix)
            elif compositor.made_of != "still" or transparent:
                result = None
            else:
                result = compositor.background_alone(behind.mix if behind.was_still else 1.0)
        with self._meter.timing("out"):
            if result is None:
                return pool.neutral(pts, time_base, transparent=transparent)
            return pool.copy(replace(result, pts=pts, time_base=time_base))


def _default_matter() -> Matter:
    from cyclorama.matting.litert import LiteRT

    return LiteRT()


def _black(canvas: Canvas) -> Frame:
    luma = np.zeros((canvas.height, canvas.width), np.uint8)
    chroma = np.full(((canvas.height + 1) // 2, (canvas.width + 1) // 2), 128, np.uint8)
    planes = (
        (luma, chroma, chroma) if canvas.format is Format.I420 else (luma, np.stack([chroma, chroma], -1))
    )
    return canvas.frame(planes, None, None)
