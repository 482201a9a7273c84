"""What options of the live engine mean."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, NotFound, Unavailable
from cyclorama.matting import models

if TYPE_CHECKING:
    from cyclorama.picture import Look

MODELS = tuple(models())
MOST_FPS = 240
LEAST_SIDE, MOST_SIDE = 16, 7680


def check_model(name: str) -> None:
    """Stop unless there is a model of this name.

    Raises:
        InvalidRequest: there is none.
    """
    if name not in MODELS:
        raise InvalidRequest(f"There is no model {name!r}. There are: {', '.join(MODELS)}.")


def read_look(path: str | Path) -> Look:
    """Read a file that the studio exported.

    Raises:
        NotFound, Unavailable: there is none, or it cannot be read.
        InvalidRequest: it is no look.
    """
    from cyclorama.picture import Look

    path = Path(path).expanduser()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}. Export a look in the studio.") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"{path} holds no look. Export one in the studio.") from error
    return Look.from_json(text)


def read_size(text: str) -> tuple[int, int]:
    """Read WIDTHxHEIGHT, in pixels.

    Raises:
        InvalidRequest: it is not that.
    """
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.lower())
    sides = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in sides):
        raise InvalidRequest(f"The size {text!r} is not WIDTHxHEIGHT in pixels, for example 1280x720.")
    return sides


def read_fps(text: str) -> Fraction:
    """Read pictures a second, such as 30, 29.97 or 30000/1001.

    Raises:
        InvalidRequest: it is not that.
    """
    try:
        fps = Fraction(text)
    except (ValueError, ZeroDivisionError):
        fps = Fraction(0)
    if not 1 <= fps <= MOST_FPS:
        raise InvalidRequest(
            f"{text!r} pictures a second cannot be: 1 to {MOST_FPS}, for example 30 or 30000/1001."
        )
    return fps
