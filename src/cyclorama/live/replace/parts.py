"""The parts of a file that is being made, each there whole or not at all: work goes on after any end."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import av

from cyclorama.errors import Conflict, InvalidRequest, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = "state.json"
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Part:
    """Some seconds of the picture.

    Attributes:
        times: of its frames, in units of the recording's time base, as they are shown.
        order: of its packets: which frame of the part each is of.
        bytes: of its file; 0 where it has none.
    """

    times: list[int]
    order: list[int]
    bytes: int


class Parts:
    """A folder with what is made already, and what it is made of.

    Args:
        folder: beside the file that it becomes.
        suffix: of its parts.
        made_of: what decides how it looks, as JSON can hold it. Parts of
            anything else are thrown away.

    Raises:
        InvalidRequest: the folder is there, and is none of these.
        Unavailable: it cannot be written.
    """

    def __init__(self, folder: Path, suffix: str, made_of: dict[str, Any]) -> None:
        self.folder = folder
        self._suffix = suffix
        self.thrown_away = False
        made_of = json.loads(json.dumps(made_of))
        if self._made_of() not in (None, made_of):
            self._empty()
            self.thrown_away = True
        write(folder / STATE, made_of)
        self.done = self._found()

    def file(self, number: int) -> Path:
        """Where the part of this number (from 1) lies."""
        return self.folder / f"{number:06d}{self._suffix}"

    @property
    def joined(self) -> Path:
        """Where the whole lies until it takes its place."""
        return self.folder / "joined"

    @property
    def pictures(self) -> Path:
        """Where PNG pictures gather."""
        return self.folder / "pictures"

    @property
    def frames(self) -> int:
        """How many are done."""
        return sum(len(part.times) for part in self.done)

    @property
    def last(self) -> int | None:
        """The time of the last frame that is done."""
        return self.done[-1].times[-1] if self.done else None

    def add(self, part: Part) -> None:
        """Keep the next part, whose file is complete."""
        write(self.folder / f"{len(self.done) + 1:06d}.json", asdict(part))
        self.done.append(part)

    def remove(self) -> None:
        """Throw all of it away."""
        shutil.rmtree(self.folder)

    @classmethod
    @contextmanager
    def begin(cls, folder: Path, suffix: str, made_of: dict[str, Any]) -> Iterator[Parts]:
        """Make the folder, or go on in it; no other process can do so meanwhile.

        Raises:
            Conflict: another one does.
            InvalidRequest, Unavailable: as above.
        """
        if folder.is_dir() and any(folder.iterdir()) and not (folder / STATE).exists():
            raise InvalidRequest(
                f"{folder} is there and holds something else. Move it away, or choose another name for the "
                "output."
            )
        with writing(folder):
            folder.mkdir(exist_ok=True)
        with alone(folder):
            with writing(folder):
                parts = cls(folder, suffix, made_of)
            yield parts

    def _empty(self) -> None:
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()

    def _made_of(self) -> Any:
        """None where nothing was begun."""
        try:
            return json.loads((self.folder / STATE).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            return "unreadable"

    def _found(self) -> list[Part]:
        found: list[Part] = []
        while True:
            number = len(found) + 1
            try:
                part = Part(**json.loads((self.folder / f"{number:06d}.json").read_text("utf-8")))
                whole = part.bytes == 0 or self.file(number).stat().st_size == part.bytes
            except (OSError, ValueError, TypeError):
                return found
            if not whole:
                return found
            found.append(part)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Have what cannot be written there said in words.

    Raises:
        Unavailable: in place of the system's or FFmpeg's error.
    """
    try:
        yield
    except (OSError, av.FFmpegError) as error:
        raise Unavailable(
            f"{folder} cannot be written: {error.strerror or error}. What is done is kept: make room, and "
            "the same command goes on from there."
        ) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder, until this one is done or dead.

    Raises:
        Conflict: another one is at work there.
    """
    if sys.platform == "win32":  # where a file that is open cannot be replaced either
        yield
        return
    import fcntl

    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                f"Another command is making this file, in {folder}. Wait for it, or choose another name."
            ) from error
        yield


def write(path: Path, content: object) -> None:
    """Write JSON so that it is there whole or not at all, even if the power fails."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
