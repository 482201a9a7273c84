"""One file of a recording, and the times of what is in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cyclorama.stage.recording.codecs import RECORDABLE
from cyclorama.stage.recording.matroska import Track, Writer
from cyclorama.stage.recording.names import new_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cyclorama.stage.codecs import Kind
    from cyclorama.stage.recording.frames import Frame, Look

SETTLE = 1.0  # seconds after which a frame is in the file though no later one comes


class File:
    """A file that frames go into. Each method raises `OSError` when the disk does not take more.

    Args:
        folder: where it will be.
        user_id: whose it is.
        together: the codecs that the publisher sends, by kind.
        zero: its beginning, on `time.monotonic`.
        look: of its first picture; None where there is sound alone.
    """

    def __init__(
        self, folder: Path, user_id: str, together: Mapping[Kind, str], zero: float, look: Look | None
    ) -> None:
        codecs = {kind: RECORDABLE.get(name.upper()) for kind, name in sorted(together.items(), reverse=True)}
        tracks = {
            kind: Track(codec.id, look if kind == "video" else None)
            for kind, codec in codecs.items()
            if codec is not None and (kind == "audio" or look is not None)
        }
        began = time.time() - (time.monotonic() - zero)
        path = new_path(folder, began, user_id)
        self.name = path.name
        self.together = together
        self.kinds = tuple(tracks)
        self._zero = zero
        self._last = dict.fromkeys(tracks, -1)
        self._pending_since = 0.0
        self._writer = Writer(path, user_id, began, tuple(tracks.values()))

    def write(self, kind: Kind, taken: float, frame: Frame) -> None:
        """Add a frame that was taken then. Sound of before the beginning is left out."""
        if kind not in self._last:
            return
        moment = round((taken - self._zero) * 1000)
        if kind == "audio" and moment < 0:
            return
        self._last[kind] = moment = max(moment, self._last[kind] + 1)
        if not self._writer.pending:
            self._pending_since = time.monotonic()
        self._writer.write(self.kinds.index(kind), moment, frame.data, key=frame.key)

    def settle(self, now: float) -> None:
        """Put into the file what has waited long enough."""
        if self._writer.pending and now - self._pending_since >= SETTLE:
            self._writer.flush()

    def close(self) -> None:
        """End it."""
        self._writer.close()
