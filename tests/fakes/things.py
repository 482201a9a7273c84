"""What stacks consist of: buckets, users, log groups and distributions in moto, stages in the fake of IVS.

Other kinds of resources are names and nothing else.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from tests.fakes.cloudformation import Failed

if TYPE_CHECKING:
    from tests.fakes.ivs import FakeIvs


class Things:
    """A `Maker` of tests/fakes/cloudformation.py.

    Args:
        moto: the address of moto's server.
        ivs: has the stages and keys.
        region: where all of it is.

    Attributes:
        names: of all that is there and is nothing but a name, by kind.
    """

    def __init__(self, moto: str, ivs: FakeIvs, region: str) -> None:
        self._ivs = ivs
        self._region = region
        session: Any = boto3.Session("stack", "stack", region_name=region)
        where = dict.fromkeys(("s3", "cognito-idp", "logs", "cloudfront"), moto)
        where["ivs-realtime"] = ivs.endpoint_url
        self._clients = {name: session.client(name, endpoint_url=url) for name, url in where.items()}
        self.names: dict[str, set[str]] = {}

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def make(self, stack: str, name: str, kind: str, properties: dict[str, Any]) -> str:
        id_ = f"{stack}-{name}-{secrets.token_hex(4)}".lower()
        match kind:
            case "AWS::S3::Bucket":
                id_ = properties.get("BucketName", id_)
                self._bucket(id_, properties)
            case "AWS::Cognito::UserPool":
                policies = properties.get("Policies", {})
                made = self._clients["cognito-idp"].create_user_pool(PoolName=id_, Policies=policies)
                id_ = made["UserPool"]["Id"]
            case "AWS::Cognito::UserPoolClient":
                made = self._clients["cognito-idp"].create_user_pool_client(
                    UserPoolId=properties["UserPoolId"],
                    ClientName=id_,
                    ExplicitAuthFlows=properties.get("ExplicitAuthFlows", []),
                )
                id_ = made["UserPoolClient"]["ClientId"]
            case "AWS::Logs::LogGroup":
                id_ = properties.get("LogGroupName", f"/{id_}")
                self._clients["logs"].create_log_group(logGroupName=id_)
            case "AWS::CloudFront::Distribution":
                id_ = self._distribution(id_)
            case "AWS::IVS::Stage":
                id_ = self._clients["ivs-realtime"].create_stage(name=properties.get("Name", id_))["stage"][
                    "arn"
                ]
            case "AWS::IVS::PublicKey":
                made = self._clients["ivs-realtime"].import_public_key(
                    publicKeyMaterial=properties["PublicKeyMaterial"]
                )
                id_ = made["publicKey"]["arn"]
            case _:
                self.names.setdefault(kind, set()).add(id_)
        return id_

    def attributes(self, kind: str, id_: str) -> dict[str, str]:
        if kind == "AWS::CloudFront::Distribution":
            found = self._clients["cloudfront"].get_distribution(Id=id_)
            return {"DomainName": str(found["Distribution"]["DomainName"])}
        return {"Arn": id_} if id_.startswith("arn:") else {}

    def delete(self, kind: str, id_: str) -> None:
        try:
            self._delete(kind, id_)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in {"NoSuchBucket", "ResourceNotFoundException", "NoSuchDistribution"}:
                raise Failed(f"{error.response['Error']['Message']} (Service: {kind}, {code})") from error

    def _delete(self, kind: str, id_: str) -> None:
        match kind:
            case "AWS::S3::Bucket":
                self._clients["s3"].delete_bucket(Bucket=id_)
            case "AWS::Cognito::UserPool":
                self._clients["cognito-idp"].delete_user_pool(UserPoolId=id_)
            case "AWS::Logs::LogGroup":
                self._clients["logs"].delete_log_group(logGroupName=id_)
            case "AWS::CloudFront::Distribution":
                found = self._clients["cloudfront"].get_distribution(Id=id_)
                self._clients["cloudfront"].delete_distribution(Id=id_, IfMatch=found["ETag"])
            case "AWS::IVS::Stage":
                self._clients["ivs-realtime"].delete_stage(arn=id_)
            case "AWS::IVS::PublicKey":
                self._ivs.keys.pop(id_, None)
            case _:
                self.names.get(kind, set()).discard(id_)

    def _bucket(self, name: str, properties: dict[str, Any]) -> None:
        where = {"LocationConstraint": self._region}
        client = self._clients["s3"]
        client.create_bucket(
            Bucket=name, **({} if self._region == "us-east-1" else {"CreateBucketConfiguration": where})
        )
        if "VersioningConfiguration" in properties:
            client.put_bucket_versioning(
                Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"]
            )
        if tags := properties.get("Tags"):
            client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})

    def _distribution(self, name: str) -> str:
        origin = {
            "Id": "site",
            "DomainName": "site.s3.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        made = self._clients["cloudfront"].create_distribution(
            DistributionConfig={
                "CallerReference": name,
                "Origins": {"Quantity": 1, "Items": [origin]},
                "DefaultCacheBehavior": {
                    "TargetOriginId": "site",
                    "ViewerProtocolPolicy": "redirect-to-https",
                    "MinTTL": 0,
                    "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
                },
                "Comment": name,
                "Enabled": False,
            }
        )
        return str(made["Distribution"]["Id"])
