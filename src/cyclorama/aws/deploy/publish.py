"""The studio's pages and files, in the bucket that CloudFront shows, and CloudFront told of it.

Of which site CloudFront was told last is noted beside the code, after it was told: what is stale in its
caches no look at the bucket would tell.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama.aws.deploy.names import PUBLISHED
from cyclorama.aws.syncing import Bucket, Difference
from cyclorama.aws_failures import code_of
from cyclorama.backgrounds.base import Progress, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names
    from cyclorama.aws.deploy.telling import Teller
    from cyclorama.aws.site import SiteObject


class _Told(Report):
    """Hands on how far the work is."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller

    def __call__(self, progress: Progress) -> None:
        """Tell how far it is."""
        self._teller.counted(progress.message, progress.step, progress.total)


def publish(
    cloud: Cloud, names: Names, bucket: str, distribution: str, site: Sequence[SiteObject], teller: Teller
) -> None:
    """Bring the bucket to what `site` is, and have CloudFront forget what it was."""
    with cloud.buckets.asking("the site") as client:
        Bucket(client, bucket, names.account).sync(site, _Told(teller))
    note = _note(bucket, site)
    if _noted(cloud, names) == note:
        return
    paths: Any = {"Quantity": 1, "Items": ["/*"]}
    with cloud.edges.asking("the studio's pages") as edges:
        edges.create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={"Paths": paths, "CallerReference": uuid.uuid4().hex},
        )
    with cloud.buckets.asking("the site") as client:
        client.put_object(
            Bucket=names.code_bucket,
            ExpectedBucketOwner=names.account,
            Key=PUBLISHED,
            Body=json.dumps(note).encode(),
            ContentType="application/json",
        )


def compare(cloud: Cloud, names: Names, bucket: str, site: Sequence[SiteObject]) -> tuple[Difference, bool]:
    """Return how what is in the bucket differs from `site`, and whether CloudFront was told of that site."""
    with cloud.buckets.asking("the site") as client:
        found = Bucket(client, bucket, names.account).compare(site)
    return found, _noted(cloud, names) == _note(bucket, site)


def _note(bucket: str, site: Sequence[SiteObject]) -> dict[str, str]:
    digest = hashlib.sha256()
    for each in sorted(site, key=lambda each: each.key):
        body = hashlib.sha256(each.read()).hexdigest()
        digest.update(f"{each.key}\n{each.media_type}\n{each.cache_control}\n{body}\n".encode())
    return {"bucket": bucket, "site": digest.hexdigest()}


def _noted(cloud: Cloud, names: Names) -> Any:
    with cloud.buckets.asking("the site") as client:
        try:
            found = client.get_object(
                Bucket=names.code_bucket, ExpectedBucketOwner=names.account, Key=PUBLISHED
            )
        except ClientError as error:
            if code_of(error) in {"NoSuchKey", "NoSuchBucket", "404"}:
                return None
            raise
        return json.loads(found["Body"].read())
