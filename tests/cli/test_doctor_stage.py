from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cyclorama import extras, network
from cyclorama.cli.doctor import ice, stage
from cyclorama.settings import Settings
from tests import coturn
from tests.cli.running import call
from tests.fakes.stun import FakeStun
from tests.server.certificates import Files, issue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cyclorama.cli.doctor.check import Check
    from tests.coturn import Coturn

pytestmark = pytest.mark.unit

PUBLIC = "203.0.113.7"


def found(**settings: object) -> dict[str, Check]:
    return {check.name: check for check in stage.checks(Settings.model_validate(settings))}


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Coturn]:
    with coturn.running(tmp_path) as relay:
        yield relay


def test_doctor_looks_at_the_stage() -> None:
    answer = call("doctor", COLUMNS="200")
    for part in ("Stage", "- HTTPS", "- ICE servers", "- Address", "- Media port"):
        assert part in answer.stdout


def test_all_is_well_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("it asked somebody who is not configured")

    monkeypatch.setattr("aioice.turn.create_turn_endpoint", ask)
    monkeypatch.setattr(ice, "_bind", ask)
    checks = found()
    assert {check.state for name, check in checks.items() if name != "- Address"} == {"ok"}


def test_a_stun_server_says_where_we_come_from() -> None:
    with FakeStun(PUBLIC) as server:
        checks = found(ice_servers=(server.url,))
    assert (checks[f"- {server.url}"].state, checks[f"- {server.url}"].found) == (
        "ok",
        f"sees us as {PUBLIC}",
    )
    assert server.asked == 1


def test_behind_nat_it_says_what_to_set() -> None:
    with FakeStun(PUBLIC) as server:
        check = found(ice_servers=(server.url,))["- Address"]
    assert (check.state, check.found) == ("optional", f"behind NAT: the outside sees {PUBLIC}")
    assert f"advertised_addresses={PUBLIC}" in check.advice


def test_the_advertised_address_is_compared_with_what_is_seen() -> None:
    with FakeStun(PUBLIC) as server:
        right = found(ice_servers=(server.url,), advertised_addresses=(PUBLIC,))["- Address"]
        wrong = found(ice_servers=(server.url,), advertised_addresses=("203.0.113.8",))["- Address"]
    assert (right.state, right.found) == ("ok", f"{PUBLIC} is advertised")
    assert wrong.state == "optional"
    assert "203.0.113.8" in wrong.found
    assert PUBLIC in wrong.advice
    unchecked = found(advertised_addresses=(PUBLIC,))["- Address"]
    assert "this can be checked" in unchecked.advice


def test_an_address_of_this_machine_may_be_advertised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: ["192.0.2.9"])
    check = found(advertised_addresses=("192.0.2.9",))["- Address"]
    assert (check.state, check.advice) == ("ok", "")


def test_servers_that_do_not_answer_are_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "PATIENCE_S", 0.3)
    with FakeStun(None) as one, FakeStun(None) as other:
        checks = found(ice_servers=(one.url, other.url))
    for server in (one, other):
        check = checks[f"- {server.url}"]
        assert check.state == "broken"
        assert "no answer" in check.found
        assert "UDP port" in check.advice


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_turn_server_is_asked_for_a_relay_and_gives_it_back(relay: Coturn, transport: str) -> None:
    url = relay.turn if transport == "udp" else relay.turn_tcp
    check = found(ice_servers=(url, relay.stun), turn_secret=relay.secret)[f"- {url}"]
    assert (check.state, check.found) == ("ok", "sees us as 127.0.0.1, relays from 127.0.0.1")
    assert "REFRESH processed, success" in relay.log.read_text()


def test_a_secret_that_is_not_the_servers_is_said_to_be_wrong(relay: Coturn) -> None:
    check = found(ice_servers=(relay.turn,), turn_secret="another")[f"- {relay.turn}"]
    assert (check.state, check.found) == ("broken", "refuses our credentials")
    assert "static-auth-secret" in check.advice


def test_a_turn_server_that_is_not_there_is_said_to_be_missing() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"turn:127.0.0.1:{closed.getsockname()[1]}?transport=tcp"
        check = found(ice_servers=(url,), turn_secret="x")[f"- {url}"]
    assert check.state == "broken"
    assert check.advice == "Does it run?"


def test_the_media_port_is_tried() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        check = found(media_port=port)["- Media port"]
        assert (check.state, check.found) == ("optional", f"UDP {port} cannot be used at 127.0.0.1")
    assert found(media_port=port)["- Media port"].state == "ok"
    assert "set media_port" in found(host="0.0.0.0")["- Media port"].advice


def test_https_is_said_to_be_missing_only_where_it_is() -> None:
    assert found()["- HTTPS"].state == "ok"
    check = found(host="0.0.0.0")["- HTTPS"]
    assert check.state == "optional"
    assert "tls_self_signed" in check.advice


def test_the_certificate_is_described(tmp_path: Path) -> None:
    made = issue(tmp_path, names=("studio.example.org", "*.example.net"))
    checks = found(
        tls_cert=made.chain, tls_key=made.key, allowed_hosts=("studio.example.org", "a.example.net")
    )
    check = checks["- HTTPS"]
    assert check.state == "ok"
    assert f"until {made.expires:%Y-%m-%d}" in check.found
    check = found(tls_cert=made.chain, tls_key=made.key, allowed_hosts=("other.example.org",))["- HTTPS"]
    assert (check.state, "other.example.org" in check.advice) == ("optional", True)


def test_a_certificate_that_ends_soon_is_to_be_renewed(tmp_path: Path) -> None:
    made = issue(tmp_path, days=5)
    assert "Renew" in https(made).advice
    made = issue(tmp_path, days=-1)
    assert https(made).state == "broken"
    assert f"expired on {made.expires:%Y-%m-%d}" in https(made).advice
    assert made.expires < datetime.now(UTC)


def https(made: Files) -> Check:
    return found(tls_cert=made.chain, tls_key=made.key)["- HTTPS"]


def test_other_backends_are_asked_for_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "missing", lambda _: ["boto3"])
    assert found(stage_backend="ivs")["Stage"].advice == "pip install 'cyclorama[ivs]'"
    monkeypatch.setattr(extras, "missing", lambda _: [])
    assert found(stage_backend="ivs")["Stage"].state == "ok"
    assert "ivs_key_arn" in found(stage_backend="ivs", ivs_key="key.pem")["Stage"].advice
    check = found(stage_backend="livekit", livekit_url="ws://127.0.0.1:7880")["Stage"]
    assert (check.state, check.advice) == ("broken", "Set livekit_key and livekit_secret.")
    assert "- Media port" not in found(stage_backend="ivs")
