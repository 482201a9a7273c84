"""The recorder of one stage: it listens to feeds, and a thread of its own writes what they send."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cyclorama.errors import NotFound, Unavailable
from cyclorama.stage.recording import matroska, names
from cyclorama.stage.recording.line import Ear, Line
from cyclorama.stage.recording.take import ABSENCE, Take
from cyclorama.stage.recording.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cyclorama.stage.forward import Feed

END_TIMEOUT = 20.0  # seconds that a slow disk gets to take the rest

logger = logging.getLogger(__name__)


class Recording(NamedTuple):
    """One file: when it began in Unix seconds, how long it plays, whether it still grows."""

    name: str
    user_id: str
    started_at: float
    seconds: float
    bytes: int
    open: bool


class State(NamedTuple):
    """How a stage's recording is.

    Attributes:
        recording: whether it runs.
        since: when it began, in Unix seconds; None while it does not run.
        folder: where files go.
        files: all that are there, the oldest first.
        dropped: packets that a slow disk has cost the last recording.
        problem: why it stopped by itself; "" when it did not.
    """

    recording: bool
    since: float | None
    folder: str
    files: list[Recording]
    dropped: int
    problem: str


@dataclass(eq=False)
class _Followed:
    user_id: str
    feed: Feed
    unlisten: Callable[[], None] | None = None


class Recorder:
    """Records a stage into `folder`: a file for each participant, or more.

    It belongs to one event loop. Forwarding never waits for it: packets go through bounded lines to a thread,
    and a disk that does not keep up costs the recording packets, not the viewers. `on_change` is called when
    it starts and when it stops, also by itself.
    """

    def __init__(self, folder: Path) -> None:
        self.on_change: Callable[[], None] = _nothing
        self._folder = folder
        self._followed: dict[str, _Followed] = {}
        self._left: dict[str, float] = {}  # when participants left whose files may still be open
        self._writing: Writing | None = None
        self._changing = asyncio.Lock()
        self._since: float | None = None
        self._dropped = 0
        self._problem = ""

    @property
    def recording(self) -> bool:
        """Whether it runs."""
        return self._since is not None

    def follow(self, participant_id: str, user_id: str, feed: Feed) -> None:
        """Record this feed, now or once recording starts, until `forget`."""
        self.forget(participant_id)
        self._followed[participant_id] = _Followed(user_id, feed)
        self._left.pop(participant_id, None)
        if self.recording:
            self._listen(participant_id)

    def forget(self, participant_id: str) -> None:
        """Stop listening to somebody who has left. Their file ends unless they are back soon."""
        followed = self._followed.pop(participant_id, None)
        if followed is not None and followed.unlisten is not None:
            followed.unlisten()
            self._left[participant_id] = time.monotonic()
        self._prune()

    async def start(self) -> None:
        """Record everybody from now on. Where it runs already, nothing changes.

        Raises:
            Unavailable: nothing can be written to the folder.
        """
        async with self._changing:
            if self.recording:
                return
            await self._end()
            try:
                await asyncio.to_thread(self._prepare)
            except Unavailable as error:
                self._problem = error.detail
                raise
            loop = asyncio.get_running_loop()
            writing = Writing(lambda reason: _tell(loop, partial(self._failed, writing, reason)))
            self._writing = writing
            self._since = time.time()
            self._dropped = 0
            self._problem = ""
            for participant_id in self._followed:
                self._listen(participant_id)
            self.on_change()

    async def stop(self) -> None:
        """Record no more, and return when all files are ended."""
        async with self._changing:
            await self._end()

    async def state(self) -> State:
        """Tell how it is, with all files."""
        writing = self._writing
        lines = list(writing.lines.values()) if writing is not None else []
        open_names = {line.take.name for line in lines} if self.recording else set()
        files = await asyncio.to_thread(_files, self._folder, open_names)
        dropped = self._dropped + sum(line.dropped for line in lines)
        return State(self.recording, self._since, str(self._folder), files, dropped, self._problem)

    def path(self, name: str) -> Path:
        """Return where the file of that name is.

        Raises:
            NotFound: there is none.
        """
        path = self._folder / name
        if not names.is_name(name) or not path.is_file():
            raise NotFound(
                f"There is no recording {name!r} of this stage. Ask for the list of those there are."
            )
        return path

    def _listen(self, participant_id: str) -> None:
        writing, followed = self._writing, self._followed[participant_id]
        if writing is None:
            return
        line = writing.lines.get(participant_id)
        feed = followed.feed
        if line is None:
            line = Line(Take(self._folder, followed.user_id))
            writing.lines[participant_id] = line
        loop = asyncio.get_running_loop()
        line.take.want_key_frame = lambda: _tell(loop, feed.want_key_frame)
        followed.unlisten = feed.listen({kind: Ear(line, feed, kind) for kind in ("audio", "video")})

    def _unlisten(self) -> None:
        for followed in self._followed.values():
            if followed.unlisten is not None:
                followed.unlisten()
                followed.unlisten = None

    def _prune(self) -> None:
        """Let go of the lines of those who left so long ago that their files have ended."""
        lines = self._writing.lines if self._writing is not None else {}
        for participant_id, left in list(self._left.items()):
            line = lines.get(participant_id)
            if line is None or (line.take.name is None and time.monotonic() - left > ABSENCE):
                del self._left[participant_id]
                if line is not None:
                    self._dropped += line.dropped
                    del lines[participant_id]

    async def _end(self) -> None:
        self._unlisten()
        if self.recording:
            self._since = None
            self.on_change()
        writing = self._writing
        if writing is None:
            return
        if not await asyncio.to_thread(writing.stop, END_TIMEOUT):
            logger.warning("the disk has not taken the end of the recording within %.0f s", END_TIMEOUT)
        self._dropped += sum(line.dropped for line in writing.lines.values())
        self._writing = None

    def _failed(self, writing: Writing, reason: str) -> None:
        if writing is self._writing:
            self._problem = reason
            self._since = None
            self._unlisten()
            self.on_change()

    def _prepare(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as trial:
                trial.write(b"trial")
        except OSError as error:
            raise Unavailable(
                f"Nothing can be recorded, because {self._folder} cannot be written: {error.strerror}. "
                "Mend that, or set CYCLORAMA_RECORDINGS to another folder."
            ) from error


def _nothing() -> None:
    """Do nothing, until somebody wants to know."""


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody is there to be told
        loop.call_soon_threadsafe(what)


def _files(folder: Path, open_names: set[str | None]) -> list[Recording]:
    recordings = []
    for path in sorted(folder.glob(f"*{names.SUFFIX}")):
        if not names.is_name(path.name):
            continue
        with suppress(OSError, ValueError):  # deleted just now, or nothing of ours
            title, began, seconds = matroska.summary(path)
            size = path.stat().st_size
            recordings.append(Recording(path.name, title, began, seconds, size, path.name in open_names))
    return recordings
