"""The token that a request shows."""

from __future__ import annotations

from cyclorama.errors import Unauthorized


def token(authorization: str) -> str:
    """Return the bearer token (RFC 6750, 2.1) of a request with this header, which is "" where it has none.

    Raises:
        Unauthorized: there is no such token.
    """
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() != "bearer" or not shown.strip():
        raise Unauthorized("This needs a token: send it as Authorization: Bearer TOKEN.")
    return shown.strip()
