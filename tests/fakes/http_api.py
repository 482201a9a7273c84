"""API Gateway's HTTP API on loopback: routes, authorizer, CORS and functions as a template says.

It makes events of payload format 2.0, as "Create AWS Lambda proxy integrations for HTTP APIs" in Amazon's
guide has them, and its own errors are `{"message": …}`. It does not throttle.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from starlette.responses import Response

from tests.fakes.authorizer import Authorizer, NotAllowed, Refused
from tests.fakes.aws import NotTaken
from tests.fakes.web import Web, message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tests.fakes.lambda_service import FakeLambda
    from tests.fakes.stack import Stack

LARGEST = 10 * 1024 * 1024
"""Bytes of a request's body."""
TEXTS = re.compile(r"text/|application/(json|javascript|xml)\b")
"""Bodies of these types are handed on as they are, others as base64."""


@dataclass(frozen=True)
class Route:
    """One route of the API.

    Attributes:
        key: such as `GET /backgrounds/{id}`.
        function: the name of the one that answers it.
        authorizer: None where anybody may ask.
        scopes: one of which a token must have, if there are any.
        wait: seconds that the function may take.
    """

    key: str
    function: str
    authorizer: Authorizer | None
    scopes: tuple[str, ...]
    wait: float

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return what stands for its parameters, or None where it is another route."""
        if self.key == "$default":
            return {}
        own, _, template = self.key.partition(" ")
        if own not in {method, "ANY"}:
            return None
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", pattern)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The most particular route comes first."""
        return self.key == "$default", "+}" in self.key, self.key.count("{")


def routes(stack: Stack) -> list[Route]:
    """Return the routes of a stack's API, the most particular ones first."""
    integrations = stack.resources("AWS::ApiGatewayV2::Integration")
    authorizers = stack.resources("AWS::ApiGatewayV2::Authorizer")
    found = []
    for about in stack.resources("AWS::ApiGatewayV2::Route").values():
        target = about["Target"].removeprefix("integrations/")
        integration = next(
            each for name, each in integrations.items() if stack.value({"Ref": name}) == target
        )
        assert integration["IntegrationType"] == "AWS_PROXY"
        assert integration["PayloadFormatVersion"] == "2.0"
        authorizer = None
        if about.get("AuthorizationType", "NONE") != "NONE":
            assert about["AuthorizationType"] == "JWT"
            own = next(
                each
                for name, each in authorizers.items()
                if stack.value({"Ref": name}) == about["AuthorizerId"]
            )
            assert own["IdentitySource"] == ["$request.header.Authorization"]
            configured = own["JwtConfiguration"]
            authorizer = Authorizer(configured["Issuer"], tuple(configured["Audience"]))
        found.append(
            Route(
                about["RouteKey"],
                # either the function's ARN, or the address that API Gateway has for it
                re.findall(r":function:([\w-]+)", integration["IntegrationUri"])[0],
                authorizer,
                tuple(about.get("AuthorizationScopes", ())),
                integration.get("TimeoutInMillis", 30_000) / 1000,
            )
        )
    return sorted(found, key=lambda route: route.rank)


