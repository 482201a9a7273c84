"""API Gateway's HTTP API on loopback: routes, authorizer, CORS and functions as a template says.

Its own errors are `{"message": …}`.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.responses import Response

from tests.fakes.api_events import event_of, response_of
from tests.fakes.api_routes import Bucket, Route, routes
from tests.fakes.authorizer import NotAllowed, Refused
from tests.fakes.aws import NotTaken
from tests.fakes.web import Web, message

if TYPE_CHECKING:
    from starlette.requests import Request

    from tests.fakes.lambda_service import FakeLambda
    from tests.fakes.stack import Stack

LARGEST = 10 * 1024 * 1024
"""Bytes of a request's body."""


class HttpApi(Web):
    """Serves while its context is open, at `origin`.

    Args:
        stack: what is deployed.
        functions: those that its routes lead to.

    Attributes:
        events: all that went to functions, in the order in which they came.
        wait: seconds that a function may take, in place of the template's; None for those.
        throttles: whether it turns requests away that come too fast, as the template's stage says.
    """

    def __init__(self, stack: Stack, functions: FakeLambda) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []
        self.wait: float | None = None
        self.throttles = False
        self._stack = stack
        self._functions = functions
        self._routes = routes(stack)
        _, about = stack.only("AWS::ApiGatewayV2::Api")
        assert about["ProtocolType"] == "HTTP"
        self._cors: dict[str, Any] | None = about.get("CorsConfiguration")
        _, stage = stack.only("AWS::ApiGatewayV2::Stage")
        assert stage["StageName"] == "$default", "other stages are part of the path"
        assert stage["AutoDeploy"] is True
        usual, own = stage.get("DefaultRouteSettings", {}), stage.get("RouteSettings", {})
        self._buckets = {route.key: Bucket.of(usual | own.get(route.key, {})) for route in self._routes}

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
        if self.throttles and not self._buckets[route.key].take():
            return message(429, "Too Many Requests")
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
        event = event_of(self._stack, request, route, path, parameters, body, claims)
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
        return response_of(json.loads(outcome.payload))
