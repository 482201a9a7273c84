"""An OpenID provider on loopback: a sign-in form, codes with PKCE, access and refresh tokens.

Its access tokens are like those of Amazon Cognito: `client_id` in place of `aud`.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.fakes.web import Web

if TYPE_CHECKING:
    from starlette.requests import Request

FORM = """<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,">
<form method="post" action="/sign-in"><h1>Sign in</h1>{refused}
<label>Email <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
{hidden}<button>Sign in</button></form>"""
CROSSED = {"/.well-known/openid-configuration", "/jwks", "/revoke", "/token"}
"""What pages of other origins may fetch."""
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "nonce")


@dataclass(frozen=True)
class _Code:
    """What a code was given for."""

    redirect: str
    challenge: str
    scope: str
    nonce: str


class FakeOidc(Web):
    """Serves while its context is open, as the issuer `origin`.

    Args:
        client: the one client that it knows: a public one, which has no secret.
        port: 0 for any that is free.

    Attributes:
        users: passwords by name.
        redirects: addresses that codes may go to; all of loopback while there is none.
        expires: seconds for which an access token is good.
        refreshed, revoked: how often a refresh token was used, and taken back.
    """

    def __init__(self, client: str = "studio", port: int = 0) -> None:
        super().__init__(port)
        self.client = client
        self.users = {"ann@example.com": "correct horse"}
        self.redirects: set[str] = set()
        self.expires = 3600
        self.refreshed = 0
        self.revoked = 0
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, str] = {}
        self.turn_keys()

    @property
    def issuer(self) -> str:
        """What stands in `iss`."""
        return self.origin

    def turn_keys(self) -> None:
        """Sign with another key from now on, and publish only that."""
        self._key = rsa.generate_private_key(65537, 2048)
        self._kid = secrets.token_hex(8)

    def token(self, **claims: Any) -> str:
        """Return an access token; `claims` replace those that it usually has, None takes one away."""
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "sub": "7c7bb1d6-0000-4000-8000-000000000001",
            "client_id": self.client,
            "token_use": "access",
            "scope": "openid",
            "iat": now,
            "exp": now + self.expires,
            "jti": secrets.token_hex(8),
            "username": "ann",
        }
        wanted = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(wanted, self._key, "RS256", {"kid": self._kid})

    async def answer(self, request: Request) -> Response:
        """Answer as a provider."""
        if request.method == "OPTIONS":
            response: Response = Response(status_code=204)
        else:
            match request.method, request.url.path:
                case "GET", "/.well-known/openid-configuration":
                    response = JSONResponse(self._discovery())
                case "GET", "/jwks":
                    response = JSONResponse(self._keys())
                case "GET", "/authorize":
                    response = self._authorize(dict(request.query_params))
                case "POST", "/sign-in":
                    response = self._sign_in(await _form(request))
                case "POST", "/token":
                    response = self._token(await _form(request))
                case "POST", "/revoke":
                    if self._refresh.pop((await _form(request)).get("token", ""), None) is not None:
                        self.revoked += 1
                    response = Response(status_code=200)
                case "GET", "/logout":
                    response = self._log_out(dict(request.query_params))
                case _:
                    response = Response(status_code=404)
        if request.url.path in CROSSED:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Allow-Headers"] = "content-type"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/jwks",
            "revocation_endpoint": f"{self.origin}/revoke",
            "end_session_endpoint": f"{self.origin}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "email"],
        }

    def _keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [key | {"kid": self._kid, "alg": "RS256", "use": "sig"}]}

    def _authorize(self, asked: dict[str, str], refused: str = "") -> Response:
        """Show the form, or say what is wrong; to an address that is not known nothing is ever sent."""
        redirect = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.client or not self._may_go_to(redirect):
            return HTMLResponse("<h1>invalid_client or redirect_mismatch</h1>", 400)
        wrong = (
            "unsupported_response_type"
            if asked.get("response_type") != "code"
            else "invalid_request"
            if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43
            else "invalid_scope"
            if "openid" not in asked.get("scope", "").split()
            else ""
        )
        if wrong:
            return _back(redirect, error=wrong, state=asked.get("state", ""))
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(asked.get(name, ""))}">'
            for name in (*ASKED, "code_challenge_method")
        )
        return HTMLResponse(FORM.format(hidden=hidden, refused=refused), 401 if refused else 200)

    def _sign_in(self, sent: dict[str, str]) -> Response:
        if self.users.get(sent.get("username", "")) != sent.get("password"):
            return self._authorize(sent, "<p role=alert>Incorrect username or password.</p>")
        if not self._may_go_to(sent["redirect_uri"]):
            return HTMLResponse("<h1>redirect_mismatch</h1>", 400)
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            sent["redirect_uri"], sent["code_challenge"], sent["scope"], sent.get("nonce", "")
        )
        return _back(sent["redirect_uri"], code=code, state=sent.get("state", ""))

    def _log_out(self, asked: dict[str, str]) -> Response:
        back = asked.get("post_logout_redirect_uri", asked.get("logout_uri", ""))
        if asked.get("client_id") != self.client or not self._may_go_to(back):
            return HTMLResponse("<h1>redirect_mismatch</h1>", 400)
        return RedirectResponse(back, 303)

    def _may_go_to(self, redirect: str) -> bool:
        return redirect in self.redirects or (
            not self.redirects and urlsplit(redirect).hostname in {"localhost", "127.0.0.1"}
        )

    def _token(self, sent: dict[str, str]) -> Response:
        if sent.get("client_id") != self.client:
            return JSONResponse({"error": "invalid_client"}, 400)
        match sent.get("grant_type"):
            case "authorization_code":
                code = self._codes.pop(sent.get("code", ""), None)  # it is good once
                verifier = sent.get("code_verifier", "")
                digest = hashlib.sha256(verifier.encode()).digest()
                challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                if not code or code.redirect != sent.get("redirect_uri") or code.challenge != challenge:
                    return JSONResponse({"error": "invalid_grant"}, 400)
                refresh = secrets.token_urlsafe(24)
                self._refresh[refresh] = code.scope
                return JSONResponse(self._tokens(code.scope, code.nonce) | {"refresh_token": refresh})
            case "refresh_token":
                scope = self._refresh.get(sent.get("refresh_token", ""))
                if scope is None:
                    return JSONResponse({"error": "invalid_grant"}, 400)
                self.refreshed += 1
                return JSONResponse(self._tokens(scope, ""))
            case _:
                return JSONResponse({"error": "unsupported_grant_type"}, 400)

    def sign_out_everywhere(self) -> None:
        """Let no refresh token be good any more."""
        self._refresh.clear()

    def _tokens(self, scope: str, nonce: str) -> dict[str, Any]:
        identity = {"client_id": None, "aud": self.client, "token_use": "id", "nonce": nonce or None}
        return {
            "access_token": self.token(scope=scope),
            "id_token": self.token(**identity),
            "token_type": "Bearer",
            "expires_in": self.expires,
            "scope": scope,
        }


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _back(redirect: str, **answer: str) -> Response:
    return RedirectResponse(f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(answer)}", 303)
