from __future__ import annotations

import io
import json
import re
import shutil
import signal
import subprocess
import sys
import termios
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from cyclorama.cli.keyboard import BACKSPACE, ENTER, ERASE, ESCAPE, plain
from cyclorama.cli.preview import Preview
from cyclorama.cli.terminal import Board
from cyclorama.cli.view import Question, in_a_line, length, view
from cyclorama.live.state import Change, Coming, EngineState, Figures, OutputState, fields_of
from cyclorama.picture import Look
from tests.cli.running import START, Terminal, call

pytestmark = pytest.mark.unit

OFTEN = """
from cyclorama.cli import terminal
terminal.FIRST_LINE_S = terminal.LINE_S = 0.5
terminal.VIEW_S = 0.05
"""
FAKES = f"""{OFTEN}
import pathlib
from cyclorama.errors import SourceLost
from cyclorama.live import FakeSink, FakeSource, sinks, sources
from cyclorama.matting import fake, litert

class Matter(fake.FakeMatter):
    def __init__(self, name="landscape"):
        super().__init__()
        self.name = name

class Sink(FakeSink):
    def close(self):
        super().close()
        pathlib.Path(self.name).write_text(str(self.count))

class Camera(FakeSource):
    name = "camera"

litert.LiteRT = Matter
sinks.open_sink = lambda text, **_: Sink(text, keep=1)
sources.open_source = lambda text, **_: Camera(None, live=True, size=(160, 90))
"""
HANGING = f"""{FAKES}
import time
class Hanging(Sink):
    def close(self):
        time.sleep(600)
sinks.open_sink = lambda text, **_: Hanging(text, keep=1)
"""
DEAF = f"""{FAKES}
import time
from cyclorama.backgrounds import fake as painting, scenery
class Deaf(painting.FakeGenerator):
    def generate(self, prompt, report):
        report(painting.Progress(1, 9, "layer 1"))
        time.sleep(600)
scenery.of = lambda _: Deaf("scenery")
"""
COMES_BACK = f"""{FAKES}
class ComesBack(Camera):
    times = 0
    def __iter__(self):
        self.times += 1
        for number, frame in enumerate(super().__iter__()):
            if self.times == 1 and number == 10:
                raise SourceLost("The camera is gone. Plug it in again.")
            yield frame
sources.open_source = lambda text, **_: ComesBack(None, live=True, size=(160, 90))
"""
NO_PICTURES = {"COLORTERM": "", "TERM": "xterm"}


def press(terminal: Terminal, keys: str, until: str) -> None:
    """Press keys, and wait for words that were not there before."""
    terminal.text = ""
    terminal.press(keys)
    terminal.until(until)


def test_a_terminal_sees_how_it_is_and_its_keys_change_it() -> None:
    Path("my look.json").write_text(Look(blur=1).to_json())
    Path("no-look.json").write_text("{}")
    with Terminal(("live", "-o", "one", "-o", "two", "-b", "beach at sunset"), before=FAKES) as terminal:
        terminal.until("● camera")
        terminal.until("fps")
        for word in ("matte", "composite", "● one", "● two", "running", "dropped 0"):
            terminal.until(word)
        terminal.until("background beach at sunset")
        assert "▀" in terminal.text
        press(terminal, " ", "Space brings you back")
        press(terminal, " ", "b background")
        press(terminal, "m", "model square")
        press(terminal, "b", "Background:")
        press(terminal, "forezt\x7f\x7fst\x1b[D, day", "forest, day█")
        press(terminal, "\r", "background forest, day")
        press(terminal, "bno/such/file\r", "There is no file no/such/file")
        press(terminal, "b#00ff00\n", "background #00ff00")
        press(terminal, "l'my look.json'\n", "The look is that of my look.json.")
        press(terminal, "lno-look.json\n", "This is not a look")
        press(terminal, "lnothing.json\n", "There is no file nothing.json")
        press(terminal, "bsecret", "secret█")
        press(terminal, "\x1b", "? help")
        press(terminal, "?", "a second one leaves at once")
        press(terminal, "bnone\r", "Your room is shown as it is.")
        assert not termios.tcgetattr(terminal._screen)[3] & termios.ECHO
        terminal.text = ""
        terminal.press("q")
        words = terminal.end()
        assert termios.tcgetattr(terminal._screen)[3] & termios.ECHO, "the terminal is as it was"
    assert terminal.status == 0
    assert "pictures, " in words
    assert "Traceback" not in words
    assert int(Path("one").read_text()) > 10
    assert int(Path("two").read_text()) > 10


