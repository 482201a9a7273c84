from __future__ import annotations

import hashlib
import ssl
from typing import TYPE_CHECKING

import pytest

from cyclorama.errors import InvalidSetting
from cyclorama.server import tls
from cyclorama.settings import Settings
from tests.server.certificates import issue

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def used(chain: Path, key: Path) -> tls.Certificate:
    certificate = tls.certificate(Settings(tls_cert=chain, tls_key=key))
    assert certificate
    return certificate


def refused(chain: Path, key: Path) -> str:
    with pytest.raises(InvalidSetting) as raised:
        used(chain, key)
    assert raised.value.exit_code == 2
    assert "\n" not in raised.value.detail
    return raised.value.detail


def test_there_is_none_where_none_is_set() -> None:
    assert tls.certificate(Settings()) is None


def test_a_certificate_of_ones_own_is_used(tmp_path: Path) -> None:
    made = issue(tmp_path, names=("studio.example.org", "other.example.org"))
    certificate = used(made.chain, made.key)
    assert certificate.names == ("studio.example.org", "other.example.org")
    assert certificate.expires == made.expires.replace(microsecond=0)
    assert not certificate.self_signed
    assert certificate.context().minimum_version == ssl.TLSVersion.TLSv1_2


def test_the_fingerprint_is_that_which_browsers_show(tmp_path: Path) -> None:
    made = issue(tmp_path)
    der = ssl.PEM_cert_to_DER_cert(made.chain.read_text())
    shown = used(made.chain, made.key).fingerprint
    assert shown.split(":") == [f"{byte:02X}" for byte in hashlib.sha256(der).digest()]


def test_missing_files_are_named(tmp_path: Path) -> None:
    made = issue(tmp_path)
    nothing = tmp_path / "nothing.pem"
    assert f"tls_cert is {nothing}, which cannot be read: No such file" in refused(nothing, made.key)
    assert f"tls_key is {nothing}, which cannot be read: No such file" in refused(made.chain, nothing)
    assert "Is a directory" in refused(tmp_path, made.key)


def test_swapped_files_are_noticed(tmp_path: Path) -> None:
    made = issue(tmp_path)
    assert "swapped" in refused(made.key, made.chain)
    assert "swapped" in refused(made.chain, made.chain)


def test_a_key_of_another_certificate_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    made, other = issue(tmp_path), issue(tmp_path / "other")
    assert "does not belong" in refused(made.chain, other.key)


def test_a_key_with_a_password_does_not_hold_the_start_up(tmp_path: Path) -> None:
    made = issue(tmp_path, password="open sesame")
    assert "locked with a password" in refused(made.chain, made.key)


def test_certificates_are_good_in_their_time_only(tmp_path: Path) -> None:
    made = issue(tmp_path, days=-1)
    assert f"expired on {made.expires:%Y-%m-%d}" in refused(made.chain, made.key)
    made = issue(tmp_path, begins=1)
    assert "Is the clock right?" in refused(made.chain, made.key)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_rubbish_is_no_certificate(tmp_path: Path, content: bytes) -> None:
    made = issue(tmp_path)
    made.chain.write_bytes(content)
    assert "holds no certificate" in refused(made.chain, made.key)
