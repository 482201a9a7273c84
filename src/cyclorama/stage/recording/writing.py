"""The thread that records."""

from __future__ import annotations

import errno
import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.stage.recording.line import Line

ROUND = 0.1  # seconds between two looks at what has come: waking the thread for each packet would cost more

logger = logging.getLogger(__name__)


class Writing:
    """A thread that takes packets from lines and writes files, until it is stopped or the disk fails.

    Args:
        on_failure: called in the thread when it fails, with the reason in words.
    """

    def __init__(self, on_failure: Callable[[str], None]) -> None:
        self.lines: dict[str, Line] = {}  # by participant; others may add and remove them at any time
        self._on_failure = on_failure
        self._stop = threading.Event()
        # Not waited for when the process ends: a disk that hangs must not keep it.
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def stop(self, patience: float) -> bool:
        """Write what waits, end the files, and return whether that was done within `patience` seconds."""
        self._stop.set()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stop.wait(ROUND):
                for line in list(self.lines.values()):
                    line.drain()
                    line.take.tick(time.monotonic())
            for line in list(self.lines.values()):
                line.drain()
                line.take.close()
        except OSError as error:
            logger.error("recording stopped: %s", error)
            self._abandon()
            full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            cause = "there is no space left" if full else f"the files cannot be written ({error.strerror})"
            remedy = "Make space" if full else "Mend that"
            self._on_failure(
                f"Recording has stopped, because {cause}. What was recorded until then is kept. "
                f"{remedy}, then start it again."
            )
        except Exception:
            logger.exception("recording stopped")
            self._abandon()
            self._on_failure(
                "Recording has stopped, because of an error that it does not know. What was recorded until "
                "then is kept. The server's log says more; please report it."
            )

    def _abandon(self) -> None:
        """End what files can still be ended; the others are good up to their last second."""
        for line in list(self.lines.values()):
            with suppress(Exception):
                line.take.close()
