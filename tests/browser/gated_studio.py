"""A studio that creators sign in to, by a gate before a local one: what AWS puts before its functions.

Run as a script: `gated_studio.py ISSUER PORT`. It can do what a studio on AWS can; it paints and
goes live as the local one does.
"""

from __future__ import annotations

import json
import re
import sys
import time
from typing import TYPE_CHECKING, Any

import jwt
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse

from cyclorama import settings
from cyclorama.server.app import create_app

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLIENT = "studio"
CREATORS = re.compile(r"/(backgrounds|generators|tokens|links|stages|engines|image)(/|$)")


class Gate:
    """Lets creators in whom the issuer knows, as API Gateway does, and says so in the configuration."""

    def __init__(self, app: ASGIApp, issuer: str) -> None:
        self._app = app
        self._issuer = issuer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the studio answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if CREATORS.match(request.url.path) and not self._known(request.headers.get("authorization", "")):
            await JSONResponse({"message": "Unauthorized"}, 401)(scope, receive, send)
        elif request.url.path == "/config":
            await JSONResponse(await self._config(scope, receive))(scope, receive, send)
        else:
            # what it says of a guest or a viewer is for the studio, what it says of a creator for the gate
            await self._app(scope, receive, self._letting_out(send))

    def _known(self, authorization: str) -> bool:
        try:
            claims: dict[str, Any] = jwt.decode(
                authorization.removeprefix("Bearer "), options={"verify_signature": False}
            )
        except jwt.InvalidTokenError:
            return False
        ours = claims.get("iss") == self._issuer and claims.get("client_id") == CLIENT
        # a guest's is the studio's own business
        return claims["exp"] > time.time() and (ours or "capabilities" in claims)

    async def _config(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        body = b""

        async def take(message: Message) -> None:
            nonlocal body
            body += message.get("body", b"")

        await self._app(scope, receive, take)
        features = dict.fromkeys(("engines", "recording", "archives", "videos", "guests"), False)
        sign_in = {"issuer": self._issuer, "client_id": CLIENT, "scope": "openid"}
        config: dict[str, Any] = json.loads(body) | {"sign_in": sign_in, "features": features}
        return config

    def _letting_out(self, send: Send) -> Send:
        ours = f"connect-src 'self' {self._issuer}".encode()

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, value.replace(b"connect-src 'self'", ours)) for name, value in message["headers"]
                ]
            await send(message)

        return tell


def main() -> None:
    """Serve until told to end."""
    issuer, port = sys.argv[1], int(sys.argv[2])
    app = Gate(create_app(settings.load(port=port)), issuer)
    uvicorn.run(app, port=port, log_level="warning", ws_ping_interval=5)


if __name__ == "__main__":
    main()
