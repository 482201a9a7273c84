"""Runs a matter, in a thread of its own where it might hold somebody up.

A matter that says `inline = True` computes in this process and never hangs. Where it is quick, too, it is run
by who asks: two changes of threads for each frame cost more than the matte where all cores are busy.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.live import threads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.matting.base import Matter

LEAVING_S = 2.0
"""How long the end waits for a matter that is busy. One that hangs is left behind."""
WEIGHT = 0.2
"""Of a new time in the moving average of what a matte takes."""


class Mattes:
    """Asks a matter for one matte at a time. `ask` and `answer` belong to one thread.

    Attributes:
        inline: whether it may be run by who asks.
        seconds: what a matte takes, as a moving average; 0 before the first one.
    """

    def __init__(self, matter: Matter) -> None:
        model = matter.model
        self.matter = matter
        self.seconds = 0.0
        self.inline = bool(getattr(matter, "inline", False))
        self._using = threading.Lock()
        self._picture = np.empty((model.height, model.width, 3), np.float32)
        self._changed = threading.Condition()
        self._wanted = self._asked = self._closed = False
        self._answer: NDArray[np.float32] | BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=f"matter {matter.name}", daemon=True)
        self._thread.start()

    @property
    def asked(self) -> bool:
        """Whether it was asked and its answer was not taken yet."""
        return self._asked

    def ask(self, picture: NDArray[np.float32]) -> None:
        """Have it begin with a copy of this picture. It must not be asked already."""
        np.copyto(self._picture, picture)
        with self._changed:
            self._wanted = self._asked = True
            self._changed.notify_all()

    def answer(self, wait: float | None) -> NDArray[np.float32] | None:
        """Return the answer; None if it is not there within `wait` seconds (None: however long it takes).

        It holds until the next `ask`.

        Raises:
            Exception: what the matter raised.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._answer is not None or self._closed, wait)
            answer, self._answer = self._answer, None
        if answer is None:
            return None
        self._asked = False
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return the matte of a picture, made in this thread; None after `close`. None may be asked for.

        Raises:
            Exception: what the matter raised.
        """
        with self._using:
            return None if self._closed else self._timed(picture)

    def close(self) -> None:
        """Close the matter when it is free, and wake who waits for an answer. From any thread, also twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait a moment for its end after `close`."""
        threads.join(self._thread, LEAVING_S)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    break
                self._wanted = False
            answer = self._asked_matter()
            with self._changed:
                self._answer = answer
                self._changed.notify_all()
        with self._using:
            self.matter.close()

    def _asked_matter(self) -> NDArray[np.float32] | BaseException:
        try:
            return self._timed(self._picture)
        except Exception as error:
            return error

    def _timed(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        start = time.perf_counter()
        answer = self.matter.matte(picture)
        took = time.perf_counter() - start
        self.seconds = took if not self.seconds else self.seconds + (took - self.seconds) * WEIGHT
        return answer
