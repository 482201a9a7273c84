"""Who counts as the creator: whoever may paint, look into the library and mint tokens.

On a loopback address that is anyone on this machine. A server that strangers can reach wants a key, that of
the settings or one made on first start, and prints it with the studio's link. There, a guest who was invited
to a stage may do what their own background needs, by their publish token, and nothing else of the creator's.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cyclorama import keyfile
from cyclorama.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.settings import Settings
    from cyclorama.stage.tokens import Claims

BEARER = HTTPBearer(scheme_name="creatorKey", description="The key in the studio's link.", auto_error=False)
GUESTS = frozenset(
    {
        ("POST", "/backgrounds"),
        ("POST", "/backgrounds/upload"),
        ("GET", "/backgrounds/{id_}"),
        ("GET", "/backgrounds/{id_}/image"),
        ("GET", "/backgrounds/{id_}/thumbnail"),
        ("GET", "/generators"),
    }
)
"""What guests may ask as well: method and path of the route."""


def key(settings: Settings) -> str | None:
    """Return the creator's key, or None where none is needed."""
    if not settings.open_to_strangers:
        return None
    kept = settings.data / keyfile.CREATOR
    return settings.creator_key.get_secret_value() or keyfile.keep(kept, _new_key).decode()


def only(
    wanted: str, claims_of: Callable[[str], Claims]
) -> Callable[[Request, HTTPAuthorizationCredentials | None], None]:
    """Return a FastAPI dependency that lets pass who shows the key as a Bearer token.

    Where guests may ask, so does a token that allows to publish.

    Args:
        wanted: the creator's key.
        claims_of: returns what a participant token says; raises for one that is no good (any more).
    """

    def check(
        request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
    ) -> None:
        key = shown.credentials if shown else ""
        if hmac.compare_digest(key.encode(), wanted.encode()):
            return
        # a token has two dots and a key has none, so each bearer hears what is wrong with what they have
        if key.count(".") == 2 and (request.method, request.scope["route"].path) in GUESTS:
            _check_guest(claims_of(key))
            return
        raise Unauthorized(
            "This server can be reached from the network, so its studio wants a key. "
            "Open the link that `cyclorama studio` printed: it carries the key."
        )

    return check


def _new_key() -> bytes:
    return secrets.token_urlsafe(24).encode()


def _check_guest(claims: Claims) -> None:
    if not claims.capabilities.allow_publish:
        raise Forbidden(
            "This token allows to watch. Backgrounds are for those who were invited to the stage."
        )
