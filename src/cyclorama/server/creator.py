"""Who counts as the creator: whoever may paint, look into the library and mint tokens.

On a loopback address that is anyone on this machine. A server that strangers can reach wants a key, made on
first start and printed with the studio's link.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Annotated

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cyclorama import keyfile
from cyclorama.errors import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.settings import Settings

FILE = "creator-key"
BEARER = HTTPBearer(scheme_name="creatorKey", description="The key in the studio's link.", auto_error=False)


def key(settings: Settings) -> str | None:
    """Return the creator's key, or None where none is needed."""
    if not settings.open_to_strangers:
        return None
    return keyfile.keep(settings.data / FILE, lambda: secrets.token_urlsafe(24).encode()).decode()


def only(wanted: str) -> Callable[[HTTPAuthorizationCredentials | None], None]:
    """Return a FastAPI dependency that lets pass who shows the key as a Bearer token."""

    def check(shown: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]) -> None:
        key = shown.credentials if shown else ""
        if not hmac.compare_digest(key.encode(), wanted.encode()):
            raise Unauthorized(
                "This server can be reached from the network, so its studio wants a key. "
                "Open the link that `cyclorama studio` printed: it carries the key."
            )

    return check
