"""Where the library's objects are: a folder, or a bucket by its URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from obstore.store import LocalStore, from_url

from cyclorama.errors import InvalidSetting, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from obstore.store import ObjectStore


def folder(path: Path) -> LocalStore:
    """Open a local folder, which is made if it is not there.

    Raises:
        Unavailable: the folder cannot be made or read.
    """
    try:
        return LocalStore(path, mkdir=True, automatic_cleanup=True)
    except Exception as error:
        raise Unavailable(
            f"The library's folder {path} cannot be used: {error}. "
            "Set CYCLORAMA_DATA to a folder that you may write to."
        ) from error


def bucket(url: str) -> ObjectStore:
    """Open the bucket or container, and the prefix in it, that a URL names.

    Raises:
        InvalidSetting: it is not such a URL.
    """
    try:
        return from_url(url)
    except Exception as error:
        raise InvalidSetting(
            f"The library {url!r} cannot be opened: {error}. It is an address such as s3://bucket/prefix."
        ) from error
