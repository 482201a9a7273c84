from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("boto3", reason="needs boto3: pip install 'cyclorama[ivs]'")

from cyclorama.stage.tokens import new_key
from tests.cli.running import call
from tests.fakes.aws import credentials
from tests.fakes.ivs import FakeIvs

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

pytestmark = pytest.mark.aws


@pytest.fixture
def ivs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeIvs]:
    credentials(monkeypatch, tmp_path)
    with FakeIvs() as fake:
        monkeypatch.setenv("CYCLORAMA_IVS_ENDPOINT", fake.endpoint_url)
        monkeypatch.setenv("CYCLORAMA_IVS_REGION", fake.region)
        yield fake


def stage(*args: str) -> subprocess.CompletedProcess[str]:
    return call("stage", *args, CYCLORAMA_STAGE_BACKEND="ivs", CYCLORAMA_STAGE="show")


def told(*args: str) -> Any:
    answer = stage(*args, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture
def show(ivs: FakeIvs) -> str:
    """Return the id of a stage."""
    return stage("create", "show").stdout.strip()


def test_makes_lists_and_deletes_stages(ivs: FakeIvs, show: str) -> None:
    (one,) = told("list")
    assert (one["id"], one["name"]) == (show, "show")
    assert one["resource"] in ivs.stages
    assert stage("delete", "show").stdout == f'Deleted: "show" ({show})\n'
    assert stage("list").stderr == "There are none yet. Make one: cyclorama stage create NAME\n"


def test_links_lead_to_the_studio_and_tokens_to_amazon(ivs: FakeIvs, show: str) -> None:
    viewer = told("token", "--server", "https://studio.example.org")
    assert viewer["link"] == f"https://studio.example.org/watch#{viewer['token']}"
    guest = told("token", "--guest", "--name", "Änne")
    assert guest["link"] == f"http://localhost:8000/#join={guest['token']}"
    assert guest["whip_url"].startswith("https://global.whip.")
    assert ivs.join(guest["token"], publishing=True) == guest["participant_id"]
    (there,) = told("participants")
    assert (there["id"], there["user_id"]) == (guest["participant_id"], "Änne")
    assert stage("kick", there["id"]).stdout == (
        f"Sent away: {there['id']}. With their token they can come back until it expires.\n"
    )
    assert told("participants") == []


def test_a_key_of_our_making_signs_tokens(ivs: FakeIvs, show: str, tmp_path: Path) -> None:
    made = stage("key")
    assert made.returncode == 0, made.stderr
    chosen = tomllib.loads(made.stdout)
    assert Path(chosen["ivs_key"]) == tmp_path / "data/ivs-key.pem"
    assert chosen["ivs_key_arn"] in ivs.keys
    assert "PRIVATE KEY" not in made.stdout + made.stderr
    Path("cyclorama.toml").write_text(made.stdout)
    guest = told("token", "--guest")
    assert ivs.join(guest["token"], publishing=True) == guest["participant_id"]
    assert not ivs.calls("CreateParticipantToken")


def test_a_key_of_ones_own(ivs: FakeIvs) -> None:
    own = Path("Schlüssel.pem")
    own.write_bytes(new_key())
    # Half of what is to be set may be set already.
    Path("cyclorama.toml").write_text('ivs_key = "Schlüssel.pem"')
    chosen = tomllib.loads(stage("key", str(own)).stdout)
    assert chosen["ivs_key"] == str(own.absolute())
    assert chosen["ivs_key_arn"] in ivs.keys


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["create", "Käses Show / 2"], 2, "letters"),
        (["token", "--stage", "none"], 2, "no stage 'none'"),
        (["kick", "nobody"], 2, "nobody"),
        (["key", "none.pem"], 2, "no file"),
        (["key", "cyclorama.toml"], 2, "P-384"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(
    ivs: FakeIvs, show: str, args: list[str], code: int, says: str
) -> None:
    Path("cyclorama.toml").write_text("port = 8000")
    answer = stage(*args)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1
    assert says in answer.stderr
