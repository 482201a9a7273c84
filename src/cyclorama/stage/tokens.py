"""Participant tokens: ES384 JWTs with the claims that Amazon IVS documents.

The local stage and IVS differ in the values of the claims only, and in the key that signs them. A token is a
secret: no text of an error, log line or `repr` here holds one.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, ValidationError

from cyclorama import keyfile
from cyclorama.errors import Unauthorized, Unavailable
from cyclorama.stage import base

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALGORITHM = "ES384"
KEY_FILE = "stage-key.pem"
ASK_AGAIN = "Ask whoever gave you the link for a new one."


class Capabilities(BaseModel):
    """What a token allows."""

    model_config = ConfigDict(frozen=True)

    allow_publish: bool
    allow_subscribe: bool


class Claims(BaseModel):
    """What a token says. `jti` is the participant's id; `exp` and `iat` are in Unix seconds."""

    model_config = ConfigDict(frozen=True)

    exp: int
    iat: int
    jti: str
    resource: str
    topic: str
    events_url: str
    whip_url: str
    user_id: str
    attributes: dict[str, str]
    capabilities: Capabilities
    version: str


@dataclass(frozen=True)
class Address:
    """Which stage a token is for, and where its bearer finds it: the claims of the same names."""

    resource: str
    topic: str
    events_url: str
    whip_url: str


@dataclass(frozen=True)
class Token(base.Token):
    """A signed token and what it says."""

    claims: Claims


class Signer:
    """Mints tokens with a P-384 key and verifies them again.

    Args:
        key: the private key.
        kid: what the verifier knows its public half by; it stands in the tokens' header unless it is "".
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey, kid: str = "") -> None:
        self._key = key
        self._public = key.public_key()
        self._kid = kid

    @classmethod
    def of(cls, pem: bytes, kid: str = "") -> Signer:
        """Use the key in `pem`.

        Raises:
            ValueError: it is not an unencrypted P-384 private key; the message does not hold it.
        """
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
            raise ValueError("not a P-384 private key") from None
        return cls(key, kid)

    @classmethod
    def at(cls, folder: Path) -> Signer:
        """Use the key in `folder`, made on first use.

        Raises:
            Unavailable: the key file cannot be used.
        """
        path = folder / KEY_FILE
        try:
            return cls.of(keyfile.keep(path, new_key))
        except ValueError:
            raise Unavailable(
                f"{path} does not hold a P-384 private key, so no link can be signed. Put the right file "
                "back, or delete it: a new key is made then, and links given out before stop working."
            ) from None

    def mint(
        self,
        address: Address,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        """Return a token for a new participant of the stage at `address`, good for `minutes`."""
        now = int(time.time())
        claims = Claims(
            **asdict(address),
            exp=now + minutes * 60,
            iat=now,
            jti=secrets.token_urlsafe(9),
            user_id=user_id,
            attributes=dict(attributes),
            capabilities=Capabilities(allow_publish=publish, allow_subscribe=subscribe),
            version="0.0",
        )
        headers = {"kid": self._kid} if self._kid else None
        token = jwt.encode(claims.model_dump(), self._key, ALGORITHM, headers)
        return Token(token, claims.jti, claims.exp, claims)

    def verify(self, token: str) -> Claims:
        """Return what `token` says. Whether its stage is there, and lets its bearer in, is for the caller.

        Raises:
            Unauthorized: it is not a token, not signed with our key, or has expired.
        """
        try:
            payload = jwt.decode(
                token,
                self._public,
                algorithms=[ALGORITHM],
                options={"require": ["exp", "iat", "jti"]},
            )
            return Claims.model_validate(payload)
        except jwt.ExpiredSignatureError:
            raise Unauthorized(f"This link has expired. {ASK_AGAIN}") from None
        except (jwt.PyJWTError, ValidationError):
            # `from None`: the cause may quote parts of the token.
            raise Unauthorized(f"This is not a token of this server. {ASK_AGAIN}") from None


def new_key() -> bytes:
    """Return a new P-384 private key as PEM, without a password."""
    return ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
