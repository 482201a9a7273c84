"""The studio's pages and files, in the bucket that CloudFront shows.

What was published last is noted beside the code. The note is written when all is done, so that a run that was
broken off is made up for: what is stale in CloudFront's caches no look at the bucket would tell.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from cyclorama.aws.deploy.names import PUBLISHED
from cyclorama.aws_failures import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names
    from cyclorama.aws.deploy.telling import Teller

UPLOADS = 8  # at once


class SiteObject(Protocol):
    """A file of the site: where it is, and how it is shown."""

    @property
    def key(self) -> str:
        """Its path, without a slash at its beginning."""

    @property
    def media_type(self) -> str:
        """What it is."""

    @property
    def cache_control(self) -> str:
        """How long it may be kept."""

    def read(self) -> bytes:
        """Return its bytes."""


@dataclass(frozen=True)
class Drift:
    """How what is in the bucket differs from the site that is here, by keys."""

    differing: tuple[str, ...]
    stale: tuple[str, ...]
    noted: bool

    @property
    def none(self) -> bool:
        """Whether it does not, and CloudFront has been told."""
        return self.noted and not self.differing and not self.stale


def publish(
    cloud: Cloud, names: Names, bucket: str, distribution: str, site: Iterable[SiteObject], teller: Teller
) -> None:
    """Bring the bucket to what `site` is: new files, the pages that name them, and away with the old."""
    objects = {each.key: each for each in site}
    wanted = {key: _note(each) for key, each in objects.items()}
    found = drift(cloud, names, bucket, wanted)
    if found.none:
        return
    # A page goes last: from then on browsers ask for what it names.
    order = sorted(found.differing, key=lambda key: objects[key].media_type.startswith("text/html"))
    pages = [key for key in order if objects[key].media_type.startswith("text/html")]
    files = order[: len(order) - len(pages)]
    done = 0

    def put(key: str) -> None:
        each = objects[key]
        with cloud.buckets.asking(f"{key} of the site") as client:
            client.put_object(
                Bucket=bucket,
                ExpectedBucketOwner=names.account,
                Key=key,
                Body=each.read(),
                ContentType=each.media_type,
                CacheControl=each.cache_control,
            )

    with ThreadPoolExecutor(UPLOADS) as pool:
        for part in (files, pages):
            for _ in pool.map(put, part):
                done += 1
                teller.counted("Uploading the studio's pages", done, len(order))
    with cloud.buckets.asking("the site") as client:
        for key in found.stale:
            client.delete_object(Bucket=bucket, ExpectedBucketOwner=names.account, Key=key)
    with cloud.edges.asking("the studio's pages") as client_:
        paths: Any = {"Quantity": 1, "Items": ["/*"]}
        client_.create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={"Paths": paths, "CallerReference": uuid.uuid4().hex},
        )
    with cloud.buckets.asking("the site") as client:
        client.put_object(
            Bucket=names.code_bucket,
            ExpectedBucketOwner=names.account,
            Key=PUBLISHED,
            Body=json.dumps({bucket: wanted}).encode(),
            ContentType="application/json",
        )


def compare(cloud: Cloud, names: Names, bucket: str, site: Iterable[SiteObject]) -> Drift:
    """Return how what is in the bucket differs from `site`."""
    return drift(cloud, names, bucket, {each.key: _note(each) for each in site})


def drift(cloud: Cloud, names: Names, bucket: str, wanted: Mapping[str, list[str]]) -> Drift:
    """Return how what is in the bucket differs from what is wanted, as the note writes it."""
    noted = _noted(cloud, names).get(bucket, {})
    there: dict[str, str] = {}
    with cloud.buckets.asking("the site") as client:
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, ExpectedBucketOwner=names.account
        )
        for page in pages:
            there |= {each["Key"]: each["ETag"].strip('"') for each in page.get("Contents", [])}
    # Of what went up in one piece and is encrypted by S3's own keys, the tag is the MD5 of its bytes.
    differing = [
        key for key, note in wanted.items() if there.get(key) != note[0] or noted.get(key, note) != note
    ]
    stale = sorted(there.keys() - wanted.keys())
    return Drift(tuple(differing), tuple(stale), noted == wanted)


def _note(each: SiteObject) -> list[str]:
    digest = hashlib.md5(each.read(), usedforsecurity=False).hexdigest()
    return [digest, each.media_type, each.cache_control]


def _noted(cloud: Cloud, names: Names) -> dict[str, dict[str, list[str]]]:
    with cloud.buckets.asking("the site") as client:
        try:
            body = client.get_object(
                Bucket=names.code_bucket, ExpectedBucketOwner=names.account, Key=PUBLISHED
            )["Body"].read()
        except ClientError as error:
            if code_of(error) in {"NoSuchKey", "NoSuchBucket", "404"}:
                return {}
            raise
    found: dict[str, dict[str, list[str]]] = json.loads(body)
    return found
