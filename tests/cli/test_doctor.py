from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cyclorama import extras
from cyclorama.backgrounds import openai
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.cli.doctor import machine, services
from cyclorama.settings import Settings
from tests.cli.running import call

if TYPE_CHECKING:
    from cyclorama.cli.doctor.check import Check

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep whoever runs a test out of it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def check(name: str, **settings: object) -> Check:
    found = {check.name: check for check in services.checks(Settings.model_validate(settings))}
    return found[name]


def test_looks_at_everything() -> None:
    answer = call("doctor", COLUMNS="200")
    for part in (
        "Python",
        "Studio page",
        "kernel",
        "Model landscape",
        "Data folder",
        "Port",
        "Cameras",
        "GPU",
        "Live engine",
        "- Encoders",
        "- Virtual camera",
        "- Window",
        "Library",
        "Generator",
        "- openai",
        "- bedrock",
        "- diffusers",
        "- scenery",
        "AWS",
    ):
        assert part in answer.stdout


def test_says_which_generator_auto_takes_and_why() -> None:
    found = check("Generator").found
    assert found.startswith("auto takes scenery. No other generator is configured")


def test_a_generator_that_does_not_work_is_said_to_not_work() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        assert "does not work" in check("- openai", openai_url=url).found
        assert "So scenery paints" in check("Generator", openai_url=url).found
        assert check("Generator", openai_url=url, generator="openai").state == "broken"


def test_a_generator_that_does_not_answer_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(FakeGenerator):
        def ready(self) -> None:
            asked_enough.wait()

    asked_enough = threading.Event()
    monkeypatch.setattr(openai, "of", lambda _: Silent("openai"))
    monkeypatch.setattr(services, "PATIENCE_S", 0.2)
    found = {check.name: check for check in services.checks(Settings(openai_model="a"))}
    assert "no answer" in found["- openai"].found
    assert "no answer" in found["Generator"].found
    asked_enough.set()


def test_what_is_missing_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "missing", lambda extra: [f"{extra}-package"])
    idle, wanted = check("- bedrock"), check("- bedrock", bedrock_model="some.model")
    assert idle.advice == "To use it: pip install 'cyclorama[bedrock]', then set bedrock_model."
    assert (idle.found, wanted.found) == ("not configured", "configured, but does not work")
    assert "bedrock-package" in wanted.advice
    assert "pip install 'cyclorama[bedrock]'" in wanted.advice


def test_a_library_that_cannot_be_used_is_broken() -> None:
    Path("file").write_text("")
    assert check("Library", data=Path("file/data")).state == "broken"
    assert check("Library", library="ftp://somewhere").state == "broken"
    assert check("Library").state == "ok"


def test_a_word_list_that_is_not_there_is_said_to_stop_everything() -> None:
    assert check("Moderation", word_list=Path("nothing.txt")).state == "broken"


def test_says_who_needs_an_account_at_amazon(tmp_path: Path) -> None:
    assert "Nothing: only" in check("AWS credentials").advice
    needed = check("AWS credentials", bedrock_model="some.model", library="s3://bucket")
    assert needed.advice.startswith("Needed by the generator bedrock and the library.")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n[profile work]\nsso_session = corp\n")
    assert check("AWS credentials").found == "profiles: work"


@pytest.mark.skipif(sys.platform == "darwin", reason="there, torch is built for it")
def test_says_what_uses_the_gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def gpu(**settings: str) -> Check:
        found = {check.name: check for check in machine.checks(Settings.model_validate(settings))}
        return found["GPU"]

    monkeypatch.setattr(machine, "_nvidia", lambda: "NVIDIA T4, 15360 MiB")
    monkeypatch.setattr(extras, "missing", lambda _: ["torch"])
    assert gpu().advice == "To paint on it: pip install 'cyclorama[diffusers]', then set diffusers_model."
    monkeypatch.setattr(extras, "missing", lambda _: [])
    torch = tmp_path / "torch"
    torch.mkdir()
    (torch / "__init__.py").write_text("raise AssertionError('it must not be imported')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    (torch / "version.py").write_text("cuda: Optional[str] = None\nhip: Optional[str] = None\n")
    assert "cannot use it" in gpu().found
    (torch / "version.py").write_text("cuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n")
    assert gpu().advice == "To paint on it: set diffusers_model."
    assert gpu(diffusers_model="some/model").found.endswith("the generator diffusers uses it")
