"""A film as a loop: its frames painted by many hands, encoded, and told of."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

from cyclorama.backgrounds import loops
from cyclorama.backgrounds.base import Cancelled, Progress
from cyclorama.errors import GenerationFailed, Unavailable

from .crew import MOST, Crew, cores
from .hand import NICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..base import Prompt, Report
    from .film import Film

logger = logging.getLogger(__name__)


def count(prompt: Prompt) -> int:
    """Return how many frames a prompt's loop has."""
    return prompt.seconds * loops.RATE


def render(film: Film, prompt: Prompt, report: Report, hands: int | None = None) -> bytes:
    """Paint and encode the loop of a prompt, as a WebM; its first frame is the still.

    Args:
        film: of the prompt; painted with where no processes can be had.
        prompt: what is painted.
        report: hears of every frame.
        hands: how many processes paint; None: as many as there are cores, 4 at most; 0: this one does.

    Raises:
        GenerationFailed: a process died, or the encoder does not do it.
        Cancelled: `report` said so.
    """
    frames = count(prompt)
    hands = min(MOST, cores()) if hands is None else hands
    crew = Crew(prompt, frames, hands)

    def encoded() -> bytes:
        painted = _painted(film, crew, frames, hands > 0)
        told = _told(painted, frames, report)
        return loops.encode(told, prompt.width, prompt.height, min(MOST, cores()))

    with report.stopping(crew.dismiss), closing(crew):
        try:
            return _aside(encoded)
        except GenerationFailed:
            if report.cancelled:  # their death was our wish
                raise Cancelled from None
            raise


def _painted(film: Film, crew: Crew, frames: int, together: bool) -> Iterator[bytes]:
    if together:
        try:
            crew.begin()
        except Unavailable as error:
            logger.warning("The frames of a loop are painted one by one. %s", error.detail)
        else:
            yield from crew.frames()
            return
    for number in range(frames):
        yield loops.planes(film.frame(number / frames))


def _told(painted: Iterator[bytes], frames: int, report: Report) -> Iterator[bytes]:
    for number in range(1, frames + 1):
        report(Progress(number - 1, frames, f"frame {number} of {frames}"))
        yield next(painted)
    report(Progress(frames, frames, "done"))


def _aside(work: Callable[[], bytes]) -> bytes:
    """Do it in a thread of its own, of a lower priority where threads have one; the encoder's have it too."""
    outcome: list[bytes | BaseException] = []

    def run() -> None:
        if sys.platform == "linux":
            mine = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, mine, max(NICE, os.getpriority(os.PRIO_PROCESS, mine)))
        try:
            outcome.append(work())
        except BaseException as error:  # raised again by who waits
            outcome.append(error)

    thread = threading.Thread(target=run, name="loop", daemon=True)
    thread.start()
    thread.join()
    (made,) = outcome
    if isinstance(made, BaseException):
        raise made
    return made
