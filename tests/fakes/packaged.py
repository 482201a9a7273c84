"""The functions' package as Lambda would find it in /var/task, with wheels for this machine."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import zipfile
from typing import TYPE_CHECKING

from cyclorama.aws import package
from cyclorama.aws.wheels import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def unpacked(folder: Path) -> Path:
    """Return a folder below `folder` that holds the package; it is built when it is not there.

    Nobody writes to it: other processes use it, too, and other runs.
    """
    with alone(folder):
        built = package.kept(HERE, cache=folder)
        target = folder / f"unpacked-{built.sha256}"
        if not target.is_dir():
            for old in folder.glob("unpacked-*"):
                shutil.rmtree(old)
            draft = folder / "unpacked-draft"
            with zipfile.ZipFile(built.path) as archive:
                archive.extractall(draft)
            draft.rename(target)
    return target


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let other processes wait, so that all of them find what the first one builds."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
