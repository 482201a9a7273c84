"""A file on a disk that may be full or gone at any moment."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, NotFound, SinkLost

if TYPE_CHECKING:
    from pathlib import Path

    from av import FFmpegError

FULL = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "Your share of the disk is full",
    errno.EFBIG: "The file is as large as this disk's file system or your account allows",
}


class GrowingFile:
    """What a muxer writes into.

    Once a write has failed, none is tried: a muxer that ends its file nevertheless would spoil what is there.
    Nothing waits in this process, so that it may be killed.

    Attributes:
        path: where it is.
        name: its name, for PyAV.
        problem: what a write failed with; None as long as none did.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.name = path.name
        self.problem: OSError | None = None
        self._descriptor = descriptor
        self._whole = 0

    @classmethod
    def create(cls, path: Path, *, overwrite: bool) -> GrowingFile:
        """Create a file, or empty the one that is there where it may be overwritten.

        Raises:
            InvalidRequest: there is one already, or the folder takes none.
            NotFound: there is no such folder.
            SinkLost: the disk is full.
        """
        flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL) | getattr(os, "O_BINARY", 0)
        try:
            return cls(path, os.open(path, flags, 0o666))
        except FileExistsError as error:
            raise InvalidRequest(
                f"{path} is there already, and nothing is overwritten. Choose another name, or remove it."
            ) from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(
                f"There is no folder {path.parent} to write {path.name} into. Make it first."
            ) from error
        except OSError as error:
            if error.errno in FULL:
                raise SinkLost(
                    f"{FULL[error.errno]}: {path.name} cannot be written. Free some space."
                ) from error
            raise InvalidRequest(
                f"{path} cannot be written: {error.strerror}. Choose another place."
            ) from error

    def lost(self, error: FFmpegError | OSError) -> SinkLost:
        """Say in words why no more can be written."""
        problem = self.problem or error
        number = problem.errno or 0
        if number in FULL:
            return SinkLost(
                f"{FULL[number]}: {self.name} ends here, and what was written plays. "
                "Free some space, or write to another disk."
            )
        return SinkLost(
            f"{self.name} cannot be written any more: {problem.strerror}. What was written plays. "
            "See whether its disk is still there."
        )

    def write(self, data: bytes) -> int:
        """Write all of it, for the muxer."""
        if self.problem is not None:
            raise OSError(self.problem.errno, self.problem.strerror)
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            self.problem = error
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._whole)
            raise
        return len(data)

    def mark(self) -> None:
        """Note that what is there is whole: should the next write fail, the file ends here."""
        self._whole = self.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere, for the muxer."""
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        """Say where it is, for the muxer."""
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def close(self) -> None:
        """Give the file back to the system, and remove it where nothing is in it; also twice."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            empty = os.fstat(descriptor).st_size == 0
            os.close(descriptor)
            if empty:
                self.path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Close and delete it, because nothing in it is worth keeping."""
        self.close()
        self.path.unlink(missing_ok=True)
