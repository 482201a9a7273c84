"""LiteRT tells on standard error which delegate it made, with no way to turn that off: it is kept off it."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHATTER = b"INFO: "
STDERR = 2

_lock = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out the lines that begin with `INFO: `; all else that was written comes out at the end.

    It holds for the whole process, other threads included, so keep it short.
    """
    with _lock, tempfile.TemporaryFile() as kept:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            terminal = os.dup(STDERR)
        except OSError:  # there is no standard error
            yield
            return
        os.dup2(kept.fileno(), STDERR)
        try:
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(terminal, STDERR)
            os.close(terminal)
            kept.seek(0)
            if said := b"".join(line for line in kept if not line.startswith(CHATTER)):
                os.write(STDERR, said)
