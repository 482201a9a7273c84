"""The seam between a prompt and its picture."""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Protocol, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cyclorama.backgrounds import styles
from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

MIN_SIDE = 64
MAX_SIDE = 4096
MAX_PIXELS = 8_300_000  # 3840x2160, rounded up
MAX_PROMPT = 2000
MAX_SEED = 2**32 - 1
MAX_COUNT = 4
MAX_MOVING_PIXELS = 2560 * 1440  # what a browser still decodes beside the rest
MIN_SECONDS, MAX_SECONDS, SECONDS = 6, 12, 8  # of a loop

Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


class Prompt(BaseModel):
    """What a creator wishes for.

    Attributes:
        text: 1 to 2,000 characters.
        negative: what shall not be in the picture, 0 to 2,000 characters.
        style: the id of one of the shared styles, or "" for none.
        width: in pixels, 64 to 4096.
        height: in pixels, 64 to 4096; width x height is at most 8.3 million.
        seed: 0 to 2**32 - 1; the same prompt, style, size and seed give the same picture.
        count: how many samples, 1 to 4; they have this seed and the next ones.
        motion: whether it shall move, in a loop; then it has at most 2560x1440 pixels.
        seconds: how long that loop lasts, 6 to 12.
    """

    # Over HTTP the text is called `prompt`, as in every such API.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PROMPT)] = (
        Field(validation_alias="prompt")
    )
    negative: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_PROMPT)] = Field(
        "", validation_alias="negative_prompt"
    )
    style: Annotated[str, AfterValidator(styles.known)] = ""
    width: Side = 1280
    height: Side = 720
    seed: Seed = 0
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    motion: bool = False
    seconds: Annotated[int, Field(ge=MIN_SECONDS, le=MAX_SECONDS)] = SECONDS

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError(
                f"{self.width}x{self.height} is more than 8.3 megapixels; ask for a smaller size"
            )
        if self.motion and self.width * self.height > MAX_MOVING_PIXELS:
            raise ValueError(
                f"{self.width}x{self.height} is more than can move (2560x1440); ask for a smaller size, or "
                "leave out the motion"
            )
        return self

    def samples(self) -> list[Self]:
        """Return one prompt for each sample, each with a seed of its own."""
        return [
            self.model_copy(update={"seed": (self.seed + number) % (MAX_SEED + 1), "count": 1})
            for number in range(self.count)
        ]

    def in_words(self) -> tuple[str, str]:
        """Return prompt and negative prompt for a model that takes words alone: the style is among them."""
        style = styles.STYLES.get(self.style)
        if style is None:
            return self.text, self.negative
        return f"{self.text}, {style.words}", ", ".join(filter(None, (self.negative, style.avoid)))


def any_seed() -> int:
    """Draw a seed."""
    return secrets.randbelow(MAX_SEED + 1)


@dataclass(frozen=True)
class Progress:
    """How far a generation is.

    Attributes:
        step, total: steps done and steps in all; total is 0 where nobody can know.
        message: what is being done, in the creator's words.
        preview: a small RGB picture of how it looks by now, at most 320 px a side, where there is one.
        whole: whether `preview` is the finished picture itself, in its full size, which is about to move.
    """

    step: int
    total: int
    message: str
    preview: Image | None = None
    whole: bool = False


@dataclass(frozen=True)
class Painting:
    """What a generator gives back.

    Attributes:
        image: RGB, of exactly the size that the prompt asked for.
        understood: the words of the prompt that shaped it.
        note: a sentence for the creator, or "".
        model: what painted it, as precisely as is known, such as a model id; or "".
        learned: whether a trained model made it, which its metadata then says.
        licence: a short note on how the picture may be used, where known; or "".
        seed: the seed that was really used, where it is another than the prompt's.
        video: where it moves, a WebM of that size that goes round without a seam and begins with `image`.
    """

    image: Image
    understood: tuple[str, ...] = field(default=())
    note: str = ""
    model: str = ""
    learned: bool = False
    licence: str = ""
    seed: int | None = None
    video: bytes | None = None


class Cancelled(Exception):
    """Raised inside a generator whose work nobody wants any more."""


class Report:
    """Carries progress out of a generator, and the wish to stop into it. Any thread may use it.

    Args:
        tell: hears every progress, in the generator's thread.
    """

    def __init__(self, tell: Callable[[Progress], None] | None = None) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._cancelled = False
        self._stops: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether the work is not wanted any more."""
        return self._cancelled

    def __call__(self, progress: Progress) -> None:
        """Say how far the work is.

        Raises:
            Cancelled: it is not wanted any more.
        """
        if self._cancelled:
            raise Cancelled
        if self._tell:
            self._tell(progress)

    def cancel(self) -> None:
        """Stop the work: at once where it said how, else at its next report."""
        with self._lock:
            self._cancelled = True
            stops, self._stops = self._stops, []
        for stop in stops:
            stop()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """While inside, `cancel` calls `stop`, which must not block: it closes a socket, or sets a flag.

        Raises:
            Cancelled: on entering, when the work is not wanted any more.
        """
        with self._lock:
            if self._cancelled:
                raise Cancelled
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                if stop in self._stops:
                    self._stops.remove(stop)


class Relay(Report):
    """A report for a part of the work, whose progress is heard by another; it stops with the whole.

    Args:
        whole: of all the work.
        tell: hears the progress of this part.
    """

    def __init__(self, whole: Report, tell: Callable[[Progress], None]) -> None:
        super().__init__(tell)
        self._whole = whole

    @property
    def cancelled(self) -> bool:  # noqa: D102 (the report's)
        return self._whole.cancelled

    def __call__(self, progress: Progress) -> None:  # noqa: D102
        if self.cancelled:
            raise Cancelled
        if self._tell:
            self._tell(progress)

    def cancel(self) -> None:  # noqa: D102
        self._whole.cancel()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:  # noqa: D102
        with self._whole.stopping(stop):
            yield


class Generator(Protocol):
    """Paints prompts, one picture a call, each call in a thread of its own.

    It may have two more attributes: `moves`, whether it can paint what moves, and `model`, what it paints
    with (`Painting.model`), where that is known beforehand; see `can_move` and `model_of`.

    Attributes:
        name: under which it is chosen.
        slots: how many calls may run at once; others wait for their turn.
    """

    name: str
    slots: int

    def ready(self) -> None:
        """Raise what a generation would meet, as far as a few seconds can tell; return when all looks well.

        Raises:
            CycloramaError: what is in the way, what it means, what to do next.
        """
        ...

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`; `count` is for the caller.

        Call `report` before every part of the work that takes longer than about 50 ms; it raises `Cancelled`
        when the work is not wanted any more. Let that pass through. Where the work waits for something, such
        as an answer of another machine, wait inside `report.stopping`.

        Raises:
            CycloramaError: what happened, what it means, what to do next.
            Cancelled: nobody wants it any more.
        """
        ...


def can_move(generator: Generator) -> bool:
    """Return whether a generator can paint what moves; those who do not say cannot."""
    return bool(getattr(generator, "moves", False))


def model_of(generator: Generator) -> str:
    """Return what a generator says beforehand of what it paints with, or ""."""
    return str(getattr(generator, "model", ""))


def check_motion(generator: Generator, prompt: Prompt) -> None:
    """Return when a generator can do what a prompt asks for.

    Raises:
        InvalidRequest: it shall move, and the generator paints stills.
    """
    if prompt.motion and not can_move(generator):
        raise InvalidRequest(
            f"The generator {generator.name} paints stills: nothing of its pictures moves. Leave out the "
            "motion, or choose the generator scenery."
        )
