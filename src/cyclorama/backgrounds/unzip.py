"""A zip that comes from anywhere, read without harm to memory or time."""

from __future__ import annotations

import os
import struct
import zlib
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cyclorama.errors import InvalidRequest, TooLarge, UnsupportedMedia

MAX_DIRECTORY = 8_000_000  # bytes of the zip's own list of names: some 25,000 backgrounds
MAX_READ = 32_000_000
MAX_SHRUNK = 200  # no picture and no text of ours packs better than this, and a bomb does
ENCRYPTED = 0x1
# What Python's zipfile raises, in its several layers, for a zip that is broken or made to break it.
BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)


def opened(file: BinaryIO) -> ZipFile:
    """Read the list of what is in a zip, when that list is neither huge nor a trick.

    Raises:
        UnsupportedMedia: it is no zip, or a broken one.
        InvalidRequest: it is made to do harm.
    """
    size = file.seek(0, os.SEEK_END)
    bounded = _Bounded(file)
    try:
        archive = ZipFile(bounded)
    except BROKEN as error:
        raise UnsupportedMedia(
            "The file is not a zip, or one that is broken or cut short. Export it again."
        ) from error
    bounded.most = MAX_READ
    if sum(info.compress_size for info in archive.infolist()) > size:
        raise InvalidRequest("The zip's parts lie upon each other, as in one that is made to do harm.")
    return archive


def read(archive: ZipFile, info: ZipInfo, most: int) -> bytes:
    """Return what one name in a zip stands for, when that is at most `most` bytes.

    Raises:
        TooLarge: it is more, or packed more tightly than anything useful is.
        UnsupportedMedia: it is encrypted, or compressed by other means than everybody's.
        InvalidRequest: it is broken.
    """
    if info.file_size > min(most, MAX_SHRUNK * max(info.compress_size, 1)):
        raise TooLarge("It is larger than such a file can be.")
    if info.flag_bits & ENCRYPTED:
        raise UnsupportedMedia("It is encrypted. Save the zip without a password.")
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnsupportedMedia("It is compressed in a way that is not read here.")
    try:
        with archive.open(info) as member:
            return member.read(most)
    except BROKEN as error:
        raise InvalidRequest("It is broken.") from error


class _Bounded:
    """A file of which nobody reads more than `most` bytes at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.most = MAX_DIRECTORY
        self.seek = file.seek
        self.tell = file.tell

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > self.most:
            raise BadZipFile
        return self._file.read(size)
