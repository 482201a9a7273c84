"""An engine that can be controlled and does nothing, and backdrops that take as long as a test wants."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.backgrounds.base import Progress
from cyclorama.errors import NotFound
from cyclorama.live.control import AT_ONCE
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Frame, Look
from cyclorama.picture.frame import Format, plane_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Backdrop
    from cyclorama.matting.base import Matter
    from cyclorama.picture import Compositor


@dataclass(frozen=True)
class Named:
    """A backdrop that is only its name."""

    name: str
    transparent: bool = False

    def set(self, compositor: Compositor) -> None:
        compositor.set_blur()

    def advance(self, compositor: Compositor, seconds: float) -> None:
        pass


@dataclass(frozen=True)
class Sent:
    """The figures of one output."""

    name: str = "default"
    state: str = "open"
    frames: int = 90
    dropped: int = 1
    bits_per_second: float = 2.5e6
    problem: str | None = None


@dataclass(frozen=True)
class Measured:
    """The engine's figures."""

    seconds: float = 3.0
    fps: float = 30.0
    frames: int = 90
    dropped: int = 2
    late: int = 0
    matte_age_ms: float = 12.0
    stages: dict[str, float] = field(default_factory=lambda: {"matte": 3.5})
    sinks: tuple[Sent, ...] = (Sent(),)
    source_state: str = "open"
    sound_offset_ms: float = 0.0


class FakeEngine:
    """What `Control` uses of an engine."""

    def __init__(self) -> None:
        self.background: Backdrop = Named("blur")
        self.look = Look()
        self.matter: Matter = FakeMatter()
        self.person = True
        self.stats = Measured()
        self.picture: Frame | None = grey(640, 360)

    def preview(self) -> Frame | None:
        return self.picture


def grey(width: int, height: int, luma: int = 128) -> Frame:
    """Return a picture in video range."""
    planes = [np.full(shape, 128, np.uint8) for shape in plane_shapes(Format.I420, width, height)]
    planes[0][:] = luma
    return Frame(tuple(planes), pts=0, time_base=Fraction(1, 30))


class Openings:
    """An `open_backdrop` whose prompts wait until a test lets them go on."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.cancelled: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, text: str, *, files: bool, on_progress: Callable[[Progress], object]) -> Backdrop:
        self.asked.append((text, files))
        if AT_ONCE.fullmatch(text):
            return Named(text)
        try:
            on_progress(Progress(1, 2, "Painting the sky"))
            assert self.go.wait(10)
            on_progress(Progress(2, 2, "Painting the ground"))
        except BaseException:
            self.cancelled.append(text)
            raise
        if text == "nothing":
            raise NotFound("There is no such thing. Ask for another.")
        if text == "crash":
            raise ZeroDivisionError
        return Named(text)
