from __future__ import annotations

import re
from pathlib import Path

import pytest

from cyclorama import settings
from cyclorama.errors import InvalidSetting

pytestmark = pytest.mark.unit


def test_defaults_listen_on_loopback_only() -> None:
    loaded = settings.load()
    assert (loaded.host, loaded.port) == ("127.0.0.1", 8000)
    assert not loaded.open_to_strangers


def test_file_outweighs_environment_and_flags_outweigh_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_PORT", "1001")
    monkeypatch.setenv("CYCLORAMA_HOST", "::1")
    monkeypatch.setenv("CYCLORAMA_LOG_LEVEL", "debug")
    Path("cyclorama.toml").write_text('port = 1002\nhost = "localhost"\n')
    loaded = settings.load(port=1003, host=None)
    assert (loaded.port, loaded.host, loaded.log_level) == (1003, "localhost", "debug")


def test_unknown_variable_is_named_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_PROT", "1")
    with pytest.raises(InvalidSetting, match=r"CYCLORAMA_PROT.*mean port"):
        settings.load()


def test_unknown_key_in_the_file_is_named() -> None:
    Path("cyclorama.toml").write_text('hots = "x"\n')
    with pytest.raises(InvalidSetting, match=r"hots \(in cyclorama.toml\).*mean host"):
        settings.load()


@pytest.mark.parametrize(("name", "value"), [("port", "70000"), ("port", "many"), ("log_level", "loud")])
def test_wrong_value_is_named_with_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CYCLORAMA_{name.upper()}", value)
    with pytest.raises(InvalidSetting, match=f"{name} is '{value}'.*It is:"):
        settings.load()


def test_names_come_between_commas_or_as_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_ALLOWED_HOSTS", "studio.example.org, other.example.org")
    assert settings.load().allowed_hosts == ("studio.example.org", "other.example.org")
    Path("cyclorama.toml").write_text('allowed_hosts = ["third.example.org"]')
    assert settings.load().allowed_hosts == ("third.example.org",)


def test_broken_file_is_named() -> None:
    Path("cyclorama.toml").write_text("port = = 1")
    with pytest.raises(InvalidSetting, match=r"cyclorama\.toml is not valid TOML"):
        settings.load()


@pytest.mark.parametrize(
    ("host", "names", "strangers"),
    [
        ("127.0.0.1", (), False),
        ("::1", (), False),
        ("127.0.0.1", ("studio.example.org",), True),
        ("0.0.0.0", (), True),
        ("192.0.2.7", (), True),
    ],
)
def test_strangers_are_reckoned_with(host: str, names: tuple[str, ...], strangers: bool) -> None:
    assert settings.load(host=host, allowed_hosts=names).open_to_strangers is strangers


def test_https_for_a_phone_listens_to_the_network_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings.load(tls_self_signed=True).host == "0.0.0.0"
    assert settings.load(tls_self_signed=True).open_to_strangers
    assert settings.load(tls_self_signed=True, host="127.0.0.1").host == "127.0.0.1"
    Path("cyclorama.toml").write_text("tls_self_signed = true\n")
    assert settings.load().host == "0.0.0.0"
    monkeypatch.setenv("CYCLORAMA_HOST", "192.0.2.7")
    assert settings.load().host == "192.0.2.7"
    assert settings.load(tls_self_signed=False).host == "192.0.2.7"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ice_servers", "stun:a,http://b", "http://b is not the address of a STUN or TURN server"),
        ("advertised_addresses", "192.0.2.7, studio.example.org", "studio.example.org is not an IP address"),
        ("advertised_addresses", "0.0.0.0", "nobody can be reached"),
        ("advertised_addresses", "192.0.2.0/24", "not an IP address"),
        ("media_port", "70000", "less than or equal to 65535"),
    ],
)
def test_addresses_and_ports_are_checked_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(f"CYCLORAMA_{name.upper()}", value)
    with pytest.raises(InvalidSetting, match=re.escape(why)) as raised:
        settings.load()
    assert f"The setting {name} is" in raised.value.detail


def test_addresses_and_ports_that_are_right_are_taken() -> None:
    loaded = settings.load(
        ice_servers=("stun:stun.example.org",),
        advertised_addresses="192.0.2.7,2001:db8::7",
    )
    assert loaded.advertised_addresses == ("192.0.2.7", "2001:db8::7")


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ({"tls_cert": "a"}, "tls_key is not"),
        ({"tls_key": "a"}, "tls_cert is not"),
        ({"tls_cert": "a", "tls_key": "b", "tls_self_signed": True}, "Take out tls_self_signed"),
        ({"ice_servers": "turn:a"}, "turn_secret is not set"),
    ],
)
def test_settings_that_do_not_fit_together_are_named_and_no_secret_is_shown(
    flags: dict[str, object], why: str
) -> None:
    with pytest.raises(InvalidSetting, match=why) as raised:
        settings.load(**flags, openai_key="s3cret")
    assert "s3cret" not in raised.value.detail


@pytest.mark.parametrize("key", ["too-short", "sixteen letters and a space", "schlüsselschlüsselschlüssel"])
def test_a_key_that_is_none_is_not_shown(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("CYCLORAMA_CREATOR_KEY", key)
    with pytest.raises(InvalidSetting, match=r"creator_key is not shown here.* 16 letters") as caught:
        settings.load()
    assert key not in caught.value.detail
