"""Who counts as the creator: whoever may paint, look into the library and mint tokens.

On a loopback address that is anyone on this machine. A server that strangers can reach wants a key, that of
the settings or one made on first start, and prints it with the studio's link.
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

BEARER = HTTPBearer(scheme_name="creatorKey", description="The key in the studio's link.", auto_error=False)


def key(settings: Settings) -> str | None:
    """Return the creator's key, or None where none is needed."""
    if not settings.open_to_strangers:
        return None
    kept = settings.data / keyfile.CREATOR
    return settings.creator_key.get_secret_value() or keyfile.keep(kept, _new_key).decode()


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


def _new_key() -> bytes:
    return secrets.token_urlsafe(24).encode()
