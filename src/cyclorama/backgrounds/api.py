"""Backgrounds from Python: `cyclorama.generate` and `cyclorama.agenerate`.

Each generator paints in threads of its own, as many as it has slots; other calls wait for their turn. One
more thread finds the generators, so that none is made twice.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pydantic import ValidationError

from cyclorama import settings as settings_
from cyclorama.backgrounds import moderation
from cyclorama.backgrounds.base import (
    SECONDS,
    Painting,
    Progress,
    Prompt,
    Report,
    any_seed,
    check_motion,
)
from cyclorama.backgrounds.generators import Generators
from cyclorama.errors import InvalidRequest, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from cyclorama.backgrounds.base import Generator
    from cyclorama.backgrounds.moderation import Moderator
    from cyclorama.settings import Settings

SIZE = "1280x720"
KINDS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}  # of files, by their suffix
MOVING = {".webm": "webm"}

_finding = ThreadPoolExecutor(1, thread_name_prefix="finding")


@dataclass(frozen=True, kw_only=True)
class Picture(Painting):
    """A painting, and what made it.

    Attributes:
        prompt: it, with the seed that was used, gives this painting again.
        generator: the name of the generator.
    """

    prompt: Prompt
    generator: str

    @classmethod
    def of(cls, painting: Painting, prompt: Prompt, generator: Generator) -> Picture:
        """Return `painting` with the prompt and the generator that made it."""
        seed = prompt.seed if painting.seed is None else painting.seed
        as_painted = {field.name: getattr(painting, field.name) for field in fields(Painting)} | {
            "seed": seed
        }
        return cls(**as_painted, prompt=prompt.model_copy(update={"seed": seed}), generator=generator.name)

    def encoded(self, kind: str) -> bytes:
        """Return it as png, jpeg or webp, or where it moves as webm; its metadata says how it was made.

        Raises:
            InvalidRequest: it shall be webm, and does not move.
        """
        if kind == "webm" and self.video is None:
            raise InvalidRequest("This picture does not move, so it is no WebM. Paint it with motion.")
        # NumPy comes with it, for which `cyclorama --help` need not wait.
        from cyclorama.backgrounds import metadata

        return metadata.encode(self, self.prompt, self.generator, kind)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a .png, .jpg, .webp or, where it moves, .webm file; its metadata says how it was made.

        A picture file of what moves holds its first frame.

        Raises:
            InvalidRequest: the name ends in something else, or in .webm and it does not move.
            OSError: it cannot be written.
        """
        path = Path(path)
        path.write_bytes(self.encoded(kind_of(path)))


def kind_of(path: Path) -> str:
    """Return the kind of picture that the name of a file asks for: png, jpeg, webp, or webm.

    Raises:
        InvalidRequest: it does not say.
    """
    known = KINDS | MOVING
    kind = known.get(path.suffix.lower())
    if not kind:
        raise InvalidRequest(f"{path.name} does not say which kind of picture: end it in {', '.join(known)}.")
    return kind


