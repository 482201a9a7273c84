"""Objects in a folder, or in a bucket by its URL; what goes wrong there, in the creator's words."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self

from obstore import parse_scheme
from obstore.exceptions import AlreadyExistsError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, from_url

from cyclorama.errors import (
    AccessDenied,
    CredentialsRefused,
    InvalidSetting,
    NotConfigured,
    Throttled,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore, RetryConfig, S3CredentialProvider

# Somebody waits: obstore's own three minutes are too long.
RETRIES: RetryConfig = {"max_retries": 5, "retry_timeout": timedelta(seconds=20)}
# Objects never change, but may be deleted: a CDN shows them for so long after that.
PUBLIC = "public, max-age=86400, immutable"
UNFINISHED = re.compile(r"#\d+$")  # how LocalStore names what it has not yet renamed into place
CODE = re.compile(r"<Code>(\w+)</Code>")  # S3, Google's and Azure's errors have it in their XML
OS_ERROR = re.compile(r"\(os error (\d+)\)")  # LocalStore's
FULL = {errno.ENOSPC, errno.EDQUOT}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
NO_BUCKET = {"NoSuchBucket", "ContainerNotFound"}
BAD_CREDENTIALS = {
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
OTHER_REGION = {"AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"}


@dataclass(frozen=True)
class Entry:
    """An object in a listing: its path, and how long ago it was written."""

    path: str
    age: timedelta


class Store:
    """Small objects that are written whole or not at all.

    Every method raises an `Unavailable` that says what is wrong with the store and what to do.

    Args:
        objects: the object store beneath.
        place: its folder or URL, for messages.
    """

    def __init__(self, objects: ObjectStore, place: str) -> None:
        self._objects = objects
        self._place = place

    @classmethod
    def folder(cls, folder: Path) -> Self:
        """Open a local folder, which is made if it is not there.

        Raises:
            Unavailable: the folder cannot be made or read.
        """
        try:
            return cls(LocalStore(folder, mkdir=True, automatic_cleanup=True), str(folder))
        except Exception as error:
            raise Unavailable(
                f"The library's folder {folder} cannot be used: {_first_line(error)}. "
                "Set CYCLORAMA_DATA to a folder that you may write to."
            ) from error

    @classmethod
    def bucket(cls, url: str) -> Self:
        """Open the bucket or container, and the prefix in it, that a URL names; nothing is asked of it yet.

        Credentials and endpoint come from the variables that the service's own tools read; for S3, where
        boto3 is installed, from all that it knows: profiles, single sign-on, roles.

        Raises:
            InvalidSetting: it is not such a URL.
            NotConfigured: boto3 finds no credentials.
        """
        try:
            scheme = parse_scheme(url)
        except Exception:  # whatever obstore makes of it, it is no address
            scheme = "local"
        if scheme not in {"s3", "gcs", "azure"}:
            raise InvalidSetting(
                f"The library {url!r} is no address of a bucket. Give one such as s3://bucket/prefix, "
                "gs://bucket/prefix or az://container/prefix; for a folder, set CYCLORAMA_DATA."
            )
        try:
            if scheme == "s3" and find_spec("boto3"):
                return cls(from_url(url, retry_config=RETRIES, credential_provider=_boto3()), url)
            return cls(from_url(url, retry_config=RETRIES), url)
        except ValueError as error:
            raise _no_credentials(url) from error
        except Exception as error:
            raise InvalidSetting(f"The library {url!r} cannot be opened: {_first_line(error)}.") from error

    async def put(self, path: str, data: bytes, media_type: str = "") -> None:
        """Write an object; a local folder has no place for its `media_type`."""
        attributes = None
        if media_type and not isinstance(self._objects, LocalStore):
            attributes = {"Content-Type": media_type, "Cache-Control": PUBLIC}
        with self._in_words():
            await self._objects.put_async(path, data, attributes=attributes, use_multipart=False)

    async def create(self, path: str, data: bytes) -> bool:
        """Write an object, and return True, unless there is one: of all who try at once, one does."""
        with contextlib.suppress(AlreadyExistsError), self._in_words():
            await self._objects.put_async(path, data, mode="create", use_multipart=False)
            return True
        return False

    async def get(self, path: str) -> bytes | None:
        """Return an object's bytes, or None where there is none."""
        with contextlib.suppress(FileNotFoundError), self._in_words(absent=True):
            result = await self._objects.get_async(path)
            return bytes(await result.bytes_async())
        return None

    async def age(self, path: str) -> timedelta | None:
        """Return how long ago an object was written, by the clock of the store; None where there is none."""
        with contextlib.suppress(FileNotFoundError), self._in_words(absent=True):
            # Not a HEAD: its answer has no body, and so does not tell a missing bucket from a missing object.
            return _age((await self._objects.get_async(path)).meta["last_modified"])
        return None

    async def remove(self, path: str) -> None:
        """Remove an object, if it is there."""
        with contextlib.suppress(FileNotFoundError), self._in_words(absent=True):
            await self._objects.delete_async(path)

    async def folders(self) -> set[str]:
        """Return the first parts of all paths that have two or more."""
        with self._in_words():
            return set((await self._objects.list_with_delimiter_async())["common_prefixes"])

    async def list(self, folder: str | None = None) -> list[Entry]:
        """Return all objects, or all below a folder."""
        with self._in_words():
            return [
                Entry(meta["path"], _age(meta["last_modified"]))
                async for batch in self._objects.list(folder, chunk_size=1000)
                for meta in batch
            ]

    async def sweep(self, older: timedelta) -> None:
        """Remove what processes that were killed had begun to write into a folder: no listing shows it."""
        if isinstance(self._objects, LocalStore) and self._objects.prefix:
            await asyncio.to_thread(_remove_unfinished, Path(self._objects.prefix), older)

    @contextlib.contextmanager
    def _in_words(self, absent: bool = False) -> Iterator[None]:
        """Say what went wrong; a `FileNotFoundError` passes where an object may be `absent`.

        So does an `AlreadyExistsError`: only who wants to know is told.
        """
        try:
            yield
        except Exception as error:
            found = CODE.search(str(error))
            code = found[1] if found else ""
            if absent and isinstance(error, FileNotFoundError) and code not in NO_BUCKET:
                raise
            if isinstance(error, AlreadyExistsError):
                raise
            raise self._problem(error, code) from error

    def _problem(self, error: Exception, code: str) -> Unavailable:
        text = str(error)
        place = self._place
        if code in NO_BUCKET:
            return NotConfigured(
                f"There is no bucket for {place}. Create it, or set CYCLORAMA_LIBRARY to another."
            )
        if code in BAD_CREDENTIALS or isinstance(error, UnauthenticatedError):
            why = f" ({code})" if code else ""
            return CredentialsRefused(
                f"The store of {place} does not accept these credentials{why}. "
                "Sign in again, or set new ones."
            )
        if (
            "169.254.169.254" in text
        ):  # the last place where credentials are looked for: a cloud machine's own
            return _no_credentials(place)
        found = OS_ERROR.search(text)
        number = int(found[1]) if found else 0
        if isinstance(error, PermissionDeniedError) or code == "AccessDenied" or number in NOT_ALLOWED:
            return AccessDenied(
                f"Reading or writing {place} is not allowed. Let this account list, read, write and delete "
                "there, or set another place with CYCLORAMA_LIBRARY or CYCLORAMA_DATA."
            )
        if code in OTHER_REGION or "incorrectly configured region" in text:
            return NotConfigured(f"{place} lies in another region. Set AWS_REGION to the bucket's region.")
        if "builder error" in text:
            return NotConfigured(
                f"The endpoint of {place} is not https. Set AWS_ALLOW_HTTP=true to use it all the same."
            )
        if code in {"SlowDown", "ServerBusy"}:
            return Throttled(f"The store of {place} wants to be asked less often. Try again in a minute.", 60)
        if number in FULL:
            return Unavailable(
                f"The disk with {place} is full, so nothing was kept. Make room and try again."
            )
        return Unavailable(
            f"The library in {place} cannot be used right now: {code or _first_line(error)}. Try again."
        )


def _boto3() -> S3CredentialProvider:
    from obstore.auth.boto3 import Boto3CredentialProvider

    return Boto3CredentialProvider()


def _no_credentials(place: str) -> NotConfigured:
    how = "Set the variables by which its own tools find them"
    if place.startswith("s3"):
        how = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or, with boto3 installed, AWS_PROFILE"
    return NotConfigured(
        f"No credentials for {place} were found. {how}; on a machine in the cloud, give it a role."
    )


def _age(written: datetime) -> timedelta:
    return datetime.now(UTC) - written


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(" .")


def _remove_unfinished(folder: Path, older: timedelta) -> None:
    for path in folder.glob("*/*#*"):
        with contextlib.suppress(OSError):  # another process removes the same, or still writes it
            if UNFINISHED.search(path.name) and time.time() - path.stat().st_mtime > older.total_seconds():
                path.unlink()
                path.parent.rmdir()
