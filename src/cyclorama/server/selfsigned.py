"""A certificate of our own making, so that a phone on the same network gets a page that may use its camera.

Browsers ask before they take it: nobody whom they know vouches for it. It cannot sign others (it is no CA),
so that whoever trusts it trusts this server alone.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cyclorama import keyfile, network
from cyclorama.errors import Unavailable
from cyclorama.settings import ANY_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cyclorama.settings import Settings

# Apple's limit for certificates that a user trusts is 825 days, and every browser's for those of a public
# authority 398. Kept below both, counted from a day ago: a phone's clock may be behind.
LIFETIME = timedelta(days=397)
BEFORE = timedelta(days=1)
RENEW = timedelta(days=30)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cyclorama studio")])


def keep(settings: Settings) -> tuple[Path, Path]:
    """Return the files of certificate and key in the data folder.

    The key is made once. The certificate is made anew when it is about to expire or lacks an address or a
    name under which this machine is reached now.

    Raises:
        Unavailable: the files cannot be used.
    """
    path = settings.data / keyfile.CERTIFICATE
    key_path = path.with_name("key.pem")
    key = _key(key_path)
    needed = {
        "localhost",
        "127.0.0.1",
        "::1",
        *network.own_names(),
        *network.reachable_addresses(),
        *settings.advertised_addresses,
        *settings.allowed_hosts,
    }
    if settings.host not in ANY_ADDRESS:
        needed.add(settings.host)
    if not _serves(path, key, needed):
        _write(path, _make(key, needed | set(network.own_addresses())))
    return path, key_path


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    pem = keyfile.keep(path, _new_key)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Unavailable(
            f"{path} does not hold the private key that was made for HTTPS. "
            "Delete it: a new one is made then."
        )
    return key


def _new_key() -> bytes:
    # P-256 is what every browser knows.
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _serves(path: Path, key: ec.EllipticCurvePrivateKey, needed: Iterable[str]) -> bool:
    """Whether the certificate there is ours, lasts for a while and has these names."""
    try:
        kept = x509.load_pem_x509_certificate(path.read_bytes())
        names = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    now = datetime.now(UTC)
    lasts = kept.not_valid_before_utc <= now < kept.not_valid_after_utc - RENEW
    return lasts and kept.public_key() == key.public_key() and set(_general(needed)) <= set(names)


def _make(key: ec.EllipticCurvePrivateKey, names: Iterable[str]) -> bytes:
    begins = datetime.now(UTC) - BEFORE
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(_general(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _general(names: Iterable[str]) -> list[x509.GeneralName]:
    general: list[x509.GeneralName] = []
    for name in sorted(names):
        try:
            general.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            with suppress(ValueError):  # a name that is not ASCII; nobody can be sent there by it
                general.append(x509.DNSName(name.lower()))
    return general


def _write(path: Path, pem: bytes) -> None:
    """Put the certificate there, whole, in place of what was."""
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unavailable(
            f"The certificate {path} cannot be written: {error.strerror}. "
            "Mend the folder's permissions, or set CYCLORAMA_DATA to a folder of your own."
        ) from error
