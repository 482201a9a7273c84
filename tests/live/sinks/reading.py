"""What other people's programs say of a file: ffprobe and ffmpeg, where they are installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NEEDS_FFMPEG = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None,
    reason="ffmpeg and ffprobe are not installed",
)


def probe(path: Path) -> dict[str, Any]:
    """Return its streams by kind, each with all that ffprobe knows, and its container as "format"."""
    told = run("ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path)
    answer = json.loads(told)
    return {"format": answer["format"]} | {stream["codec_type"]: stream for stream in answer["streams"]}


def times(path: Path, kind: str = "v") -> list[float]:
    """Return when its frames are shown, in seconds, in order."""
    wanted = ["-select_streams", kind, "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    return sorted(float(line.strip(",")) for line in run("ffprobe", "-v", "error", *wanted, path).split())


def decode(path: Path) -> int:
    """Decode all of it, where nothing may be wrong; returns how many pictures there are."""
    told = run("ffmpeg", "-v", "error", "-xerror", "-i", path, "-f", "framecrc", "-", quiet=True)
    return sum(line.startswith("0,") for line in told.splitlines())


def flashes_and_clicks(path: Path) -> tuple[list[float], list[float]]:
    """Return when the black picture turns white, and when the silence ends, in seconds."""
    filters = ["-vf", "blackdetect=d=0.1:pix_th=0.3", "-af", "silencedetect=d=0.1:n=-30dB"]
    told = run("ffmpeg", "-hide_banner", "-copyts", "-i", path, *filters, "-f", "null", "-", errors=True)
    return found("black_end", told), found("silence_end", told)


def pixels(path: Path, *options: str) -> NDArray[np.uint8]:
    """Return its pictures' RGBA, one after the other."""
    command = ["ffmpeg", "-v", "error", *options, "-i", str(path), "-pix_fmt", "rgba", "-f", "rawvideo", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.uint8)


def found(name: str, text: str) -> list[float]:
    return [float(number) for number in re.findall(rf"{name}: ?([0-9.]+)", text)]


def run(*command: str | Path, errors: bool = False, quiet: bool = False) -> str:
    answer = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    assert not quiet or not answer.stderr, answer.stderr
    return answer.stderr if errors else answer.stdout
