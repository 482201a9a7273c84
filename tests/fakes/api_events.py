"""What goes between API Gateway and a function: events and answers of payload format 2.0.

"Create AWS Lambda proxy integrations for HTTP APIs" in Amazon's guide has them.
"""

from __future__ import annotations

import base64
import json
import re
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from tests.fakes.web import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tests.fakes.api_routes import Route
    from tests.fakes.stack import Stack

TEXTS = re.compile(r"text/|application/(json|javascript|xml)\b")
"""Bodies of these types are handed on as they are, others as base64."""


def event_of(
    stack: Stack,
    request: Request,
    route: Route,
    path: str,
    parameters: Mapping[str, str],
    body: bytes,
    claims: dict[str, str] | None,
) -> dict[str, Any]:
    """Return the event for a request to a route: `claims` are those of its token, if there was one."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = headers.pop("cookie", "")
    api, _ = stack.only("AWS::ApiGatewayV2::Api")
    id_ = str(stack.value({"Ref": api}))
    domain = f"{id_}.execute-api.{stack.region}.amazonaws.com"
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
            "accountId": stack.account,
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


def response_of(answer: Any) -> Response:
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
