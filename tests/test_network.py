from __future__ import annotations

from ipaddress import ip_address

import pytest

from cyclorama import network

pytestmark = pytest.mark.unit


def having(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: list(addresses))


def test_our_own_addresses_are_neither_loopback_nor_link_local() -> None:
    for address in map(ip_address, network.own_addresses()):
        assert not address.is_loopback
        assert not address.is_link_local


def test_ipv4_comes_first_and_of_it_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_sends_from", lambda family, _: "192.0.2.7" if family == 2 else "")
    having(monkeypatch, "fd00::2", "172.17.0.1", "192.0.2.7", "169.254.1.1", "192.0.2.7")
    assert network.own_addresses() == ["192.0.2.7", "172.17.0.1", "fd00::2"]


def test_who_has_ipv4_is_sent_there(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, "fd00::2", "192.0.2.7")
    assert network.reachable_addresses() == ["192.0.2.7"]
    having(monkeypatch, "fd00::2")
    assert network.reachable_addresses() == ["fd00::2"]
    having(monkeypatch)
    assert network.reachable_addresses() == []


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("desk", ["desk", "desk.local"]),
        ("Desk.local", ["desk.local"]),
        ("desk.example.org", ["desk.example.org", "desk.local"]),
        ("bürö", []),
    ],
)
def test_our_own_names(monkeypatch: pytest.MonkeyPatch, host: str, names: list[str]) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: host)
    assert network.own_names() == names
