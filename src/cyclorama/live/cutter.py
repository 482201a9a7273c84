"""One model's way from a frame to the person before a background: a compositor and its mattes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.live.behind import Backing
from cyclorama.live.mattes import Mattes

if TYPE_CHECKING:
    from cyclorama.matting.base import Matter
    from cyclorama.picture import Frame, Look

PATIENCE_S = 1.0
"""How old a matte may get before the background is shown alone."""
FULL, ROOMY = 0.8, 0.6
"""From this share of a frame's time on, the model works beside the stream; below the other one, within it."""
LONGEST_WAIT_S = 0.3
"""For a matte of a source that gives few frames a second."""


class Cutter:
    """Gets every frame its matte: its own where the model is quick, else the last one, carried by motion.

    Attributes:
        compositor: where frames and mattes come together.
        moment: when the frame came that the matte is of, on the caller's clock; None: there is no matte.
    """

    def __init__(self, matter: Matter, look: Look) -> None:
        self.compositor = Backing(matter.model, look)
        self.mattes = Mattes(matter)
        self.moment: float | None = None
        self._sent = 0.0
        self._carried = False

    def take(self, frame: Frame) -> None:
        """Take the next frame."""
        self._input = self.compositor.take_frame(frame)
        self.compositor.has_frame = True

    def matte(self, now: float, interval: float | None) -> bool:
        """Get the last frame its matte; say whether there is one.

        Args:
            now: in seconds, of a clock that never goes back.
            interval: seconds between two frames, of which a part may be waited; None: there is no hurry, and
                each frame gets its own.

        Raises:
            Exception: what the matter raised; there is no matte then.
        """
        try:
            self._late_answer(now)
            if not self.mattes.asked:
                self._ask(now, interval)
        except Exception:
            self.forget()
            raise
        return self.moment is not None

    def forget(self) -> None:
        """Show nobody until the next matte."""
        self.moment = None
        if self.compositor.has_frame:
            self.compositor.reset_matte()

    def close(self) -> None:
        """Let go of the matter when it is free, from any thread."""
        self.mattes.close()

    def release(self) -> None:
        """Close, and let go of the kernel's memory; it is not used afterwards."""
        self.close()
        self.compositor.release()

    def _late_answer(self, now: float) -> None:
        """Of an earlier frame: it is carried to this one."""
        if self.mattes.asked and (answer := self.mattes.answer(0)) is not None:
            self.compositor.take_matte(answer)
            self.moment = self._sent
        elif self.moment is not None and now - self.moment < PATIENCE_S:
            if self._carried or self.mattes.asked:
                self._carry()
        else:
            self.forget()

    def _carry(self) -> None:
        had = self.compositor.matte.any()
        self.compositor.carry_matte()
        if had and not self.compositor.matte.any():  # the kernel forgot it: another picture
            self.moment = None

    def _ask(self, now: float, interval: float | None) -> None:
        wait = None if interval is None else self._budget(interval)
        if self.mattes.inline and wait != 0.0 and (self.mattes.seconds or wait is None):
            answer = self.mattes.matte(self._input)
        else:
            self.compositor.send_frame()
            self.mattes.ask(self._input)
            self._sent = now
            if wait == 0.0:
                return
            answer = self.mattes.answer(wait)
        if answer is not None:
            self.compositor.take_matte(answer)
            self.moment = now
        elif self.moment is not None:
            self._carry()

    def _budget(self, interval: float) -> float:
        """Return how long a frame may wait for its own matte; 0 where the model is too slow for that."""
        self._carried = self.mattes.seconds > interval * (ROOMY if self._carried else FULL)
        return 0.0 if self._carried else min(FULL * interval, LONGEST_WAIT_S)
