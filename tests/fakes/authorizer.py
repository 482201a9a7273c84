"""API Gateway's JWT authorizer, which knows an issuer's keys from its discovery document."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

SLACK_S = 0
"""Seconds that clocks may differ; Amazon documents none."""


class Refused(Exception):
    """The token is not good here; says why."""


class NotAllowed(Exception):
    """The token is good, and lacks the scopes of the route."""


@dataclass(frozen=True)
class Authorizer:
    """One authorizer of an API.

    Attributes:
        issuer: what `iss` must be, and where the keys are found.
        audience: `aud` (or `client_id`, where there is no `aud`) must be one of these.
    """

    issuer: str
    audience: tuple[str, ...]

    def claims(self, authorization: str, scopes: tuple[str, ...] = ()) -> dict[str, str]:
        """Return the claims of the token in this header, as a function is told them: all of them strings.

        Raises:
            Refused: 401.
            NotAllowed: 403.
        """
        token = authorization.removeprefix("Bearer ").removeprefix("bearer ").strip()
        if not token:
            raise Refused("")
        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") not in {"RS256", "RS384", "RS512"}:
                raise Refused("signing method is invalid")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(head.get("kid")),
                algorithms=["RS256", "RS384", "RS512"],
                options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as broken:
            raise Refused("the token is malformed or its signature is invalid") from broken
        now = time.time()
        if claims.get("iss") != self.issuer:
            raise Refused("the issuer does not match")
        if "exp" not in claims or claims["exp"] + SLACK_S <= now:
            raise Refused("the token has expired")
        if claims.get("nbf", 0) - SLACK_S > now or claims.get("iat", 0) - SLACK_S > now + 1:
            raise Refused("the token is not valid yet")
        meant = claims["aud"] if "aud" in claims else claims.get("client_id")
        if not set(meant if isinstance(meant, list) else [meant]) & set(self.audience):
            raise Refused("the token does not have a valid audience")
        if scopes and not set(scopes) & set(str(claims.get("scope") or claims.get("scp") or "").split()):
            raise NotAllowed
        return {name: _string(value) for name, value in claims.items()}

    def _key(self, kid: str | None) -> jwt.PyJWK:
        with httpx.Client(timeout=5) as client:
            about = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration").json()
            keys = jwt.PyJWKSet.from_dict(client.get(about["jwks_uri"]).json())
        found = next((key for key in keys.keys if key.key_id == kid), None)
        if found is None:
            raise Refused("no key of the issuer has this id")
        return found


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(_string, value))}]"
    return str(value)