def test_keys_are_here_again_after_it_was_stopped_and_went_on() -> None:
    with Terminal(("live", "-o", "one"), before=FAKES, variables=NO_PICTURES) as terminal:
        terminal.until("● one")
        terminal._process.send_signal(signal.SIGSTOP)
        modes = termios.tcgetattr(terminal._screen)
        modes[3] |= termios.ECHO | termios.ICANON
        termios.tcsetattr(terminal._screen, termios.TCSANOW, modes)  # as a shell does
        terminal._process.send_signal(signal.SIGCONT)
        press(terminal, " ", "Space brings you back")
        terminal.press("q")
        terminal.end()
    assert terminal.status == 0


def test_control_c_closes_the_outputs_and_the_second_one_leaves_at_once() -> None:
    with Terminal(("live", "-o", "one"), before=HANGING, variables=NO_PICTURES) as terminal:
        terminal.until("● one")
        terminal.press("\x03")
        terminal.until("Closing the outputs. Ctrl+C leaves at once.")
        terminal.press("\x03")
        words = terminal.end()
        assert termios.tcgetattr(terminal._screen)[3] & termios.ECHO
    assert terminal.status == 130
    assert "Traceback" not in words


def test_a_generator_that_does_not_listen_keeps_nobody() -> None:
    with Terminal(("live", "-o", "one", "-b", "beach"), before=DEAF, variables=NO_PICTURES) as terminal:
        terminal.until("layer 1")
        terminal.until("background blur")
        terminal.press("q")
        terminal.end()
    assert terminal.status == 0
    assert Path("one").exists()


