"""Tokens that somebody without our key might make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import HMACAlgorithm
from jwt.utils import base64url_encode

if TYPE_CHECKING:
    from cyclorama.stage.tokens import Signer


def signed_with_the_public_key(claims: dict[str, Any], signer: Signer) -> str:
    """Sign as for a verifier that believes the header, and so checks an HMAC with its public key."""
    pem = signer._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    hmac = HMACAlgorithm(HMACAlgorithm.SHA384)
    # PyJWT itself refuses a PEM as the secret of an HMAC.
    head, body, _ = jwt.encode(claims, b"x" * 48, algorithm="HS384").split(".")
    return f"{head}.{body}.{base64url_encode(hmac.sign(f'{head}.{body}'.encode(), pem)).decode()}"