def generate(
    prompt: str | Prompt,
    *,
    size: str | tuple[int, int] = SIZE,
    negative: str = "",
    style: str = "",
    seed: int | None = None,
    motion: bool = False,
    seconds: int = SECONDS,
    generator: str | Generator | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Picture:
    """Paint a background, and return when it is done. Ctrl+C, or an error in `on_progress`, cancels the work.

    Args:
        prompt: what shall be in the picture; or a `Prompt`, which says all but the last two as well.
        size: width and height in pixels, as "1280x720" or (1280, 720).
        negative: what shall not be in the picture.
        style: the id of a style, such as "watercolour".
        seed: 0 to 2**32 - 1; the same one gives the same picture. None draws one.
        motion: whether it shall move: `Picture.video` is a loop then, and `Picture.image` its first frame.
        seconds: how long that loop lasts, 6 to 12.
        generator: a name, or one of your own; None is the one of the settings.
        on_progress: hears how far the work is, in the caller's thread.

    Returns:
        The painting, with what made it.

    Raises:
        InvalidRequest: something of what was asked for makes no sense; the message names it.
        CycloramaError: what the generator met: what happened, what it means, what to do next.
    """
    wanted = _wanted(prompt, size, negative, style, seed, motion, seconds)
    painter, threads = _finding.submit(_found, generator).result()
    check_motion(painter, wanted)
    events: SimpleQueue[Progress | None] = SimpleQueue()
    report = Report(events.put)
    work = threads.submit(painter.generate, wanted, report)
    work.add_done_callback(lambda _: events.put(None))
    try:
        while progress := events.get():
            if on_progress:
                on_progress(progress)
        return Picture.of(work.result(), wanted, painter)
    finally:
        report.cancel()
        work.cancel()


async def agenerate(
    prompt: str | Prompt,
    *,
    size: str | tuple[int, int] = SIZE,
    negative: str = "",
    style: str = "",
    seed: int | None = None,
    motion: bool = False,
    seconds: int = SECONDS,
    generator: str | Generator | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Picture:
    """Paint a background without blocking the event loop. Cancelling the task cancels the work.

    Takes, returns and raises what `generate` does; `on_progress` is called in the event loop.
    """
    wanted = _wanted(prompt, size, negative, style, seed, motion, seconds)
    loop = asyncio.get_running_loop()
    painter, threads = await loop.run_in_executor(_finding, _found, generator)
    check_motion(painter, wanted)
    events: asyncio.Queue[Progress | None] = asyncio.Queue()

    def tell(progress: Progress) -> None:
        loop.call_soon_threadsafe(events.put_nowait, progress)

    report = Report(tell)
    work = loop.run_in_executor(threads, painter.generate, wanted, report)
    work.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while progress := await events.get():
            if on_progress:
                on_progress(progress)
        return Picture.of(work.result(), wanted, painter)
    finally:
        report.cancel()
        work.cancel()


def wish(
    text: str,
    size: str | tuple[int, int],
    negative: str,
    style: str,
    seed: int | None,
    count: int = 1,
    *,
    motion: bool = False,
    seconds: int = SECONDS,
) -> Prompt:
    """Return the prompt that these make; without a seed, one is drawn.

    Raises:
        InvalidRequest: one of them makes no sense; the message names it.
    """
    width, height = _sides(size)
    try:
        return Prompt.model_validate(
            {
                "prompt": text,
                "negative": negative,
                "style": style,
                "width": width,
                "height": height,
                "seed": any_seed() if seed is None else seed,
                "count": count,
                "motion": motion,
                "seconds": seconds,
            }
        )
    except ValidationError as error:
        raise InvalidRequest(in_words(error.errors())) from error


def _sides(size: str | tuple[int, int]) -> Sequence[str | int]:
    sides = size.lower().split("x") if isinstance(size, str) else size
    if len(sides) != 2 or not all(str(side).isdigit() for side in sides):
        raise InvalidRequest(f"The size {size!r} is not WIDTHxHEIGHT, for example {SIZE}.")
    return sides


def _wanted(
    prompt: str | Prompt,
    size: str | tuple[int, int],
    negative: str,
    style: str,
    seed: int | None,
    motion: bool,
    seconds: int,
) -> Prompt:
    if not isinstance(prompt, Prompt):
        return wish(prompt, size, negative, style, seed, motion=motion, seconds=seconds)
    if (size, negative, style, seed, motion, seconds) != (SIZE, "", "", None, False, SECONDS):
        raise InvalidRequest(
            "A Prompt has its own size, negative, style, seed, motion and seconds: say them there."
        )
    if prompt.count != 1:
        raise InvalidRequest("One call paints one picture: go through prompt.samples().")
    return prompt


def _found(generator: str | Generator | None) -> tuple[Generator, ThreadPoolExecutor]:
    settings = settings_.load()
    if generator is None or isinstance(generator, str):
        painter = _generators(settings).get(generator or "")
    else:
        painter = moderation.moderated(generator, _moderators(settings))
    return painter, _threads(painter.name, painter.slots)


# Settings hardly ever change within a process; when they do, the former models may leave the memory.
@lru_cache(maxsize=1)
def _generators(settings: Settings) -> Generators:
    return Generators(settings)


@lru_cache(maxsize=1)
def _moderators(settings: Settings) -> Sequence[Moderator]:
    return moderation.moderators(settings)


@cache
def _threads(name: str, slots: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(slots, thread_name_prefix=name)
