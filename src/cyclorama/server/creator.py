"""Who counts as the creator: whoever may paint, look into the library and mint tokens.

On a loopback address that is anyone on this machine. A server that strangers can reach wants a key, made on
first start and printed with the studio's link.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations

from cyclorama import keyfile
from cyclorama.errors import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.settings import Settings

FILE = "creator-key"


def key(settings: Settings) -> str | None:
    """Return the creator's key, or None where none is needed."""
    if not settings.open_to_strangers:
        return None
    return keyfile.keep(settings.data / FILE, lambda: secrets.token_urlsafe(24).encode()).decode()


def only(wanted: str | None) -> Callable[[Request], None]:
    """Return a FastAPI dependency that lets pass who shows the key as a Bearer token."""

    def check(request: Request) -> None:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if wanted is not None and not hmac.compare_digest(shown.encode(), wanted.encode()):
            raise Unauthorized(
                "This server can be reached from the network, so its studio wants a key. "
                "Open the link that `cyclorama studio` printed: it carries the key."
            )

    return check
