"""The key pair that signs participant tokens, so that none costs a call of the API.

Amazon takes the public half of a P-384 key and verifies tokens with it, as its guide says under
"Creating Tokens with a Key Pair":
https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/getting-started-distribute-tokens.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from cyclorama.errors import InvalidRequest, InvalidSetting, NotConfigured
from cyclorama.stage.tokens import Signer

if TYPE_CHECKING:
    from cyclorama.settings import Settings


def public_half(private_pem: bytes) -> str:
    """Return the public half of a P-384 key, as PEM.

    Raises:
        InvalidRequest: this is no such key.
    """
    try:
        Signer.of(private_pem)
    except ValueError:
        raise InvalidRequest("This is no P-384 private key in PEM form, or it has a password.") from None
    public = load_pem_private_key(private_pem, None).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signer_of(settings: Settings) -> Signer | None:
    """Return who signs tokens by the settings, or None if Amazon shall make them.

    Raises:
        InvalidSetting: half of the pair is missing, or the key is none.
        NotConfigured: the key cannot be read.
    """
    if not settings.ivs_key and not settings.ivs_key_arn:
        return None
    if not settings.ivs_key or not settings.ivs_key_arn:
        raise InvalidSetting(
            "To sign IVS tokens here, both ivs_key and ivs_key_arn have to be set: the file of the private "
            "key, and the ARN that Amazon gave its public half. `cyclorama stage key` makes both."
        )
    try:
        return Signer.of(settings.ivs_key.read_bytes(), settings.ivs_key_arn)
    except OSError as error:
        raise NotConfigured(
            f"The key {settings.ivs_key} (ivs_key) cannot be read: {error.strerror}."
        ) from error
    except ValueError:
        raise InvalidSetting(f"{settings.ivs_key} (ivs_key) does not hold a P-384 private key.") from None
