"""Buckets: the one for the code is made here; all are emptied here, down to old versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of, words_of
from cyclorama.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names
    from cyclorama.aws.deploy.telling import Teller

AT_ONCE = 1000  # objects that S3 deletes with one call
NONE = {"404", "NoSuchBucket", "NotFound"}


def there(cloud: Cloud, names: Names, bucket: str) -> bool:
    """Whether the account has that bucket.

    Raises:
        Conflict: another account has it.
    """
    with cloud.buckets.asking(f"the bucket {bucket}") as client:
        try:
            client.head_bucket(Bucket=bucket, ExpectedBucketOwner=names.account)
        except ClientError as error:
            if code_of(error) in NONE:
                return False
            if code_of(error) in {"403", "AccessDenied", "Forbidden"}:
                raise Conflict(
                    f"The bucket {bucket} is there and closed to you: another AWS account took that name, or "
                    "you may not look at it (s3:ListBucket). Give the studio another --name, or allow it in "
                    "IAM."
                ) from error
            raise
    return True


def make(cloud: Cloud, names: Names, bucket: str) -> None:
    """Make a bucket that is private, encrypted and tagged; what it has of that already stays.

    Raises:
        Conflict: another account has it.
    """
    if not there(cloud, names, bucket):
        with cloud.buckets.asking(f"the bucket {bucket}") as client:
            place: Any = {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
            try:
                client.create_bucket(Bucket=bucket, **({} if cloud.region == "us-east-1" else place))
            except ClientError as error:
                if code_of(error) == "BucketAlreadyExists":
                    raise Conflict(
                        f"Another AWS account has a bucket called {bucket}. Give the studio another --name."
                    ) from error
                if code_of(error) != "BucketAlreadyOwnedByYou":
                    raise
    mine: Any = {"Bucket": bucket, "ExpectedBucketOwner": names.account}
    encrypted: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    with cloud.buckets.asking(f"the bucket {bucket}") as client:
        client.put_public_access_block(
            **mine,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        client.put_bucket_encryption(**mine, ServerSideEncryptionConfiguration=encrypted)
        client.put_bucket_tagging(**mine, Tagging={"TagSet": names.tag_list})


def empty(cloud: Cloud, names: Names, bucket: str, teller: Teller) -> None:
    """Delete all that is in a bucket: objects, their old versions, and uploads that were never finished.

    Raises:
        Unavailable: something stays.
    """
    mine: Any = {"Bucket": bucket, "ExpectedBucketOwner": names.account}
    done = 0
    with cloud.buckets.asking(f"the bucket {bucket}") as client:
        for page in client.get_paginator("list_multipart_uploads").paginate(**mine):
            for upload in page.get("Uploads", []):
                client.abort_multipart_upload(**mine, Key=upload["Key"], UploadId=upload["UploadId"])
        for batch in _versions(client, mine):
            answer = client.delete_objects(**mine, Delete={"Objects": batch, "Quiet": True})
            if errors := answer.get("Errors"):
                raise Unavailable(
                    f"{errors[0].get('Key')} in the bucket {bucket} cannot be deleted: "
                    f"{errors[0].get('Message')} Allow s3:DeleteObject and s3:DeleteObjectVersion, and run "
                    "`down` again."
                )
            done += len(batch)
            teller.counted(f"Emptying {bucket}", done, done)


def remove(cloud: Cloud, names: Names, bucket: str, teller: Teller) -> None:
    """Delete a bucket and all that is in it, if it is there."""
    if not there(cloud, names, bucket):
        return
    empty(cloud, names, bucket, teller)
    with cloud.buckets.asking(f"the bucket {bucket}") as client:
        try:
            client.delete_bucket(Bucket=bucket, ExpectedBucketOwner=names.account)
        except ClientError as error:
            if code_of(error) in NONE:
                return
            if code_of(error) == "BucketNotEmpty":
                raise Unavailable(
                    f"Somebody wrote into the bucket {bucket} while it was emptied. Run `down` again. "
                    f"Amazon says: {words_of(error)}"
                ) from error
            raise


def _versions(client: S3Client, mine: Any) -> Iterator[list[Any]]:
    for page in client.get_paginator("list_object_versions").paginate(**mine):
        batch = [
            {"Key": each["Key"], "VersionId": each["VersionId"]}
            for each in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
        for start in range(0, len(batch), AT_ONCE):
            yield batch[start : start + AT_ONCE]
