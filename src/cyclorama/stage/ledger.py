"""What the local stages must not forget when the server stops, in one small file.

The file is owner-only, replaced as a whole, and on the disk before anybody is told so: whatever moment the
server dies at, it holds either the old or the new content. A change reads the file anew: servers that share a
folder do not undo each other's changes, though each knows only of those before its start.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "stages.json"


class Entry(BaseModel):
    """A stage; `created_at` is in Unix seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern="^[a-z]{12}$")]
    name: Annotated[str, Field(min_length=1)]
    created_at: int


class Content(BaseModel):
    """The file: all stages but the default one, and whoever was sent away with their token's expiry."""

    model_config = ConfigDict(extra="forbid")

    stages: list[Entry] = []
    sent_away: dict[str, int] = {}


class Ledger:
    """The file in `folder`. `stages` are those of the start.

    Raises:
        Unavailable: the file is there and cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._writing = threading.Lock()
        content = self._read()
        self.stages = content.stages
        self._away = content.sent_away

    def is_away(self, participant_id: str) -> bool:
        """Whether that participant was sent away."""
        return participant_id in self._away

    async def add(self, stage: Entry) -> None:
        """Keep a stage.

        Raises:
            Unavailable: the file cannot be written; it is as before.
        """
        await asyncio.to_thread(self._change, lambda content: content.stages.append(stage))

    async def remove(self, stage_id: str) -> None:
        """Forget a stage.

        Raises:
            Unavailable: the file cannot be written; it is as before.
        """

        def change(content: Content) -> None:
            content.stages = [each for each in content.stages if each.id != stage_id]

        await asyncio.to_thread(self._change, change)

    async def send_away(self, participant_id: str, expires_at: int) -> None:
        """Keep who was sent away until their token expires. `is_away` knows it at once.

        Raises:
            Unavailable: the file cannot be written; `is_away` knows it all the same.
        """
        now = time.time()
        self._away = {each: expires for each, expires in self._away.items() if expires > now}
        self._away[participant_id] = expires_at
        away = dict(self._away)
        await asyncio.to_thread(self._change, lambda content: content.sent_away.update(away))

    def _read(self) -> Content:
        try:
            return Content.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return Content()
        except OSError as error:
            raise Unavailable(
                f"The list of stages, {self._path}, cannot be read: {error.strerror}. "
                "Mend its permissions, or set CYCLORAMA_DATA to a folder of your own."
            ) from error
        except ValidationError as error:
            raise Unavailable(
                f"The list of stages, {self._path}, is damaged. Put back a good copy, or delete it: all "
                "stages but the default one are gone then, and whoever was sent away may come back."
            ) from error

    def _change(self, change: Callable[[Content], object]) -> None:
        with self._writing:
            content = self._read()
            change(content)
            now = time.time()
            content.sent_away = {
                each: expires for each, expires in content.sent_away.items() if expires > now
            }
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                _replace(self._path, content.model_dump_json(indent=1).encode())
            except OSError as error:
                raise Unavailable(
                    f"The list of stages, {self._path}, cannot be written: {error.strerror}, so a restart "
                    "would undo this. Make room or mend its permissions, and try again."
                ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that it holds the old or the new content, whenever the machine stops."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    with suppress(OSError):  # where a folder cannot be synced, its own file system sees to it
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
