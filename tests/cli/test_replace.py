from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cyclorama.picture import Look
from tests.cli.running import Terminal, call, run
from tests.live.replace.recordings import pictures_of, record, sounds_of, times_of

pytestmark = pytest.mark.unit

# The models see nobody in a red box; and short parts, so that there is something to go on with.
FAKE = """
import cyclorama.matting.litert as litert
from cyclorama.matting.fake import FakeMatter
from cyclorama.live.replace import writing
writing.PART_S = 0.5
class Fake(FakeMatter):
    def __init__(self, name):
        super().__init__()
litert.LiteRT = Fake
"""
SLOW = f"""{FAKE}
import time
quick = FakeMatter.matte
def slowly(self, picture):
    time.sleep(0.05)
    return quick(self, picture)
Fake.matte = slowly
"""


def test_a_recording_before_a_picture(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 20)
    Image.new("RGB", (160, 90), (0, 0, 255)).save(tmp_path / "blue.png")
    answer = run(
        *("replace", str(made.path), str(tmp_path / "out.mp4"), "-b", str(tmp_path / "blue.png")),
        before=FAKE,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr.endswith("out.mp4: 20 frames\n")
    assert times_of(tmp_path / "out.mp4") == made.times
    assert sounds_of(tmp_path / "out.mp4") == sounds_of(made.path)
    (first, *_) = pictures_of(tmp_path / "out.mp4")
    rgb = first.to_ndarray(format="rgb24")
    assert rgb[10, 5, 2] > 150
    assert rgb[70, 80, 0] > 130


def test_with_a_real_model_a_look_and_a_prompt(tmp_path: Path) -> None:
    """Where nobody is to be seen there is the background alone, and never the room."""
    made = record(tmp_path / "in.mp4", 3, sound="")
    (tmp_path / "look.json").write_text(Look(contact=0).to_json())
    words = ("--look", str(tmp_path / "look.json"), "--model", "square", "--generator", "scenery")
    answer = call("replace", str(made.path), str(tmp_path / "out"), "-b", "desert at noon", *words)
    assert answer.returncode == 0, answer.stderr
    assert "times.csv" in answer.stderr
    rgb = np.asarray(Image.open(tmp_path / "out/000001.png")).astype(int)
    assert (rgb[..., 1] - rgb[..., [0, 2]].max(-1) > 40).mean() < 0.005


def test_stopped_with_ctrl_c_it_says_how_to_go_on_and_does(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 45)
    words = ("replace", str(made.path), str(tmp_path / "out.mp4"), "-b", "#0000ff")
    with Terminal(words, before=SLOW) as terminal:
        while not (tmp_path / "out.mp4.parts/000001.json").exists():
            terminal._read()
        terminal.until(" left")
        terminal.press("\x03")
        said = terminal.end()
    assert terminal.status == 130
    assert "of 45" in said
    assert "the same command goes on" in said
    assert "Traceback" not in said
    answer = run(*words, before=FAKE)
    assert answer.returncode == 0, answer.stderr
    assert "45 frames, " in answer.stderr
    assert "from before" in answer.stderr
    assert times_of(tmp_path / "out.mp4") == made.times


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["no.mp4", "out.mp4", "-b", "blur"], "There is no file no.mp4"),
        (["in.mp4", "out.avi", "-b", "blur"], ".mkv"),
        (["in.mp4", "out.mp4", "-b", "transparent"], "MP4 has none"),
        (["in.mp4", "in.mp4", "-b", "blur"], "own place"),
        (["in.mp4", "there.mp4", "-b", "blur"], "--overwrite"),
        (["in.mp4", "out.mp4", "-b", "none"], "Name one"),
        (["in.mp4", "out.mp4", "-b", "blur", "--model", "huge"], "landscape"),
        (["in.mp4", "no/out.mp4", "-b", "blur"], "no folder no"),
        (["in.mp4", "out.mp4", "-b", "not/there.png"], "not/there.png"),
        (["in.mp4", "out.mp4"], "--background"),
    ],
)
def test_what_is_wrong_is_one_line(words: list[str], says: str) -> None:
    record(Path("in.mp4"), 2, sound="")
    Path("there.mp4").write_text(json.dumps("mine"))
    answer = call("replace", *words)
    assert answer.returncode in {1, 2}
    assert says in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert not list(Path().glob("out*"))
    assert Path("there.mp4").read_text() == '"mine"'
