"""CloudFront on loopback: behaviours, origins and headers as a template says. It keeps nothing.

Buckets are asked over their own API; what CloudFront may read there is what the bucket's policy says.
"""

from __future__ import annotations

import asyncio
import fnmatch
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

import httpx
from botocore.exceptions import ClientError
from starlette.responses import Response

from tests.fakes.web import Web

if TYPE_CHECKING:
    from starlette.requests import Request
    from types_boto3_s3 import S3Client

    from tests.fakes.stack import Stack

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
NEVER_SENT_ON = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
NEVER_SENT_BACK = {"connection", "transfer-encoding", "content-length", "content-encoding", "date", "server"}
FROM_BUCKETS = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentType", "ETag")


@dataclass(frozen=True)
class Behaviour:
    """How requests for some paths are answered."""

    pattern: str
    origin: str
    methods: frozenset[str]
    sends_all: bool
    """Whether query, cookies and headers of the request reach the origin."""
    headers: dict[str, Any]
    """The response headers policy."""

    def covers(self, path: str) -> bool:
        """Whether it is for this path; `*` and `?` stand for any characters, and case counts."""
        pattern = re.escape(self.pattern).replace(r"\*", ".*").replace(r"\?", ".")
        return re.fullmatch(pattern, path) is not None or re.fullmatch(pattern, path[1:]) is not None


class Edge(Web):
    """Serves while its context is open, at `origin`.

    Args:
        stack: what is deployed.
        s3: a client for the server that has its buckets.
        api: where its HTTP API is.
        port: 0 for any that is free.
        plain: hosts that speak no TLS here, so headers name them with `http` in place of `https`.
    """

    def __init__(
        self, stack: Stack, s3: S3Client, api: str, port: int = 0, plain: tuple[str, ...] = ()
    ) -> None:
        super().__init__(port)
        self._plain = plain
        self._stack = stack
        self._s3 = s3
        self._api = api
        _, distribution = stack.only("AWS::CloudFront::Distribution")
        about = distribution["DistributionConfig"]
        assert about["Enabled"] is True
        self._origins: dict[str, dict[str, Any]] = {each["Id"]: each for each in about["Origins"]}
        self._root = about.get("DefaultRootObject", "")
        self._errors = {each["ErrorCode"]: each for each in about.get("CustomErrorResponses", ())}
        self.behaviours = [self._behaviour(each) for each in about.get("CacheBehaviors", ())]
        self.behaviours.append(self._behaviour({"PathPattern": "*"} | about["DefaultCacheBehavior"]))

    def __enter__(self) -> Self:
        self._client = httpx.Client(verify=False)  # noqa: S501 # it is loopback, without TLS
        return super().__enter__()

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        self._client.close()

    async def answer(self, request: Request) -> Response:
        """Answer as CloudFront does."""
        path = request.scope["raw_path"].decode()
        behaviour = next(each for each in self.behaviours if each.covers(path))
        if request.method not in behaviour.methods:
            answer = _page(403, "This distribution is not configured to allow the HTTP request method.")
        else:
            answer = await self._from_origin(request, behaviour, path)
            if special := self._errors.get(answer.status_code):
                answer = await self._special(request, special, answer)
        self._put_headers(request, answer, behaviour.headers)
        answer.headers["via"] = "1.1 edge.localhost (CloudFront)"
        answer.headers["x-cache"] = "Miss from cloudfront"
        return answer

    async def _from_origin(self, request: Request, behaviour: Behaviour, path: str) -> Response:
        origin = self._origins[behaviour.origin]
        if path == "/" and self._root:
            path = f"/{self._root}"
        path = origin.get("OriginPath", "") + path
        if ".s3." in origin["DomainName"]:
            return await asyncio.to_thread(self._object, request, origin["DomainName"].split(".s3.")[0], path)
        assert ".execute-api." in origin["DomainName"]
        return await self._forward(request, behaviour, path, origin["CustomOriginConfig"])

    async def _special(self, request: Request, special: dict[str, Any], answer: Response) -> Response:
        """Return the page that takes the place of an error."""
        if path := special.get("ResponsePagePath"):
            behaviour = next(each for each in self.behaviours if each.covers(path))
            answer = await self._from_origin(request, behaviour, path)
        answer.status_code = int(special.get("ResponseCode", answer.status_code))
        return answer

    def _object(self, request: Request, bucket: str, path: str) -> Response:
        """Return an object as S3 gives it to CloudFront."""
        key = unquote(path[1:])
        if not self._may("s3:GetObject", bucket, f"arn:aws:s3:::{bucket}/{key}"):
            return _s3_error(403, "AccessDenied")
        try:
            found = self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"NoSuchKey", "404"}:
                raise
            # only who may list a bucket is told that something is not there
            if self._may("s3:ListBucket", bucket, f"arn:aws:s3:::{bucket}"):
                return _s3_error(404, "NoSuchKey")
            return _s3_error(403, "AccessDenied")
        with found["Body"] as body:
            content = body.read()
        said = {name: found[name] for name in FROM_BUCKETS if name in found}  # type: ignore[literal-required]
        headers = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name): value for name, value in said.items()}
        headers["Accept-Ranges"] = "bytes"
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(None, 304, headers)
        return Response(content if request.method != "HEAD" else b"", 200, headers)

    def _may(self, action: str, bucket: str, resource: str) -> bool:
        """Whether the bucket's policy lets CloudFront do this."""
        for policy in self._stack.resources("AWS::S3::BucketPolicy").values():
            if policy["Bucket"] != bucket:
                continue
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Effect"] != "Allow" or action not in _listed(statement["Action"]):
                    continue
                if statement["Principal"] == {"Service": "cloudfront.amazonaws.com"} and any(
                    fnmatch.fnmatchcase(resource, pattern) for pattern in _listed(statement["Resource"])
                ):
                    return True
        return False

    async def _forward(
        self, request: Request, behaviour: Behaviour, path: str, config: dict[str, Any]
    ) -> Response:
        assert config["OriginProtocolPolicy"] == "https-only"
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in NEVER_SENT_ON and (behaviour.sends_all or name == "content-type")
        }
        headers["user-agent"] = (
            request.headers.get("user-agent", "") if behaviour.sends_all else "Amazon CloudFront"
        )
        headers["x-forwarded-for"] = "127.0.0.1"
        query = f"?{request.url.query}" if behaviour.sends_all and request.url.query else ""
        try:
            answer = await asyncio.to_thread(
                self._client.request,
                request.method,
                f"{self._api}{path}{query}",
                content=await request.body(),
                headers=headers,
                timeout=config.get("OriginReadTimeout", 30),
            )
        except httpx.TimeoutException:
            return _page(504, "CloudFront attempted to establish a connection with the origin.")
        response = Response(answer.content, answer.status_code)
        for name, value in answer.headers.multi_items():
            if name.lower() not in NEVER_SENT_BACK:
                response.headers.append(name, value)
        return response

    def _behaviour(self, about: dict[str, Any]) -> Behaviour:
        sends = about.get("OriginRequestPolicyId", "")
        assert sends in {"", ALL_VIEWER_EXCEPT_HOST}, (
            f"This fake does not know the origin request policy {sends}"
        )
        assert about["ViewerProtocolPolicy"] in {"redirect-to-https", "https-only"}
        assert not about.get("LambdaFunctionAssociations"), "This fake runs no functions"
        policy = about.get("ResponseHeadersPolicyId")
        policies = self._stack.resources("AWS::CloudFront::ResponseHeadersPolicy")
        headers: dict[str, Any] = next(
            (
                each["ResponseHeadersPolicyConfig"]
                for name, each in policies.items()
                if self._stack.value({"Ref": name}) == policy
            ),
            {},
        )
        assert bool(headers) == bool(policy)
        return Behaviour(
            about["PathPattern"],
            about["TargetOriginId"],
            frozenset(about.get("AllowedMethods", ["GET", "HEAD"])),
            bool(sends),
            headers,
        )

    def plainly(self, value: str) -> str:
        """Return a header of the template as it is here, where some hosts speak no TLS."""
        for host in self._plain:
            value = value.replace(f"https://{host}", f"http://{host}")
        return value

    def _put_headers(self, request: Request, answer: Response, policy: dict[str, Any]) -> None:
        for name, value, override in headers_of(policy, request.headers.get("origin", "")):
            if override or name.lower() not in answer.headers:
                answer.headers[name] = self.plainly(value)
        for each in policy.get("RemoveHeadersConfig", {}).get("Items", ()):
            if each["Header"].lower() in answer.headers:
                del answer.headers[each["Header"]]