def test_control_c_ends_a_painting_that_a_recording_waits_for() -> None:
    before = f"{DEAF}\nsources.open_source = lambda text, **_: Camera(3, live=False)"
    with Terminal(("live", "-o", "one", "-b", "beach"), before=before, variables=NO_PICTURES) as terminal:
        terminal.until("layer 1")
        terminal.press("\x03")
        words = terminal.end()
    assert terminal.status == 130
    assert "Traceback" not in words


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_without_a_terminal_it_tells_in_lines_and_signals_stop_it(ending: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", f"{COMES_BACK}\n{START}", "live", "-o", "one", "-b", "#00ff00"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    lines: list[str] = []
    told = ("The camera is gone. Plug it in again.", "one running", "background #00ff00")
    while any(words not in "".join(lines) for words in told):
        line = process.stderr.readline()
        assert line, lines
        lines.append(line)
    process.send_signal(ending)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert out == ""
    assert "Traceback" not in "".join(lines) + err
    assert "\x1b" not in "".join(lines) + err
    assert int(Path("one").read_text()) > 0


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
def test_the_test_person_goes_before_a_wall_into_files_that_play() -> None:
    """Nothing of it is fake: the model, the kernel, the encoders, and other people's program that reads."""
    command = ["live", "-i", "test", "-o", "take.mp4", "-o", "take.webm", "-b", "#0000ff"]
    process = subprocess.Popen(
        [sys.executable, "-c", f"{OFTEN}\n{START}", *command, "--size", "320x180", "--fps", "15"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    while "take.mp4 running" not in (line := process.stderr.readline()) or "take.webm running" not in line:
        assert line
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    for name, codecs in ("take.mp4", ["h264", "aac"]), ("take.webm", ["vp9", "opus"]):
        probe = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", name]
        answer = subprocess.run(probe, capture_output=True, text=True, check=True)
        assert answer.stderr == ""
        streams = json.loads(answer.stdout)["streams"]
        assert sorted(each["codec_name"] for each in streams) == sorted(codecs)
        assert all(int(each["nb_read_frames"]) > 0 for each in streams)
    with av.open("take.mp4") as file:
        for picture in file.decode(video=0):
            corner = picture.to_ndarray(format="rgb24")[:40, :40].reshape(-1, 3).mean(0)
            assert corner[2] > 200 > 50 > corner[0], "the wall, never the room"


def test_a_recording_has_its_background_from_the_first_frame_on(monkeypatch: pytest.MonkeyPatch) -> None:
    sinks = faked(monkeypatch, frames=3, live=False)
    answer = call("live", "-i", "clip.mp4", "-o", "one", "--background", "a plain wall", "--size", "160x90")
    assert answer.returncode == 0, answer.stderr
    assert "3 pictures, 0 dropped" in answer.stderr
    frames = sinks[0].frames
    assert len(frames) == 3
    corner = [frame.planes[0][:20, :40] for frame in frames]
    assert (corner[0] == corner[2]).all()
    assert corner[0].std() > 0, "a picture, not one colour"


def faked(
    monkeypatch: pytest.MonkeyPatch, frames: int | None = 3, live: bool = True, sound: bool = False
) -> list[Any]:
    """Put fakes in place of what needs cameras and networks; return the sinks, which fill up."""
    from cyclorama.live import FakeSink, FakeSource, sinks, sources
    from cyclorama.matting import litert
    from cyclorama.matting.fake import FakeMatter

    opened: list[FakeSink] = []

    def open_sink(text: str, **_: object) -> FakeSink:
        opened.append(FakeSink(text))
        return opened[-1]

    def open_source(text: str, **_: object) -> FakeSource:
        return FakeSource(frames, live=live, size=(160, 90), sound=sound)

    monkeypatch.setattr(sources, "open_source", open_source)
    monkeypatch.setattr(sinks, "open_sink", open_sink)
    monkeypatch.setattr(litert, "LiteRT", lambda name: FakeMatter())
    return opened


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--size", "big"], "WIDTHxHEIGHT"),
        (["--size", "0x720"], "WIDTHxHEIGHT"),
        (["--size", "99999x720"], "WIDTHxHEIGHT"),
        (["--fps", "many"], "1 to 240"),
        (["--fps", "1/0"], "1 to 240"),
        (["--model", "landscap"], "landscape, square, multiclass"),
        (["--look", "none.json"], "There is no file none.json"),
        (["--look", "."], "cannot be read"),
        (["--look", "binary"], "holds no look"),
        (["--background", "beach.png"], "There is no file beach.png"),
        (["--background", "#beach"], "#rrggbb"),
        (["--background", "library:ff"], "cyclorama backgrounds list"),
        (["--background", "transparent"], "cannot keep transparency"),
        (["--generator", "scenary"], "scenery"),
        (["--link", "--server", "nowhere:1"], "--server"),
        (["--port", "99999"], "port"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(
    args: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faked(monkeypatch, frames=3, live=False)
    Path("binary").write_bytes(b"\xff\xfe")
    answer = call("live", "--output", "out", "--background", "a wall", *args)
    assert answer.returncode in {1, 2}
    assert says in answer.stderr
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1


def test_sound_is_left_out_where_nobody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = faked(monkeypatch, live=False, sound=True)
    for audio, sounds in ([], True), (["--audio", "none"], False):
        assert call("live", "-i", "clip.mp4", "-o", "one", *audio).returncode == 0
        sink = opened[-1]
        assert len(sink.frames) == 3
        assert bool(sink.sounds) == bool(sink.stream.rate) == sounds


def test_an_output_that_never_works_ends_it_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from cyclorama.errors import NotFound
    from cyclorama.live import FakeSink, sinks

    words = (
        "There is no such stage, and this sentence is longer than the line of a terminal may be: 80 letters."
    )

    class Missing(FakeSink):
        def open(self, stream: object) -> None:
            raise NotFound(words)

    faked(monkeypatch, frames=None)
    monkeypatch.setattr(sinks, "open_sink", lambda text, **_: Missing(text))
    answer = call("live", "-o", "stage:nowhere")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == f"error: {words}"


def test_lists_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    from cyclorama.live import sources
    from cyclorama.live.sources import Camera, CameraFormat

    monkeypatch.setattr(sources, "cameras", list)
    answer = call("live", "--list-cameras")
    assert (answer.returncode, answer.stdout) == (0, "")
    assert "No camera was found" in answer.stderr
    formats = [CameraFormat(640, 480, fps, "yuyv422") for fps in (Fraction(60), Fraction(30))]
    camera = Camera("C920 [1]", "/dev/video0", tuple(formats))
    monkeypatch.setattr(sources, "cameras", lambda: [camera])
    assert call("live", "--list-cameras").stdout.splitlines()[1].split("  ") == [
        "C920 [1]",
        "/dev/video0",
        "640x480 at 60",
    ]


def test_what_keys_send() -> None:
    assert plain("b") == "b"
    assert plain("\x1b[A\x1b[1;5Cx\x1bOPy") == "xy"
    assert plain("\x1b") == ESCAPE
    assert plain("é\r\x7f\x08\x15") == f"é{ENTER}{BACKSPACE}{BACKSPACE}{ERASE}"


class Told:
    """A control that remembers what it was told."""

    def __init__(self) -> None:
        self.changes: list[dict[str, object]] = []

    def state(self) -> EngineState:
        return how()

    def change(self, change: Change) -> EngineState:
        self.changes.append(change.model_dump(exclude_none=True))
        return self.state()


def pressed(keys: str) -> tuple[list[dict[str, object]], list[str]]:
    told, said = Told(), list[str]()
    board = Board(told, said.append)  # type: ignore[arg-type]
    board.press(keys)
    return told.changes, said


def test_a_line_can_be_mended_and_given_up() -> None:
    assert pressed("bbeech\b\b\bach\n")[0] == [{"background": "beach"}]
    assert pressed("bwrong\x15right\n")[0] == [{"background": "right"}]
    assert pressed("bwrong\x1b") == ([], [])
    assert pressed("b\n") == ([], [])
    assert pressed("b'/a b/c.png'\nb/a\\ b/c.png\n")[0] == [{"background": "/a b/c.png"}] * 2


def test_what_a_prompt_cannot_be_is_said() -> None:
    changes, said = pressed("b" + "x" * 2001 + "\n")
    assert not changes
    assert len(said) == 1


def how(**changed: object) -> EngineState:
    """How an engine might be."""
    outputs = [
        OutputState(name="stage default", state="running", frames=99, bits_per_second=2.5e6),
        OutputState(name="take.mp4", state="lost", dropped=7, problem="The disk is full. Make room."),
    ]
    stages = {"decode": 1.0, "take": 0.5, "matte": 3.0, "composite": 1.0, "out": 0.1}
    stats = Figures(seconds=3725, fps=29.97, frames=99, late=2, matte_age_ms=33, stages=stages)
    return EngineState(
        **{
            "id": "0" * 16,
            "name": "camera",
            "input": "camera",
            "outputs": outputs,
            "background": "beach",
            "look": fields_of(Look()),
            "model": "landscape",
            "person": True,
            "stats": stats,
        }
        | changed
    )


@pytest.mark.parametrize("help_", [False, True])
@pytest.mark.parametrize("size", [(80, 24), (100, 40), (40, 20)])
def test_the_view_fits_into_the_terminal(size: tuple[int, int], help_: bool) -> None:
    preview = Preview(Image.new("RGB", (320, 180), "navy"))
    state = how(
        person=False, coming=Coming(background="forest", step=3, total=9, message="layer 3"), problem="No."
    )
    console = Console(width=size[0], height=size[1], file=io.StringIO(), record=True)
    console.print(view(state, *size, preview, Question("Background", "for"), help_))
    shown = console.export_text()
    for words in ("camera", "forest", "Background: for█", "The background alone is shown"):
        assert words in shown
    if size[0] >= 80:
        assert "The disk is full" in shown
        assert "2.5 Mbit/s" in shown
        assert "1:02:05" in shown
        assert len(shown.splitlines()) <= size[1]
        assert ("▀" in shown) == (size[1] > 24)
    assert ("33 ms old" in shown) == (size[1] > 24 or (size[1] == 24 and not help_))


def test_the_view_in_a_line() -> None:
    assert in_a_line(how()) == (
        "camera ; 30.0 fps; 99 frames; matte 3.0 ms; dropped 0, late 2; background beach; "
        "stage default running 2.5 Mbit/s; take.mp4 lost dropped 7"
    )
    assert length(59) == "0:59"
    assert "painting 'forest'" in in_a_line(how(coming=Coming(background="forest")))


@pytest.mark.parametrize(
    ("size", "shown"), [((640, 360), (36, 10)), ((90, 160), (11, 10)), ((1000, 10), (36, 1))]
)
def test_the_preview_shows_the_picture(size: tuple[int, int], shown: tuple[int, int]) -> None:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    file = io.StringIO()
    Console(file=file, force_terminal=True, color_system="truecolor", width=100).print(Preview(image))
    cells = [
        [int(part) for part in each]
        for each in re.findall(r"38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+)m▀", file.getvalue())
    ]
    columns, rows = shown
    pixels = np.array(cells).reshape(rows, columns, 2, 3).transpose(0, 2, 1, 3).reshape(2 * rows, columns, 3)
    wanted = np.asarray(image.resize((columns, 2 * rows)), dtype=int)
    assert np.abs(pixels - wanted).max() < 8
