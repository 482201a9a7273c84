from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit

ENTRIES = ["cyclorama.aws.functions.api", "cyclorama.aws.functions.painter"]
NOT_THERE = ("fastapi", "starlette", "uvicorn", "numpy", "av", "aiortc", "typer", "rich", "wasmtime")
BLOCKED = f"""
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {NOT_THERE}:
            raise AssertionError(name + " is not in the package")

sys.meta_path.insert(0, Blocker())
"""
LATER = "import cyclorama.backgrounds.bedrock, cyclorama.backgrounds.bedrock.guardrail"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_function_stands_without_frameworks_and_media(entry: str) -> None:
    answer = run(f"{BLOCKED}\nimport {entry}\n{LATER}")
    assert answer.returncode == 0, answer.stderr


def test_what_is_blocked_is_blocked() -> None:
    answer = run(f"{BLOCKED}\nimport cyclorama.server.app")
    assert "fastapi is not in the package" in answer.stderr


def test_what_goes_over_http_needs_nothing_of_those_who_serve_it() -> None:
    modules = ("bearer", "config", "generating", "jobs", "policy", "problem", "site", "stages")
    code = "; ".join(f"import cyclorama.wire.{module}" for module in modules)
    above = "[name for name in sys.modules if name.startswith(('cyclorama.server', 'cyclorama.aws.'))]"
    answer = run(f"{BLOCKED}\n{code}\nassert not {above}, {above}")
    assert answer.returncode == 0, answer.stderr
