"""From the words of a command or a form to a backdrop."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from cyclorama import settings as settings_
from cyclorama.backgrounds import api, upload
from cyclorama.backgrounds.base import MAX_MOVING_PIXELS, MAX_PIXELS, MAX_SIDE, MIN_SIDE
from cyclorama.errors import CycloramaError, InvalidRequest, NotFound
from cyclorama.live.backdrops.picture import Picture
from cyclorama.live.backdrops.plain import Blur, Colour, NoBackground, Transparent
from cyclorama.live.backdrops.video import Video

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.backgrounds.base import Generator, Progress
    from cyclorama.backgrounds.library import Library
    from cyclorama.live.base import Backdrop

logger = logging.getLogger(__name__)

LIBRARY = "library:"
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic"}
VIDEOS = {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".ogv", ".wmv"}
SEPARATORS = re.compile(r"[/\\]" if os.name == "nt" else "/")
WHOLE_ID = 22


class Kind(StrEnum):
    """What a text that names a backdrop can mean."""

    BLUR = "blur"
    NONE = "none"
    TRANSPARENT = "transparent"
    COLOUR = "colour"
    LIBRARY = "library"
    FILE = "file"
    PROMPT = "prompt"


def kind_of(text: str) -> Kind:
    """Say what a text means, without looking whether it is there.

    What has the suffix of a picture or video, or a path's separator, is a file.
    """
    text = text.strip()
    if text.lower() in {Kind.BLUR, Kind.NONE, Kind.TRANSPARENT}:
        return Kind(text.lower())
    if text.startswith("#"):
        return Kind.COLOUR
    if text.startswith(LIBRARY):
        return Kind.LIBRARY
    if Path(text).suffix.lower() in PICTURES | VIDEOS or SEPARATORS.search(text):
        return Kind.FILE
    return Kind.PROMPT


def open_backdrop(
    text: str,
    *,
    size: tuple[int, int] = (1280, 720),
    generator: str | Generator | None = None,
    negative: str = "",
    style: str = "",
    seed: int | None = None,
    motion: bool = False,
    files: bool = True,
    live: bool = True,
    on_progress: Callable[[Progress], object] | None = None,
    library: Library | None = None,
    keep: bool = False,
) -> Backdrop:
    """Open what a text names; a prompt is painted, which takes as long as its generator needs.

    Not to be called from within an event loop.

    Args:
        text: blur, none, transparent, #rrggbb, the path of a picture or a video, library:ID (or an id's
            beginning), else a prompt.
        size: of the frames behind which it will stand, (width, height).
        generator: a name, or one of your own; None is the one of the settings.
        negative: what shall not be in the picture.
        style: the id of a style, such as "watercolour".
        seed: 0 to 2**32 - 1; the same one gives the same picture. None draws one.
        motion: whether what is painted shall move; `on_progress` then hears of it as a whole preview first.
        files: whether it may be a path; without it, what looks like one is a prompt like any other.
        live: a live stream never waits for a video; a recording gets the right frame of it each time.
        on_progress: hears, in this thread, how far the painting is; an error in it cancels the work.
        library: None is the one of the settings.
        keep: whether what is painted is kept there, as a studio does.

    Raises:
        InvalidRequest, NotFound, TooLarge, UnsupportedMedia: it can never work; the message says why.
        CycloramaError: what a generator or the library met.
    """
    text = text.strip()
    match kind_of(text):
        case Kind.BLUR:
            return Blur()
        case Kind.NONE:
            return NoBackground()
        case Kind.TRANSPARENT:
            return Transparent()
        case Kind.COLOUR:
            return Colour.parse(text)
        case Kind.LIBRARY:
            return asyncio.run(_from_library(library, text.removeprefix(LIBRARY), size, live))
        case Kind.FILE if files:
            return _from_file(Path(text).expanduser(), size, live)
        case Kind.FILE | Kind.PROMPT:
            painted = api.generate(
                text,
                size=_paintable(size, MAX_MOVING_PIXELS if motion else MAX_PIXELS),
                negative=negative,
                style=style,
                seed=seed,
                motion=motion,
                generator=generator,
                on_progress=on_progress,
            )
            if keep:
                asyncio.run(_keep(library, painted))
            if painted.video is not None:
                return Video(painted.video, text, size=size, live=live)
            return Picture(painted.image, text)


def _from_file(path: Path, size: tuple[int, int], live: bool) -> Backdrop:
    if path.is_dir():
        raise InvalidRequest(f"{path} is a folder. Name a picture or a video in it.")
    if not path.exists():
        raise NotFound(
            f"There is no file {path}. Were these words for a picture to be painted? Then leave out "
            "slashes, and suffixes such as .png."
        )
    return Picture.open(path) if _is_picture(path) else Video(path, size=size, live=live)


def _is_picture(path: Path) -> bool:
    """Whether a file begins like a picture, whatever its name and whether it is a good one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.open(path, formats=upload.FORMATS).close()
    except UnidentifiedImageError:
        return False
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return True  # reading it says what is wrong
    return True


async def _keep(library: Library | None, painted: api.Picture) -> None:
    """Without it, the picture is on air all the same."""
    from cyclorama.backgrounds.library import Library

    try:
        library = library or Library.of(settings_.load())
        await library.add(painted, painted.prompt, painted.generator)
    except CycloramaError as error:
        logger.warning("The painting was not kept in the library. %s", error.detail)


async def _from_library(library: Library | None, id_: str, size: tuple[int, int], live: bool) -> Backdrop:
    # The store takes a tenth of a second, for which nothing else need wait.
    from cyclorama.backgrounds.library import Library

    library = library or Library.of(settings_.load())
    if len(id_) != WHOLE_ID:
        id_ = _only([each.id for each in await library.list() if id_ and each.id.startswith(id_)], id_)
    try:
        background, data = await library.get(id_), await library.image(id_)
    except NotFound as error:
        raise _not_there(id_) from error
    if background.media_type.startswith("video/"):
        return Video(data, background.prompt, size=size, live=live)
    return Picture.decode(data, background.prompt)


def _only(found: list[str], id_: str) -> str:
    if not found:
        raise _not_there(id_)
    if len(found) > 1:
        raise InvalidRequest(f"{id_!r} may be {' or '.join(found[:4])}. Give more of it.")
    return found[0]


def _not_there(id_: str) -> NotFound:
    return NotFound(f"The library has no background {id_!r}. See: cyclorama backgrounds list")


def _paintable(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    """Return the nearest size that generators paint, of at most so many pixels; it is fitted to the frame."""
    width, height = size
    scale = min(1.0, MAX_SIDE / max(size), (pixels / (width * height)) ** 0.5)
    return max(MIN_SIDE, int(width * scale)), max(MIN_SIDE, int(height * scale))
