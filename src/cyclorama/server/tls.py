"""HTTPS: the certificate that the server shows, and what can be wrong with it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization

from cyclorama.errors import InvalidSetting
from cyclorama.server import selfsigned

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.settings import Settings


@dataclass(frozen=True)
class Certificate:
    """A certificate chain that can be used, with its key.

    Attributes:
        chain, key: the files (PEM).
        expires: until when browsers take it.
        names: the DNS names and IP addresses that it is for.
        fingerprint: SHA-256 of it, as browsers show it: pairs of hexadecimal digits between colons.
        self_signed: whether we made it ourselves.
    """

    chain: Path
    key: Path
    expires: datetime
    names: tuple[str, ...]
    fingerprint: str
    self_signed: bool

    def context(self) -> ssl.SSLContext:
        """Return what a server needs: TLS 1.2 or newer.

        Raises:
            InvalidSetting: OpenSSL does not want the certificate.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(self.chain, self.key)
        except ssl.SSLError as error:
            raise InvalidSetting(
                f"The certificate in {self.chain} cannot be used: {error.reason or error}. Set tls_cert and "
                "tls_key to the files that your certificate authority gave you."
            ) from error
        return context


def certificate(settings: Settings) -> Certificate | None:
    """Return the certificate of the settings, made anew if it is to be ours; None where HTTPS is not wanted.

    Raises:
        InvalidSetting: it cannot be used; the message says which file, and why.
        Unavailable: ours cannot be kept in the data folder.
    """
    if settings.tls_self_signed:
        return _certificate(*selfsigned.keep(settings), self_signed=True)
    if settings.tls_cert and settings.tls_key:
        return _certificate(settings.tls_cert, settings.tls_key, self_signed=False)
    return None


def _certificate(chain: Path, key: Path, *, self_signed: bool) -> Certificate:
    try:
        leaf, *_ = x509.load_pem_x509_certificates(_read(chain, "tls_cert"))
    except ValueError:
        raise InvalidSetting(
            f"The setting tls_cert is {chain}, which holds no certificate in PEM: it should begin with "
            "-----BEGIN CERTIFICATE-----. Were tls_cert and tls_key swapped?"
        ) from None
    try:
        private = serialization.load_pem_private_key(_read(key, "tls_key"), password=None)
    except TypeError:
        raise InvalidSetting(
            f"The setting tls_key is {key}, which is locked with a password, and a server cannot type one. "
            f"Unlock a copy that only you may read: openssl pkey -in {key} -out unlocked.pem"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidSetting(
            f"The setting tls_key is {key}, which holds no private key in PEM: it should begin with "
            "-----BEGIN PRIVATE KEY-----. Were tls_cert and tls_key swapped?"
        ) from None
    if private.public_key() != leaf.public_key():
        raise InvalidSetting(
            f"The key in {key} does not belong to the first certificate in {chain}. Set tls_key to the key "
            "with which that certificate was asked for; in the chain, the server's own comes first."
        )
    _check_time(chain, leaf)
    digest = leaf.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(chain, key, leaf.not_valid_after_utc, _names(leaf), digest, self_signed)


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidSetting(
            f"The setting {setting} is {path}, which cannot be read: {error.strerror}. "
            "Set it to a file in PEM that you may read."
        ) from error


def _check_time(chain: Path, leaf: x509.Certificate) -> None:
    now = datetime.now(UTC)
    if now > leaf.not_valid_after_utc:
        raise InvalidSetting(
            f"The certificate in {chain} expired on {leaf.not_valid_after_utc:%Y-%m-%d}, so no browser would "
            "come. Renew it, or start with --tls-self-signed for now."
        )
    if now < leaf.not_valid_before_utc:
        raise InvalidSetting(
            f"The certificate in {chain} is good from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on, and "
            f"this machine's clock says {now:%Y-%m-%d %H:%M}. Is the clock right?"
        )


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = names.get_values_for_type(x509.IPAddress)
    return (*names.get_values_for_type(x509.DNSName), *(str(address) for address in addresses))