class HttpApi(Web):
    """Serves while its context is open, at `origin`.

    Args:
        stack: what is deployed.
        functions: those that its routes lead to.
        wait: seconds that a function may take, in place of the template's.

    Attributes:
        events: all that went to functions, in the order in which they came.
    """

    def __init__(self, stack: Stack, functions: FakeLambda, wait: float | None = None) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []
        self.wait = wait
        self._stack = stack
        self._functions = functions
        self._routes = routes(stack)
        _, about = stack.only("AWS::ApiGatewayV2::Api")
        assert about["ProtocolType"] == "HTTP"
        self._cors: dict[str, Any] | None = about.get("CorsConfiguration")
        _, stage = stack.only("AWS::ApiGatewayV2::Stage")
        assert stage["StageName"] == "$default", "other stages are part of the path"
        assert stage["AutoDeploy"] is True

    async def answer(self, request: Request) -> Response:
        """Answer as the API does."""
        crossing = self._crossing(request)
        if crossing and request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            answer = Response(status_code=204)
        else:
            answer = await self._routed(request)
        if crossing is not None:
            for name in [each for each in answer.headers if each.startswith("access-control-")]:
                del answer.headers[name]  # a function's own are ignored where the API has some
            answer.headers.update(crossing)
        answer.headers["apigw-requestid"] = uuid.uuid4().hex[:15] + "="
        return answer

    def _crossing(self, request: Request) -> dict[str, str] | None:
        """Return the CORS headers of an answer; None where the API has no configuration for it."""
        if self._cors is None:
            return None
        origin = request.headers.get("origin", "")
        allowed = self._cors.get("AllowOrigins", [])
        if not origin or not ({origin, "*"} & set(allowed)):
            return {}
        headers = {"access-control-allow-origin": "*" if "*" in allowed else origin}
        if request.method == "OPTIONS":
            headers["access-control-allow-methods"] = ",".join(self._cors.get("AllowMethods", []))
            headers["access-control-allow-headers"] = ",".join(self._cors.get("AllowHeaders", []))
            headers["access-control-max-age"] = str(self._cors.get("MaxAge", 0))
        elif exposed := self._cors.get("ExposeHeaders"):
            headers["access-control-expose-headers"] = ",".join(exposed)
        return headers

    async def _routed(self, request: Request) -> Response:
        # this API hands the path on decoded, and ends it at a decoded question mark
        path = unquote(request.scope["raw_path"].decode()).partition("?")[0]
        matches = ((route, route.match(request.method, path)) for route in self._routes)
        route, parameters = next(
            ((route, found) for route, found in matches if found is not None), (None, {})
        )
        if route is None:
            return message(404, "Not Found")
        claims = None
        if route.authorizer:
            try:
                claims = await asyncio.to_thread(
                    route.authorizer.claims, request.headers.get("authorization", ""), route.scopes
                )
            except Refused as why:
                said = f' scope="" error="invalid_token" error_description="{why}"' if str(why) else ""
                return message(401, "Unauthorized", www_authenticate=f"Bearer{said}")
            except NotAllowed:
                return message(403, "Forbidden")
        body = await request.body()
        if len(body) > LARGEST:
            return message(413, "Request Entity Too Large")
        event = self._event(request, route, path, parameters, body, claims)
        self.events.append(event)
        return await self._integrated(route, event)

    async def _integrated(self, route: Route, event: dict[str, Any]) -> Response:
        try:
            running = self._functions.start(route.function, json.dumps(event).encode())
        except NotTaken as refused:
            if refused.reply.status == 413:
                return message(413, "Request Entity Too Large")
            return message(500, "Internal Server Error")
        try:
            wait = self.wait if self.wait is not None else route.wait
            # the function goes on when nobody waits for it any more
            outcome = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(running)), wait)
        except TimeoutError:
            return message(503, "Service Unavailable")
        if outcome.failed:
            return message(500, "Internal Server Error")
        return _response(json.loads(outcome.payload))

    def _event(
        self,
        request: Request,
        route: Route,
        path: str,
        parameters: Mapping[str, str],
        body: bytes,
        claims: dict[str, str] | None,
    ) -> dict[str, Any]:
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        cookies = headers.pop("cookie", "")
        api, _ = self._stack.only("AWS::ApiGatewayV2::Api")
        id_ = str(self._stack.value({"Ref": api}))
        domain = f"{id_}.execute-api.{self._stack.region}.amazonaws.com"
        headers |= {
            "content-length": str(len(body)),
            "host": domain,
            "x-amzn-trace-id": f"Root=1-{int(time.time()):x}-{uuid.uuid4().hex[:24]}",
            "x-forwarded-for": headers.get("x-forwarded-for", "127.0.0.1"),
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        }
        query: dict[str, str] = {}
        for name, value in parse_qsl(request.url.query, keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route.key,
            "rawPath": path,
            "rawQueryString": request.url.query,
            "headers": headers,
            "requestContext": {
                "accountId": self._stack.account,
                "apiId": id_,
                "domainName": domain,
                "domainPrefix": id_,
                "http": {
                    "method": request.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": headers.get("user-agent", ""),
                },
                "requestId": uuid.uuid4().hex[:15] + "=",
                "routeKey": route.key,
                "stage": "$default",
                "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
                "timeEpoch": int(time.time() * 1000),
            },
            "isBase64Encoded": False,
        }
        if claims is not None:
            event["requestContext"]["authorizer"] = {
                "jwt": {"claims": claims, "scopes": list(route.scopes) or None}
            }
        if cookies:
            event["cookies"] = [part.strip() for part in cookies.split(";")]
        if query:
            event["queryStringParameters"] = query
        if parameters:
            event["pathParameters"] = dict(parameters)
        if body:
            text = bool(TEXTS.match(headers.get("content-type", "")))
            event["body"] = body.decode("utf-8", "replace") if text else base64.b64encode(body).decode()
            event["isBase64Encoded"] = not text
        return event


def _response(answer: Any) -> Response:
    """Return what a function's answer stands for: format 2.0, or JSON that is the body itself."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Response(json.dumps(answer), 200, {"content-type": "application/json"})
    body, headers = answer.get("body", ""), answer.get("headers") or {}
    known = {"statusCode", "headers", "body", "cookies", "isBase64Encoded"}
    if not isinstance(body, str) or not isinstance(answer["statusCode"], int) or set(answer) - known:
        return message(500, "Internal Server Error")
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    response = Response(content, answer["statusCode"])
    response.headers.update({name: str(value) for name, value in headers.items()})
    if content and "content-type" not in response.headers:
        response.headers["content-type"] = "text/plain;charset=utf-8"
    for cookie in answer.get("cookies", ()):
        response.headers.append("set-cookie", cookie)
    return response
