"""The picture of one source and the sound of another, on one clock."""

from __future__ import annotations

import heapq
import threading
import time
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, SourceLost
from cyclorama.live.base import Sound
from cyclorama.live.clock import DeviceClock
from cyclorama.live.sources.pace import Pace
from cyclorama.live.sources.reading import LiveSource, let_go
from cyclorama.live.sources.times import at
from cyclorama.picture import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.live.base import Source

AGAIN_S = (0.5, 1.0, 2.0, 5.0, 10.0)  # a lost microphone is looked for after each of these, then every last
GRACE_S = 2.0


def joined(picture: Source, sound: Source) -> Source:
    """Return one source with the pictures of the one and the sound of the other.

    Live sources are put on one clock by when things arrive. A recording's sound beside a live picture is
    played at its own pace; two recordings begin together. A microphone that is lost leaves the picture alone,
    and is looked for; what is wrong with it is in `problem`.

    Raises:
        InvalidRequest: the picture is a recording and the sound is live.
    """
    if picture.live:
        return JoinedLive(picture, sound)
    if sound.live:
        raise InvalidRequest(
            f"{picture.name} is a recording, and comes faster than {sound.name} can be heard. "
            "Take its own sound, or another recording's; or pace it, as if it were a camera."
        )
    return JoinedFiles(picture, sound)


class JoinedFiles:
    """The pictures of one recording, the sound of another, in the order of their times."""

    live = False
    has_sound = True

    def __init__(self, picture: Source, sound: Source) -> None:
        self.name = picture.name
        self._sources = picture, sound

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Open both; see `Source`."""
        picture, sound = self._sources
        return heapq.merge(
            (item for item in picture if isinstance(item, Frame)),
            (item for item in sound if isinstance(item, Sound)),
            key=lambda item: item.seconds or 0.0,
        )

    def close(self) -> None:
        """End the iteration, from any thread."""
        for source in self._sources:
            source.close()


class JoinedLive(LiveSource):
    """A live picture, and the sound of something else.

    Attributes:
        problem: why there is no sound right now; "" where there is.
    """

    patience = None  # its sources have their own
    has_sound = True

    def __init__(self, picture: Source, sound: Source) -> None:
        super().__init__(picture.name)
        self._picture, self._sound = picture, sound
        self._began: float | None = None
        self.problem = ""

    def close(self) -> None:
        """End the iteration, from any thread."""
        super().close()
        self._picture.close()
        self._sound.close()

    def _read(self, stopping: threading.Event) -> Iterator[Frame | Sound]:
        began = self._began = self._began or time.monotonic()
        done = threading.Event()
        hearing = threading.Thread(target=self._hear, args=(done, began), daemon=True)
        hearing.start()
        clock = DeviceClock()
        pictures = iter(self._picture)
        try:
            for item in pictures:
                if isinstance(item, Frame):
                    yield at(item, clock.map(item.seconds or 0.0, time.monotonic() - began))
        finally:
            let_go(pictures)
            done.set()
            hearing.join(GRACE_S)

    def _hear(self, done: threading.Event, began: float) -> None:
        reader, clock, pace = self._reader, DeviceClock(), Pace(done)
        assert reader is not None  # noqa: S101 (it reads)
        tries = 0
        while not done.is_set():
            sounds = iter(self._sound)
            try:
                for item in sounds:
                    if done.is_set():
                        return
                    if isinstance(item, Sound) and (self._sound.live or pace.wait(item.seconds)):
                        tries, self.problem = 0, ""
                        lasts = len(item.samples) / item.rate if self._sound.live else 0.0
                        reader.put(at(item, clock.map(item.seconds, time.monotonic() - began - lasts)))
                return
            except SourceLost as error:
                self.problem = error.detail
                done.wait(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
                tries += 1
            except Exception as error:  # raised in the thread that iterates
                reader.end(error)
                return
            finally:
                let_go(sounds)