def headers_of(policy: dict[str, Any], origin: str = "") -> list[tuple[str, str, bool]]:
    """Return the headers that a response headers policy puts in, and whether in place of the origin's own.

    `origin` is that of the page that asks, where it is another one.
    """
    found: list[tuple[str, str, bool]] = [
        (each["Header"], each["Value"], bool(each["Override"]))
        for each in policy.get("CustomHeadersConfig", {}).get("Items", ())
    ]
    security = policy.get("SecurityHeadersConfig", {})
    if about := security.get("ContentSecurityPolicy"):
        found.append(("Content-Security-Policy", about["ContentSecurityPolicy"], about["Override"]))
    if about := security.get("ContentTypeOptions"):
        found.append(("X-Content-Type-Options", "nosniff", about["Override"]))
    if about := security.get("FrameOptions"):
        found.append(("X-Frame-Options", about["FrameOption"], about["Override"]))
    if about := security.get("ReferrerPolicy"):
        found.append(("Referrer-Policy", about["ReferrerPolicy"], about["Override"]))
    if about := security.get("StrictTransportSecurity"):
        value = f"max-age={about['AccessControlMaxAgeSec']}"
        value += "; includeSubDomains" if about.get("IncludeSubdomains") else ""
        value += "; preload" if about.get("Preload") else ""
        found.append(("Strict-Transport-Security", value, about["Override"]))
    cors = policy.get("CorsConfig")
    if cors and {origin, "*"} & set(cors["AccessControlAllowOrigins"]["Items"]):
        found.append(("Access-Control-Allow-Origin", origin, cors["OriginOverride"]))
    return found


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _s3_error(status: int, code: str) -> Response:
    return Response(f"<Error><Code>{code}</Code></Error>", status, media_type="application/xml")


def _page(status: int, said: str) -> Response:
    return Response(f"<H1>{status} ERROR</H1>{said}", status, media_type="text/html")
