from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cyclorama
from tests.cli.running import call, run

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["generate", "beach", "-o", "beach.txt"], ".png"),
        (["generate", "beach", "-o", "beach.png", "--size", "big"], "WIDTHxHEIGHT"),
        (["generate", "beach", "-o", "beach.png", "--size", "10x10"], "64"),
        (["generate", "beach", "-o", "beach.png", "--generator", "scenary"], "scenery"),
        (["generate", "", "-o", "beach.png"], "prompt: "),
        (["generate", "beach", "--style", "help"], "watercolour"),
        (["generate", "beach", "--count", "5"], "count: "),
        (["generate", "beach", "-o", "no/such/folder/beach.png"], "cannot be written"),
        (["generate"], "prompt"),
        (["generat"], "generate"),
        (["studio", "--port", "99999"], "port"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(args: list[str], says: str) -> None:
    answer = call(*args)
    assert answer.returncode in {1, 2}
    assert says in answer.stderr
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1
    assert not list(Path().glob("beach.*"))


def test_version() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "cyclorama", "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (answer.returncode, answer.stdout) == (0, f"cyclorama {cyclorama.__version__}\n")


@pytest.mark.parametrize("args", [[], ["backgrounds"]])
def test_without_a_command_it_tells_what_there_is(args: list[str]) -> None:
    answer = call(*args)
    assert "Usage: " in answer.stdout
    assert answer.stderr == ""


def test_no_command_waits_for_what_it_does_not_need() -> None:
    heavy = {"aiortc", "boto3", "fastapi", "numpy", "obstore", "torch", "uvicorn", "wasmtime"}
    told = f"import atexit, sys\natexit.register(lambda: print({heavy} & sys.modules.keys()))"
    answer = run("--version", before=told)
    assert answer.stdout.endswith("\nset()\n")
