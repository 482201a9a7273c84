"""Files for people: named for what is in them, and there whole or not at all."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

MOST_LETTERS = 60  # of the prompt, in the name of a file


def name_for(prompt: str) -> str:
    """Return a name without a suffix for a file that shows `prompt`: its words, joined by hyphens."""
    words = "-".join(re.findall(r"\w+", prompt.casefold()))
    return words[:MOST_LETTERS].rstrip("-") or "background"


@contextmanager
def whole(path: Path, new: bool = False) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` when all is written, and is gone when something went wrong.

    Args:
        path: where it shall be.
        new: never take the place of another file.

    Raises:
        InvalidRequest: something is there that is no file.
        FileExistsError: `new`, and there is a file by now.
        Unavailable: it cannot be written.
    """
    if path.exists() and not path.is_file():
        raise InvalidRequest(f"{path} is not a file. Choose another name.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            with part.open("xb") as file:
                yield file
            if new:
                path.open("xb").close()
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError:
        raise
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be written: {error.strerror or error}. Choose another place."
        ) from error


def write_first_free(paths: Iterable[Path], data: bytes) -> Path:
    """Write a file under the first of these names that nothing has, and return that.

    Raises:
        Unavailable: it cannot be written.
    """
    for path in paths:
        if path.exists():
            continue
        try:
            with whole(path, new=True) as file:
                file.write(data)
        except FileExistsError:  # made by somebody else just now
            continue
        return path
    raise AssertionError("there is always a free name")
