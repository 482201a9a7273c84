"""The site's bucket becomes what the site is, while people have its pages open.

- A page goes up after all that it names, so that nobody gets one whose files are not there.
- What no page names any more stays for a day: whoever has the old page open loads some files only when they
  are wanted. A run marks what it finds unused, and removes what was marked over a day ago.
- What is there already, with the same bytes and headers, is not sent again. Each object carries a hash of
  both; S3's own tag of an object is not always one.
- What somebody else has put into the bucket carries none, and stays.

A run may be stopped at any moment; the next one does what is left.
"""

from __future__ import annotations

import hashlib
import io
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of
from cyclorama.backgrounds.base import Progress, Report
from cyclorama.backgrounds.bedrock import hangup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef

    from cyclorama.aws.site import SiteObject

AT_ONCE = 8  # requests
KEPT_S = 24 * 3600
HASH = "cyclorama-hash"  # names of metadata
UNUSED = "cyclorama-unused-since"

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Difference:
    """How a bucket differs from the site.

    Attributes:
        changed: keys of what is missing in it or another there.
        unused: keys of what the site does not have any more, and that is not marked yet.
        outdated: keys of what was marked over a day ago.
    """

    changed: tuple[str, ...]
    unused: tuple[str, ...]
    outdated: tuple[str, ...]


class Bucket:
    """The bucket of a site.

    Args:
        client: of S3; it is prepared here for hanging up.
        name: the bucket's.
        owner: the number of the account whose bucket it must be, or "".
        clock: says what time it is, in Unix seconds.
    """

    def __init__(
        self, client: S3Client, name: str, owner: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        hangup.prepare(client)
        self._client = client
        self._name = name
        self._where: dict[str, Any] = {"Bucket": name} | ({"ExpectedBucketOwner": owner} if owner else {})
        self._clock = clock

    def compare(self, site: Iterable[SiteObject], report: Report | None = None) -> Difference:
        """Return how the bucket differs from `site`; raises what `sync` does."""
        return self._compare({each.key: each for each in site}, report or Report())

    def sync(self, site: Iterable[SiteObject], report: Report | None = None) -> Difference:
        """Make the bucket what `site` is, and return how it differed; `report` hears of bytes sent.

        Raises:
            BotoCoreError, ClientError: what botocore raises.
            Cancelled: by the report, which hangs up on what is being sent.
        """
        report = report or Report()
        wanted = {each.key: each for each in site}
        report(Progress(0, 0, "Looking at what is there"))
        found = self._compare(wanted, report)
        sending = [wanted[key] for key in found.changed]
        counter = _Counter(sum(each.path.stat().st_size for each in sending), report)
        for pages in (False, True):
            part = [each for each in sending if each.page is pages]
            _all(self._put, part, report, counter)
        _all(lambda key, _: self._mark(key), found.unused, report)
        _all(lambda key, _: self._remove(key), found.outdated, report)
        return found

    def _compare(self, wanted: dict[str, SiteObject], report: Report) -> Difference:
        with hangup.calling(report):
            keys = self._keys()
        heads = dict(zip(keys, _all(lambda key, _: self._head(key), keys, report), strict=True))
        changed, unused, outdated = [], [], []
        for key, each in wanted.items():
            said = _said(heads.get(key))
            if said.get(HASH) != _hash(each) or UNUSED in said:
                changed.append(key)
        for key in heads.keys() - wanted.keys():
            said = _said(heads[key])
            since = said.get(UNUSED, "")
            if HASH in said and not since.isdecimal():
                unused.append(key)
            elif HASH in said and self._clock() - int(since) > KEPT_S:
                outdated.append(key)
        return Difference(tuple(changed), tuple(sorted(unused)), tuple(sorted(outdated)))

    def _keys(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(**self._where)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def _head(self, key: str) -> HeadObjectOutputTypeDef | None:
        try:
            return self._client.head_object(**self._where, Key=key)
        except ClientError as error:
            if code_of(error) == "404":  # another run has just removed it
                return None
            raise

    def _put(self, each: SiteObject, tell: Callable[[int], None]) -> None:
        with _Told(each.path, tell) as body:
            self._client.put_object(
                **self._where,
                Key=each.key,
                Body=body,
                ContentType=each.media_type,
                CacheControl=each.cache_control,
                Metadata={HASH: _hash(each)},
            )

    def _mark(self, key: str) -> None:
        head = self._head(key)
        if head is None:
            return
        owner = self._where.get("ExpectedBucketOwner")
        self._client.copy_object(
            **self._where,
            **({"ExpectedSourceBucketOwner": owner} if owner else {}),
            Key=key,
            CopySource={"Bucket": self._name, "Key": key},
            MetadataDirective="REPLACE",
            ContentType=head["ContentType"],
            CacheControl=head.get("CacheControl", ""),
            Metadata={**head["Metadata"], UNUSED: str(int(self._clock()))},
        )

    def _remove(self, key: str) -> None:
        self._client.delete_object(**self._where, Key=key)


class _Told(io.FileIO):
    """A file that tells how far it was read."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path)
        self._to = tell

    def read(self, size: int | None = -1) -> bytes:
        """Read, and tell."""
        data = super().read(-1 if size is None else size) or b""
        self._to(self.tell())
        return data


class _Counter:
    """Adds up what is sent. It never goes back, though a request may be sent again."""

    def __init__(self, total: int, report: Report) -> None:
        self._total = total
        self._report = report
        self._sent: dict[str, int] = {}
        self._most = 0

    def __call__(self, each: SiteObject, position: int) -> None:
        self._sent[each.key] = position
        self._most = max(self._most, sum(self._sent.values()))
        self._report(Progress(self._most, self._total, f"Uploading {each.key}"))


def _all(
    work: Callable[[T, Callable[[int], None]], R],
    items: Iterable[T],
    report: Report,
    told: Callable[[T, int], None] | None = None,
) -> list[R]:
    """Return what `work` returns for each item, some at a time in threads; the first error ends the others.

    `work` is given a function besides; what it tells that, `told` hears, in this thread.
    """
    calls = Report()
    news: SimpleQueue[Future[R] | tuple[T, int]] = SimpleQueue()

    def one(item: T) -> R:
        with hangup.calling(calls):
            return work(item, lambda position: news.put((item, position)))

    with report.stopping(calls.cancel), ThreadPoolExecutor(AT_ONCE, "site") as pool:
        futures = [pool.submit(one, item) for item in items]
        try:
            for future in futures:
                future.add_done_callback(news.put)
            left = len(futures)
            while left:
                said = news.get()
                if isinstance(said, Future):
                    said.result()
                    left -= 1
                elif told:
                    told(*said)
        finally:
            calls.cancel()
            pool.shutdown(wait=False, cancel_futures=True)
        return [future.result() for future in futures]


def _hash(each: SiteObject) -> str:
    headers = f"{each.media_type}\n{each.cache_control}\n".encode()
    return hashlib.sha256(headers + each.read()).hexdigest()


def _said(head: HeadObjectOutputTypeDef | None) -> dict[str, str]:
    return head["Metadata"] if head else {}
