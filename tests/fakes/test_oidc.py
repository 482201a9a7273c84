from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from tests.fakes.oidc import FakeOidc

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.aws

VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "http://localhost:9/"


@pytest.fixture(scope="module")
def oidc() -> Iterator[FakeOidc]:
    with FakeOidc() as oidc:
        yield oidc


@pytest.fixture
def client(oidc: FakeOidc) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=oidc.origin) as client:
        yield client


def asked(client: httpx.Client, **other: str) -> httpx.Response:
    usual = {
        "client_id": "studio",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid",
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return client.get("/authorize", params=usual | other)


def signed_in(
    client: httpx.Client,
    password: str = "correct horse",  # noqa: S107 # it opens nothing
) -> httpx.Response:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked(client).text))
    return client.post("/sign-in", data=hidden | {"username": "ann@example.com", "password": password})


def code(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303
    return {name: value for name, (value,) in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchanged(client: httpx.Client, **other: str) -> httpx.Response:
    usual = {
        "grant_type": "authorization_code",
        "client_id": "studio",
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return client.post("/token", data=usual | other)


def test_a_code_becomes_tokens_once(oidc: FakeOidc, client: httpx.Client) -> None:
    about: dict[str, Any] = client.get("/.well-known/openid-configuration").json()
    assert about["issuer"] == oidc.issuer
    came = code(signed_in(client))
    assert came["state"] == "a state"
    answer = exchanged(client, code=came["code"])
    assert answer.headers["access-control-allow-origin"] == "*"
    tokens = answer.json()
    (key,) = jwt.PyJWKSet.from_dict(client.get(about["jwks_uri"]).json()).keys
    claims = jwt.decode(tokens["access_token"], key, ["RS256"])
    assert (claims["iss"], claims["client_id"], claims["token_use"]) == (oidc.issuer, "studio", "access")
    assert "aud" not in claims
    assert jwt.decode(tokens["id_token"], key, ["RS256"], audience="studio")["token_use"] == "id"
    assert exchanged(client, code=came["code"]).json() == {"error": "invalid_grant"}


def test_a_verifier_that_does_not_fit_gets_nothing(client: httpx.Client) -> None:
    came = code(signed_in(client))
    refused = exchanged(client, code=came["code"], code_verifier="b" * 43)
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})


def test_a_wrong_password_is_asked_for_again(client: httpx.Client) -> None:
    answer = signed_in(client, "wrong")
    assert answer.status_code == 401
    assert "Incorrect username or password" in answer.text


def test_a_refresh_token_is_good_until_everybody_is_signed_out(oidc: FakeOidc, client: httpx.Client) -> None:
    oidc.expires = 60
    tokens = exchanged(client, code=code(signed_in(client))["code"]).json()
    assert tokens["expires_in"] == 60
    renewal = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert exchanged(client, **renewal).json()["access_token"]
    assert oidc.refreshed == 1
    oidc.sign_out_everywhere()
    assert exchanged(client, **renewal).json() == {"error": "invalid_grant"}


def test_signing_out_takes_a_refresh_token_back(client: httpx.Client) -> None:
    refresh = exchanged(client, code=code(signed_in(client))["code"]).json()["refresh_token"]
    assert client.post("/revoke", data={"token": refresh, "client_id": "studio"}).status_code == 200
    renewed = exchanged(client, grant_type="refresh_token", refresh_token=refresh)
    assert renewed.json() == {"error": "invalid_grant"}
    away = client.get("/logout", params={"client_id": "studio", "post_logout_redirect_uri": BACK})
    assert away.headers["location"] == BACK
    away = client.get("/logout", params={"client_id": "studio", "logout_uri": "https://else.example/"})
    assert away.status_code == 400


def test_strangers_are_sent_nowhere(client: httpx.Client) -> None:
    assert asked(client, redirect_uri="https://else.example/").status_code == 400
    assert asked(client, client_id="another").status_code == 400
    assert code(asked(client, code_challenge="")) == {"error": "invalid_request", "state": "a state"}
    assert code(asked(client, response_type="token"))["error"] == "unsupported_response_type"
