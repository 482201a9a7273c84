"""The token that a request shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.errors import Unauthorized

if TYPE_CHECKING:
    from fastapi import Request


def token(request: Request) -> str:
    """Return the bearer token of a request (RFC 6750, 2.1).

    Raises:
        Unauthorized: it has none.
    """
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not shown.strip():
        raise Unauthorized("This needs a token: send it as Authorization: Bearer TOKEN.")
    return shown.strip()
