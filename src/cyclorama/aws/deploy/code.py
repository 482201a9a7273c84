"""The functions' code, in the bucket that CloudFormation takes it from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

import cyclorama
from cyclorama.aws.deploy import buckets
from cyclorama.aws.deploy.names import CODE_FOLDER
from cyclorama.aws_failures import code_of

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names

VERSION, RECIPE = "version", "recipe"  # in the object's metadata


@dataclass(frozen=True)
class Origin:
    """Of which version of Cyclorama a package is, and a digest of all that it is made of; "" if not said."""

    version: str
    recipe: str


class Built(Protocol):
    """A package: a zip of `size` bytes."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def sha256(self) -> str:
        """Its digest."""


def key_of(built: Built) -> str:
    """Return where in the bucket a package is."""
    return f"{CODE_FOLDER}{built.sha256}.zip"


def put(cloud: Cloud, names: Names, built: Built, recipe: str) -> None:
    """Have the bucket, and the package in it; `recipe` is a digest of all that it is made of."""
    bucket, key = names.code_bucket, key_of(built)
    buckets.make(cloud, names, bucket)
    if origin(cloud, names, key) is not None:
        return
    with cloud.buckets.asking(f"the functions' code in {bucket}") as client, built.path.open("rb") as body:
        client.put_object(
            Bucket=bucket,
            ExpectedBucketOwner=names.account,
            Key=key,
            Body=body,
            ContentType="application/zip",
            Metadata={VERSION: cyclorama.__version__, RECIPE: recipe},
        )


def origin(cloud: Cloud, names: Names, key: str) -> Origin | None:
    """Return what a package in the bucket was made of; None if it is not there."""
    with cloud.buckets.asking(f"the functions' code in {names.code_bucket}") as client:
        try:
            head = client.head_object(Bucket=names.code_bucket, ExpectedBucketOwner=names.account, Key=key)
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchKey", "NoSuchBucket"}:
                return None
            raise
        return Origin(head["Metadata"].get(VERSION, ""), head["Metadata"].get(RECIPE, ""))


def prune(cloud: Cloud, names: Names, keep: str) -> None:
    """Delete all packages but one. Until an update has come to its good end, the old one may be needed."""
    where: Any = {"Bucket": names.code_bucket, "ExpectedBucketOwner": names.account}
    with cloud.buckets.asking(f"the functions' code in {names.code_bucket}") as client:
        for page in client.get_paginator("list_objects_v2").paginate(**where, Prefix=CODE_FOLDER):
            for each in page.get("Contents", []):
                if each["Key"] != keep:
                    client.delete_object(**where, Key=each["Key"])
