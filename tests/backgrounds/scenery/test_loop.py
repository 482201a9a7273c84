"""Scenes that move: painted by several processes, told of frame by frame, and stopped at once."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from cyclorama.backgrounds import loops
from cyclorama.backgrounds.base import Cancelled, Progress, Prompt, Report
from cyclorama.backgrounds.scenery import Scenery, crew, loop
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.errors import GenerationFailed

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

pytestmark = pytest.mark.unit

PROMPT = Prompt(text="snow in the mountains", width=96, height=64, seed=4, motion=True)
FRAMES = 12


@pytest.fixture(autouse=True)
def _few_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "count", lambda _: FRAMES)


def rendered(hands: int, tell: Callable[[Progress], None] | None = None) -> bytes:
    return loop.render(Film(PROMPT), PROMPT, Report(tell), hands)


def test_a_still_comes_first_then_every_frame_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "cores", lambda: 0)
    heard: list[Progress] = []
    painting = Scenery().generate(PROMPT, Report(heard.append))
    (whole,) = [progress for progress in heard if progress.whole]
    assert whole.preview is painting.image
    after = heard[heard.index(whole) + 1 :]
    assert [progress.message for progress in after] == [f"frame {n} of 12" for n in range(1, 13)] + ["done"]
    assert all(progress.step == 0 for progress in heard[: heard.index(whole)])
    assert painting.video
    with av.open(io.BytesIO(painting.video), "r") as file:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in file.decode(video=0)]
    assert len(frames) == FRAMES
    assert np.abs(frames[0] - np.asarray(painting.image, int)).mean() < 4


def test_however_many_paint_it_is_the_same_loop() -> None:
    assert rendered(hands=0) == rendered(hands=2)


def test_where_no_process_can_be_had_this_one_paints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert rendered(hands=2).startswith(b"\x1aE\xdf\xa3")
    monkeypatch.setattr(sys, "executable", "/bin/true")  # a program that holds a Python, but is none
    assert rendered(hands=1).startswith(b"\x1aE\xdf\xa3")


def test_a_painter_that_dies_is_said_to_have_died(monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[subprocess.Popen[bytes]] = []
    begin = crew.Crew.begin

    def spied(self: crew.Crew) -> None:
        begin(self)
        began.extend(process for process, _ in self._at_work)

    monkeypatch.setattr(crew.Crew, "begin", spied)

    def tell(progress: Progress) -> None:
        if progress.step == 2:
            os.kill(began[0].pid, signal.SIGKILL)
            began[0].wait()

    # more than a pipe holds, so that not all is painted by then
    prompt = PROMPT.model_copy(update={"width": 320, "height": 180})
    with pytest.raises(GenerationFailed, match=r"painted frame \d+ of 12 was stopped .*memory"):
        loop.render(Film(prompt), prompt, Report(tell), 1)


def test_cancelling_kills_them_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    crews: list[crew.Crew] = []
    begin = crew.Crew.begin

    def spied(self: crew.Crew) -> None:
        crews.append(self)
        begin(self)

    monkeypatch.setattr(crew.Crew, "begin", spied)
    report = Report(lambda progress: report.cancel() if progress.step == 1 else None)
    with pytest.raises(Cancelled):
        loop.render(Film(PROMPT), PROMPT, report, 1)
    assert [process.returncode is not None for process, _ in crews[0]._at_work] == [True]
    assert "loop" not in {thread.name for thread in threading.enumerate()}


def test_what_is_cancelled_before_it_begins_never_begins() -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        loop.render(Film(PROMPT), PROMPT, report, 1)


def test_frames_are_as_long_as_their_planes() -> None:
    for size in ((96, 64), (97, 65)):
        assert len(
            loops.planes(Film(Prompt(text="sea", width=size[0], height=size[1])).frame(0))
        ) == loops.bytes_of(*size)
