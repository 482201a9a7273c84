"""What PyAV's errors mean to the person who named a file or an address."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import av

from cyclorama.errors import CycloramaError, InvalidRequest, NotFound, SourceLost, UnsupportedMedia

if TYPE_CHECKING:
    from pathlib import Path


def of_file(error: av.error.FFmpegError, path: Path) -> CycloramaError:
    """Say why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return NotFound(f"There is no file {path}. Check the path.")
    if isinstance(error, PermissionError):
        return InvalidRequest(f"{path} may not be read by this user. Change its permissions, or copy it.")
    if isinstance(error, IsADirectoryError):
        return InvalidRequest(f"{path} is a folder. Name a file in it.")
    if isinstance(error, av.error.InvalidDataError):
        return UnsupportedMedia(
            f"{path} is no video or sound that can be read. If it is a recording that was broken off, its "
            "index is missing: MP4 and MOV cannot be read without one."
        )
    return UnsupportedMedia(f"{path} cannot be read: {error.strerror}.")


def of_network(error: av.error.FFmpegError, address: str, *, seen: bool) -> CycloramaError:
    """Say why a stream cannot be read; one that was `seen` before may always come back."""
    if isinstance(error, av.error.ProtocolNotFoundError):
        scheme = address.partition("://")[0]
        return InvalidRequest(
            f"This build of PyAV cannot read {scheme}:// addresses. Have a program such as ffmpeg or "
            "MediaMTX fetch it and offer it as rtsp:// or rtmp://."
        )
    if isinstance(error, av.error.ExitError | TimeoutError):
        return SourceLost(f"{shown(address)} gives nothing. The sender or the network stands still.")
    if not seen:
        if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
            return InvalidRequest(
                f"{shown(address)} wants other credentials. "
                "Write them into the address: scheme://USER:PASSWORD@HOST/..."
            )
        if isinstance(error, av.error.HTTPNotFoundError):
            return NotFound(f"There is nothing at {shown(address)}. Check the address.")
        if isinstance(error, av.error.InvalidDataError):
            return UnsupportedMedia(f"What is at {shown(address)} is no video or sound that can be read.")
    if error.errno in {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH}:
        return SourceLost(f"Nobody answers at {shown(address)}. Is the sender running, and the port right?")
    return SourceLost(f"{shown(address)} cannot be read right now: {error.strerror}.")


def shown(address: str) -> str:
    """Return an address without the password that may be in it."""
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
