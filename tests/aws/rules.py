"""What every resource of the template has to have; each rule yields a sentence for what it minds."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped] # it has no types

from tests.aws.policies import Template, allowed, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ALL_FOUR = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
BY_LAMBDA = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
SECRET = re.compile(r"password|secret|token|credential|private|apikey", re.IGNORECASE)


def of_type(template: Template, type_: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type, by logical id, whatever conditions they have."""
    return {
        name: about.get("Properties", {})
        for name, about in template["Resources"].items()
        if about["Type"] == type_
    }


def buckets(template: Template) -> Iterator[str]:
    """No bucket is public, in the clear, reached in the clear, or collects what nobody finished."""
    policies = {
        each["Bucket"]["Ref"]: each["PolicyDocument"]["Statement"]
        for each in of_type(template, "AWS::S3::BucketPolicy").values()
    }
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        block = bucket.get("PublicAccessBlockConfiguration", {})
        if {each for each in ALL_FOUR if block.get(each) is True} != ALL_FOUR:
            yield f"{name}: it may be public"
        encryption = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        if not any(each.get("ServerSideEncryptionByDefault") for each in encryption):
            yield f"{name}: it is not encrypted"
        if bucket.get("OwnershipControls", {}).get("Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
            yield f"{name}: lists of access count"
        if not any(map(_denies_plain(name), policies.get(name, ()))):
            yield f"{name}: it can be reached without TLS"
        rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
        if not any("AbortIncompleteMultipartUpload" in each and "Prefix" not in each for each in rules):
            yield f"{name}: unfinished uploads stay"
        versioned = bucket.get("VersioningConfiguration", {}).get("Status") == "Enabled"
        if versioned and not any("NoncurrentVersionExpiration" in each for each in rules):
            yield f"{name}: old versions stay"


def _denies_plain(bucket: str) -> Any:
    def denies(statement: Any) -> bool:
        return bool(
            statement["Effect"] == "Deny"
            and statement["Principal"] == "*"
            and statement["Action"] == "s3:*"
            and {text for each in statement["Resource"] for text in texts(each)}
            == {f"${{{bucket}.Arn}}", f"${{{bucket}.Arn}}/*"}
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        )

    return denies


def logs(template: Template) -> Iterator[str]:
    """Logs end some day."""
    for name, group in of_type(template, "AWS::Logs::LogGroup").items():
        if not group.get("RetentionInDays"):
            yield f"{name}: its logs are kept for ever"


def functions(template: Template) -> Iterator[str]:
    """A function has a role and a log of its own, and its role can make no other log."""
    roles: list[str] = []
    groups = of_type(template, "AWS::Logs::LogGroup")
    statements = list(allowed(template))
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        (role,) = texts(function["Role"])
        if role in roles:
            yield f"{name}: another function has its role, too"
        roles.append(role)
        owner = role.removeprefix("${").removesuffix(".Arn}")
        if owner not in (made := of_type(template, "AWS::IAM::Role")):
            yield f"{name}: its role is none of this template's"
        elif made[owner]["AssumeRolePolicyDocument"]["Statement"] != [BY_LAMBDA]:
            yield f"{name}: not only Lambda may take on its role"
        if function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref") not in groups:
            yield f"{name}: it logs to a group that Lambda makes for it, and keeps for ever"
        if any(each.owner == owner and "logs:CreateLogGroup" in each.actions for each in statements):
            yield f"{name}: it may make log groups"


@cache
def tag_property(type_: str) -> str:
    """Return the property that holds the tags of such resources, or "" where they can have none."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_).schema
    tagging = schema.get("tagging", {})
    if not tagging.get("taggable", "Tags" in schema["properties"]):
        return ""
    return str(tagging.get("tagProperty", "/properties/Tags")).rpartition("/")[2]


def tags(template: Template) -> Iterator[str]:
    """Whatever can have a tag has the studio's name."""
    wanted = [{"Key": "cyclorama", "Value": {"Ref": "Name"}}], {"cyclorama": {"Ref": "Name"}}
    for name, about in template["Resources"].items():
        property_ = tag_property(about["Type"])
        if property_ and about.get("Properties", {}).get(property_) not in wanted:
            yield f"{name}: it has no tag cyclorama"


def secrets(template: Template) -> Iterator[str]:
    """No secret stands where anybody can read it: a plain parameter, or the template."""
    for name, about in template["Parameters"].items():
        if SECRET.search(name) and about.get("NoEcho") is not True:
            yield f"{name}: CloudFormation shows this parameter to whoever may see the stack"
    for place, text in _strings(template, ""):
        if "PRIVATE KEY" in text or re.search(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", text):
            yield f"{place}: a secret stands in the template"


def routes(template: Template, public: Collection[str]) -> Iterator[str]:
    """Whoever asks has signed in, but on the routes of `public`."""
    authorizers = of_type(template, "AWS::ApiGatewayV2::Authorizer")
    for name, route in of_type(template, "AWS::ApiGatewayV2::Route").items():
        guarded = (
            route.get("AuthorizationType") == "JWT"
            and route.get("AuthorizerId", {}).get("Ref") in authorizers
        )
        if not guarded and route["RouteKey"] not in public:
            yield f"{name}: anybody may ask {route['RouteKey']}"
        if guarded and route["RouteKey"] in public:
            yield f"{name}: nobody may ask {route['RouteKey']} who has not signed in"


def crossing(template: Template) -> Iterator[str]:
    """Only sites that are named may call the API."""
    for name, api in of_type(template, "AWS::ApiGatewayV2::Api").items():
        for place, text in _strings(api.get("CorsConfiguration", {}), name):
            if place.endswith("AllowOrigins") and text == "*":
                yield f"{name}: any site may call it"


def edges(template: Template) -> Iterator[str]:
    """What goes out of CloudFront is encrypted, and says what browsers may do with it."""
    for name, distribution in of_type(template, "AWS::CloudFront::Distribution").items():
        about = distribution["DistributionConfig"]
        for origin in about["Origins"]:
            if "S3OriginConfig" in origin and "OriginAccessControlId" not in origin:
                yield f"{name}: the bucket of {origin['Id']} would have to be public"
            if origin.get("CustomOriginConfig", {}).get("OriginProtocolPolicy", "https-only") != "https-only":
                yield f"{name}: it asks {origin['Id']} without TLS"
        for behaviour in (about["DefaultCacheBehavior"], *about["CacheBehaviors"]):
            place = f"{name}: {behaviour.get('PathPattern', 'all else')}"
            if behaviour["ViewerProtocolPolicy"] not in {"https-only", "redirect-to-https"}:
                yield f"{place} is served without TLS"
            if "ResponseHeadersPolicyId" not in behaviour:
                yield f"{place} does not say what browsers may do with it"


def _strings(written: Any, place: str) -> Iterator[tuple[str, str]]:
    """Return all texts with the names of where they stand."""
    if isinstance(written, dict):
        for name, part in written.items():
            yield from _strings(part, f"{place}.{name}")
    elif isinstance(written, list):
        for part in written:
            yield from _strings(part, place)
    elif isinstance(written, str):
        yield place, written
