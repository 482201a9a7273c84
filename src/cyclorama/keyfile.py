"""Secrets that are made on first start and kept in a file that only their owner may read."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable


CREATOR = "creator-key"  # in the data folder; who shows it may do what creators do
CERTIFICATE = "tls/cert.pem"  # there, too: the certificate that a studio made for itself, which is no secret


def keep(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret in `path`, made by `make` if there is none yet.

    The file has mode 0600 from its first byte and appears whole or not at all, and of two processes that
    start at once, both end up with the same secret.

    Raises:
        Unavailable: the file cannot be read or written.
    """
    try:
        with suppress(FileNotFoundError):
            return path.read_bytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
            # Unlike a rename, a link never replaces what another process has put there meanwhile.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            Path(draft).unlink()
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error


def read(path: Path) -> bytes:
    """Return the secret in `path`, b"" if there is none yet.

    Raises:
        Unavailable: the file cannot be read.
    """
    try:
        with suppress(FileNotFoundError):
            return path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    return b""


def _unusable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"The key file {path} cannot be used: {error.strerror}. "
        "Mend its permissions, or set CYCLORAMA_DATA to a folder of your own."
    )
