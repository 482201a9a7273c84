"""Tokens and the key that signs them."""

from __future__ import annotations

import stat
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cyclorama.errors import Unauthorized, Unavailable
from cyclorama.stage.tokens import KEY_FILE, Address, Signer

from .forging import signed_with_the_public_key

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.stage.tokens import Token

pytestmark = pytest.mark.unit
ADDRESS = Address("cyclorama:stage/abc", "abc", events_url="/roster", whip_url="/whip")


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.at(tmp_path)


def minted(signer: Signer, minutes: int = 5) -> Token:
    return signer.mint(
        ADDRESS, user_id="ann", attributes={"hat": "red"}, publish=True, subscribe=False, minutes=minutes
    )


def test_a_token_says_what_ivs_documents(signer: Signer) -> None:
    token = minted(signer)
    assert jwt.get_unverified_header(token.token)["alg"] == "ES384"
    payload = jwt.decode(token.token, options={"verify_signature": False})
    assert payload == {
        "exp": payload["iat"] + 300,
        "iat": pytest.approx(time.time(), abs=5),
        "jti": token.claims.jti,
        "resource": "cyclorama:stage/abc",
        "topic": "abc",
        "events_url": "/roster",
        "whip_url": "/whip",
        "user_id": "ann",
        "attributes": {"hat": "red"},
        "capabilities": {"allow_publish": True, "allow_subscribe": False},
        "version": "0.0",
    }
    assert signer.verify(token.token) == token.claims


def test_every_participant_has_an_id_of_their_own(signer: Signer) -> None:
    assert len({minted(signer).claims.jti for _ in range(50)}) == 50


def test_an_expired_token_says_so(signer: Signer) -> None:
    with pytest.raises(Unauthorized, match="expired"):
        signer.verify(minted(signer, minutes=-1).token)


@pytest.mark.parametrize("missing", ["exp", "iat", "jti", "capabilities", "resource"])
def test_no_claim_may_be_missing(signer: Signer, missing: str) -> None:
    payload = minted(signer).claims.model_dump()
    del payload[missing]
    with pytest.raises(Unauthorized):
        signer.verify(jwt.encode(payload, signer._key, algorithm="ES384"))


def test_a_token_may_name_its_key(signer: Signer) -> None:
    named = Signer(signer._key, kid="arn:aws:ivs:us-west-2:1:public-key/x")
    token = minted(named)
    assert jwt.get_unverified_header(token.token)["kid"] == "arn:aws:ivs:us-west-2:1:public-key/x"
    assert "kid" not in jwt.get_unverified_header(minted(signer).token)
    assert (token.participant_id, token.expires_at) == (token.claims.jti, token.claims.exp)


def test_the_public_key_is_no_secret_to_sign_with(signer: Signer) -> None:
    with pytest.raises(Unauthorized):
        signer.verify(signed_with_the_public_key(minted(signer).claims.model_dump(), signer))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é", "." * 9])
def test_rubbish_is_no_token(signer: Signer, text: str) -> None:
    with pytest.raises(Unauthorized):
        signer.verify(text)


def test_errors_and_representations_do_not_hold_the_token(signer: Signer) -> None:
    token = minted(signer, minutes=-1)
    with pytest.raises(Unauthorized) as caught:
        signer.verify(token.token)
    assert token.token[:20] not in repr(caught.value)
    assert caught.value.__suppress_context__
    assert token.token not in repr(token)


def test_the_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        signers = list(starts.map(lambda _: Signer.at(tmp_path / "new"), range(8)))
    token = minted(signers[0])
    assert all(each.verify(token.token) == token.claims for each in signers)
    assert stat.S_IMODE((tmp_path / "new" / KEY_FILE).stat().st_mode) == 0o600


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(rsa.generate_private_key(65537, 2048)),
    ],
)
def test_a_wrong_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(Unavailable, match=KEY_FILE):
        Signer.at(tmp_path)
