from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import cyclorama

pytestmark = pytest.mark.unit


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cyclorama", *args], capture_output=True, text=True, check=False, timeout=60
    )


def test_paints_into_a_file() -> None:
    answer = run("generate", "beach at sunset", "-o", "beach.png", "--size", "320x180", "--seed", "3")
    assert answer.returncode == 0, answer.stderr
    assert "320x180, scenery, seed 3" in answer.stderr
    first = Image.open("beach.png").tobytes()
    assert (
        run("generate", "beach at sunset", "-o", "again.png", "--size", "320x180", "--seed", "3").returncode
        == 0
    )
    assert Image.open("again.png").tobytes() == first


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
    answer = run(*args)
    assert answer.returncode in {1, 2}
    assert says in answer.stderr
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1
    assert not list(Path().glob("beach.*"))


def test_version() -> None:
    answer = run("--version")
    assert (answer.returncode, answer.stdout) == (0, f"cyclorama {cyclorama.__version__}\n")


def test_doctor_looks_at_everything() -> None:
    answer = run("doctor")
    for part in (
        "Python",
        "Studio page",
        "kernel",
        "Model landscape",
        "Data folder",
        "Port",
        "Cameras",
        "GPU",
        "AWS",
        "Library",
        "auto takes scenery",
        "- openai",
        "- bedrock",
        "- diffusers",
    ):
        assert part in answer.stdout
