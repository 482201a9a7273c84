from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from cyclorama import network
from cyclorama.errors import Unavailable
from cyclorama.server import selfsigned, tls
from cyclorama.settings import Settings
from tests.server.serving import served

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

HOME, OFFICE = "192.0.2.10", "198.51.100.20"


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_names", lambda: ["desk", "desk.local"])
    at(monkeypatch, HOME)


def at(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: list(addresses))


def made(tmp_path: Path, **settings: Any) -> x509.Certificate:
    path, _ = selfsigned.keep(Settings(data=tmp_path, tls_self_signed=True, **settings))
    return x509.load_pem_x509_certificate(path.read_bytes())


def names(certificate: x509.Certificate) -> set[str]:
    san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in san}


def test_it_names_all_by_which_the_server_is_reached(tmp_path: Path) -> None:
    given = made(tmp_path, allowed_hosts=("Studio.example.org",), advertised_addresses=("203.0.113.7",))
    here = {"localhost", "127.0.0.1", "::1", "desk", "desk.local", HOME}
    assert names(given) == here | {"studio.example.org", "203.0.113.7"}
    assert OFFICE in names(made(tmp_path, host=OFFICE))


def test_it_can_only_be_a_servers_and_not_sign_others(tmp_path: Path) -> None:
    extensions = made(tmp_path).extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.value.ca, constraints.critical) == (False, True)
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign, usage.crl_sign) == (True, False, False)
    extended = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(extended) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_it_lasts_no_longer_than_browsers_take(tmp_path: Path) -> None:
    certificate = made(tmp_path)
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert timedelta(days=390) < lasts <= timedelta(days=397)
    assert certificate.not_valid_before_utc < datetime.now(UTC) - timedelta(hours=12)


def test_only_their_owner_may_read_the_files(tmp_path: Path) -> None:
    made(tmp_path)
    for name in ("key.pem", "cert.pem"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600


def test_it_stays_while_it_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, HOME, OFFICE, "2001:db8::1")
    first = made(tmp_path)
    assert made(tmp_path) == first
    # gone addresses do no harm, and IPv6 addresses change daily
    at(monkeypatch, OFFICE, "2001:db8::2")
    assert made(tmp_path) == first


def test_it_is_made_anew_for_a_new_address_with_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(tmp_path)
    at(monkeypatch, OFFICE)
    second = made(tmp_path)
    assert OFFICE in names(second)
    assert HOME not in names(second), "nobody here is told where else we were"
    assert second.public_key() == first.public_key()
    assert "studio.example.org" in names(made(tmp_path, allowed_hosts=("studio.example.org",)))


def test_it_is_made_anew_before_it_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfsigned, "LIFETIME", selfsigned.RENEW)
    first = made(tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(network, "own_names", lambda: ["desk", "desk.local"])
    at(monkeypatch, HOME)
    assert made(tmp_path).not_valid_after_utc > first.not_valid_after_utc


@pytest.mark.parametrize("left", [b"", b"rubbish"])
def test_a_broken_certificate_is_made_anew_and_a_broken_key_is_said(tmp_path: Path, left: bytes) -> None:
    made(tmp_path)
    (tmp_path / "tls/cert.pem").write_bytes(left)
    assert made(tmp_path)
    (tmp_path / "tls/key.pem").write_bytes(left)
    with pytest.raises(Unavailable, match=r"key\.pem does not hold the private key.*Delete it"):
        made(tmp_path)


def test_a_new_key_makes_the_old_certificate_useless(tmp_path: Path) -> None:
    first = made(tmp_path)
    (tmp_path / "tls/key.pem").unlink()
    second = made(tmp_path)
    assert second.public_key() != first.public_key()
    certificate = tls.certificate(Settings(data=tmp_path, tls_self_signed=True))
    assert certificate
    assert certificate.self_signed
    certificate.context()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_client_that_knows_it_takes_it(tmp_path: Path, host: str) -> None:
    settings = Settings(data=tmp_path, tls_self_signed=True)
    certificate = tls.certificate(settings)
    assert certificate
    trust = ssl.create_default_context(cafile=certificate.chain)
    async with (
        served(settings, context=certificate.context()) as port,
        httpx.AsyncClient(verify=trust) as knowing,
        httpx.AsyncClient() as stranger,
    ):
        assert (await knowing.get(f"https://{host}:{port}/healthz")).status_code == 200
        with pytest.raises(httpx.ConnectError, match="self-signed"):
            await stranger.get(f"https://{host}:{port}/healthz")
