"""After any end the same call goes on, and nobody sees where."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.live.replace.recordings import pictures_of, record, sounds_of, times_of

from cyclorama.errors import Conflict
from cyclorama.live.backdrops import Colour
from cyclorama.live.replace import replace, writing
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Look

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

BLUE = Colour(0, 0, 255)
WORK = """
import sys, time
from pathlib import Path
from cyclorama.live.backdrops import Colour
from cyclorama.live.replace import replace, writing
from cyclorama.matting.fake import FakeMatter
writing.PART_S = 0.5
third = Path(sys.argv[2] + ".parts/000002.json")
def slowly(progress):
    if "hold" in sys.argv:
        time.sleep(60 if third.exists() else 0.02)  # until it is ended
replace(sys.argv[1], sys.argv[2], Colour(0, 0, 255), matter=FakeMatter(), on_progress=slowly)
"""


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PART_S", 0.5)


def go(source: Path, target: Path, **how: Any) -> Any:
    return replace(source, target, how.pop("background", BLUE), matter=FakeMatter(), **how)


def stop_after(count: int) -> Any:
    def heard(progress: Any) -> None:
        if progress.done == count:
            raise KeyboardInterrupt

    return heard


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_and_gone_on_with(tmp_path: Path, how: signal.Signals) -> None:
    made, target = record(tmp_path / "in.mp4", 45), tmp_path / "out.mp4"
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, made.path, target, "hold"],
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not (tmp_path / "out.mp4.parts/000002.json").exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(how)
    process.wait(30)
    assert not target.exists()
    result = go(made.path, target)
    assert result.resumed >= 20
    assert result.frames == 45
    assert times_of(target) == made.times
    assert sounds_of(target) == sounds_of(made.path)
    assert len(pictures_of(target)) == 45
    assert not (tmp_path / "out.mp4.parts").exists()


def test_the_same_as_without_an_interruption(tmp_path: Path) -> None:
    """Within what H.264 does to pictures."""
    made = record(tmp_path / "in.mp4", 40, sound="")
    go(made.path, tmp_path / "whole.mp4")
    with pytest.raises(KeyboardInterrupt):
        go(made.path, tmp_path / "out.mp4", on_progress=stop_after(25))
    assert go(made.path, tmp_path / "out.mp4").resumed > 10
    for one, other in zip(*map(pictures_of, (tmp_path / "whole.mp4", tmp_path / "out.mp4")), strict=True):
        apart = np.abs(one.to_ndarray(format="gray").astype(int) - other.to_ndarray(format="gray"))
        assert apart.mean() < 1.5


def test_a_full_disk(tmp_path: Path) -> None:
    """What is done is kept, and it is said in words."""
    made, target = record(tmp_path / "in.mp4", 45), tmp_path / "out.mp4"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    answer = subprocess.run(
        [sys.executable, "-c", f"{limit}\n{WORK}", made.path, target],
        env=os.environ,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "Unavailable" in answer.stderr
    assert "out.mp4.parts cannot be written" in answer.stderr
    assert not target.exists()
    result = go(made.path, target)
    assert times_of(target) == made.times
    assert len(pictures_of(target)) == result.frames == 45


def test_two_at_once(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 5, sound="")

    def second(progress: Any) -> None:
        if progress.done == 2:
            with pytest.raises(Conflict, match="Another command"):
                go(made.path, tmp_path / "out.mp4")

    assert go(made.path, tmp_path / "out.mp4", on_progress=second).frames == 5


def test_pictures_go_on_too(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 30, sound="")
    with pytest.raises(KeyboardInterrupt):
        go(made.path, tmp_path / "out", on_progress=stop_after(20))
    assert go(made.path, tmp_path / "out").resumed > 10
    assert len(list((tmp_path / "out").glob("*.png"))) == 30


@pytest.mark.parametrize(
    "changed",
    [{"background": Colour(255, 0, 0)}, {"look": Look(softness=0)}, {"quality": 30}, {"made_of": "x"}],
)
def test_of_something_else_nothing_is_used(tmp_path: Path, changed: dict[str, Any]) -> None:
    made = record(tmp_path / "in.mp4", 30, sound="")
    with pytest.raises(KeyboardInterrupt):
        go(made.path, tmp_path / "out.mp4", on_progress=stop_after(20))
    result = go(made.path, tmp_path / "out.mp4", **changed)
    assert result.resumed == 0
    assert "made anew" in result.remarks[-1]
    assert times_of(tmp_path / "out.mp4") == made.times


def test_a_part_that_is_not_whole_is_made_anew(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 40, sound="")
    with pytest.raises(KeyboardInterrupt):
        go(made.path, tmp_path / "out.mp4", on_progress=stop_after(35))
    (tmp_path / "out.mp4.parts/000002.mkv").write_bytes(b"nothing")
    (tmp_path / "out.mp4.parts/000003.mkv.part").write_bytes(b"half of one")
    assert 0 < go(made.path, tmp_path / "out.mp4").resumed < 20
    assert times_of(tmp_path / "out.mp4") == made.times
