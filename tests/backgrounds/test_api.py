from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import cyclorama
from cyclorama import Painting, Progress, Prompt, Report
from cyclorama.backgrounds import scenery
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.errors import InvalidRequest, PromptRefused, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.settings import Settings

pytestmark = pytest.mark.unit

WAIT_S = 20
LONG = FakeGenerator(steps=2, pause=10 * WAIT_S)


class Watched(FakeGenerator):
    """Tells a test when it began, and how it ended."""

    def __init__(self) -> None:
        super().__init__(steps=2, pause=10 * WAIT_S)
        self.began = threading.Event()
        self.ended = threading.Event()
        self.reports: list[Report] = []

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        self.reports.append(report)
        self.began.set()
        try:
            return super().generate(prompt, report)
        finally:
            self.ended.set()

    def was_cancelled(self) -> bool:
        return self.ended.wait(WAIT_S) and all(report.cancelled for report in self.reports)


def test_a_sentence_becomes_a_picture() -> None:
    painting = cyclorama.generate("beach at sunset", size=(320, 180))
    assert painting.image.size == (320, 180)
    assert painting.understood


def test_the_seed_that_was_drawn_is_told_and_gives_the_same_picture_again() -> None:
    first = cyclorama.generate("beach", size="128x64", generator="scenery")
    assert first.seed is not None
    again = cyclorama.generate("beach", size="128x64", generator="scenery", seed=first.seed)
    assert again.image.tobytes() == first.image.tobytes()


@pytest.mark.parametrize("name", ["beach.png", "beach.JPG", "beach.webp"])
def test_a_saved_picture_says_how_it_was_made(name: str, tmp_path: Path) -> None:
    picture = cyclorama.generate("beach", size=(128, 64), generator="scenery")
    assert (picture.prompt.text, picture.prompt.seed, picture.generator) == ("beach", picture.seed, "scenery")
    picture.save(tmp_path / name)
    assert b"algorithmicMedia" in (tmp_path / name).read_bytes()
    with Image.open(tmp_path / name) as saved:
        assert saved.size == (128, 64)


def test_a_picture_is_not_saved_as_something_unknown(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"beach\.gif .* \.png"):
        cyclorama.generate("beach", generator=FakeGenerator()).save(tmp_path / "beach.gif")


async def test_both_ways_paint_the_same() -> None:
    wish = Prompt(text="misty forest", width=128, height=64, seed=5, style="ink")
    first = await asyncio.to_thread(cyclorama.generate, wish)
    second = await cyclorama.agenerate(
        "misty forest", size=(128, 64), seed=5, style="ink", generator="scenery"
    )
    assert first.image.tobytes() == second.image.tobytes()


def test_progress_is_heard_in_the_callers_thread() -> None:
    heard: list[tuple[Progress, int]] = []
    cyclorama.generate(
        "beach", generator=FakeGenerator(), on_progress=lambda p: heard.append((p, threading.get_ident()))
    )
    assert [progress.step for progress, _ in heard] == [0, 1, 2]
    assert {thread for _, thread in heard} == {threading.get_ident()}


async def test_progress_is_heard_in_the_event_loop() -> None:
    loops: list[object] = []
    await cyclorama.agenerate(
        "beach", generator=FakeGenerator(), on_progress=lambda _: loops.append(asyncio.get_running_loop())
    )
    assert loops == [asyncio.get_running_loop()] * 3


async def test_cancelling_the_task_cancels_the_work() -> None:
    generator = Watched()
    task = asyncio.create_task(cyclorama.agenerate("beach", generator=generator))
    await asyncio.to_thread(generator.began.wait, WAIT_S)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(generator.was_cancelled)


def test_work_that_outlives_its_event_loop_ends_quietly() -> None:
    class Deaf(Watched):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            self.began.set()
            assert closed.wait(WAIT_S)
            return super().generate(prompt, report)

    async def impatient() -> None:
        asyncio.get_running_loop().create_task(cyclorama.agenerate("beach", generator=generator))
        await asyncio.to_thread(generator.began.wait, WAIT_S)

    generator, closed = Deaf(), threading.Event()
    asyncio.run(impatient())
    closed.set()
    assert generator.was_cancelled()


def test_control_c_cancels_the_work() -> None:
    class Interrupted(Watched):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            os.kill(os.getpid(), signal.SIGINT)
            return super().generate(prompt, report)

    generator = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        cyclorama.generate("beach", generator=generator)
    assert generator.was_cancelled()


async def test_an_error_in_on_progress_cancels_the_work_and_is_raised() -> None:
    def stop(_: Progress) -> None:
        raise LookupError("enough")

    sync, unblocked = Watched(), Watched()
    with pytest.raises(LookupError, match="enough"):
        await asyncio.to_thread(cyclorama.generate, "beach", generator=sync, on_progress=stop)
    with pytest.raises(LookupError, match="enough"):
        await cyclorama.agenerate("beach", generator=unblocked, on_progress=stop)
    assert sync.was_cancelled()
    assert unblocked.was_cancelled()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"prompt": " "}, "prompt: "),
        ({"prompt": 3}, "prompt: "),
        ({"size": "big"}, "WIDTHxHEIGHT"),
        ({"size": (1280,)}, "WIDTHxHEIGHT"),
        ({"size": (-1280, 720)}, "WIDTHxHEIGHT"),
        ({"size": "10x720"}, "width: .*64"),
        ({"size": (4096, 4096)}, "megapixels"),
        ({"style": "oil"}, "no style 'oil'.*watercolour"),
        ({"seed": -1}, "seed: "),
        ({"generator": "scenary"}, "Did you mean scenery"),
        ({"prompt": Prompt(text="beach"), "seed": 3}, "A Prompt has its own"),
        ({"prompt": Prompt(text="beach", count=2)}, r"samples\(\)"),
    ],
)
async def test_what_makes_no_sense_is_said_in_words(given: dict[str, object], says: str) -> None:
    wish: dict[str, object] = {"prompt": "beach", "generator": LONG, **given}
    with pytest.raises(InvalidRequest, match=says):
        cyclorama.generate(**wish)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match=says):
        await cyclorama.agenerate(**wish)  # type: ignore[arg-type]


async def test_what_the_generator_raises_is_raised() -> None:
    broken = FakeGenerator(error=Unavailable("The lamp is out. Change it."))
    with pytest.raises(Unavailable, match="lamp"):
        cyclorama.generate("beach", generator=broken)
    with pytest.raises(Unavailable, match="lamp"):
        await cyclorama.agenerate("beach", generator=broken)


def test_moderators_watch_a_generator_of_ones_own_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("beach\n")
    monkeypatch.setenv("CYCLORAMA_WORD_LIST", str(words))
    with pytest.raises(PromptRefused):
        cyclorama.generate("beach", generator=FakeGenerator())
    assert cyclorama.generate("forest", generator=FakeGenerator())


async def test_a_generator_is_made_once_for_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[FakeGenerator] = []

    def of(_: Settings) -> FakeGenerator:
        made.append(FakeGenerator("scenery"))
        return made[-1]

    monkeypatch.setattr(scenery, "of", of)
    await asyncio.gather(*(cyclorama.agenerate("beach", generator="scenery") for _ in range(5)))
    assert len(made) == 1


async def test_generators_may_use_an_event_loop_of_their_own_even_where_one_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Looping(FakeGenerator):
        def ready(self) -> None:
            asyncio.run(asyncio.sleep(0))

        def generate(self, prompt: Prompt, report: Report) -> Painting:
            asyncio.run(asyncio.sleep(0))
            return super().generate(prompt, report)

    monkeypatch.setattr(scenery, "of", lambda _: Looping("scenery"))
    assert cyclorama.generate("beach", generator="auto").image


async def test_no_more_paint_at_once_than_the_generator_has_slots() -> None:
    class Narrow(FakeGenerator):
        painting = 0
        most = 0

        def generate(self, prompt: Prompt, report: Report) -> Painting:
            with lock:
                self.painting += 1
                self.most = max(self.most, self.painting)
            try:
                return super().generate(prompt, report)
            finally:
                with lock:
                    self.painting -= 1

    lock = threading.Lock()
    narrow = Narrow("narrow", slots=2, pause=0.001)
    paintings = await asyncio.gather(*(cyclorama.agenerate("beach", generator=narrow) for _ in range(8)))
    assert len(paintings) == 8
    assert narrow.most <= 2


def test_importing_costs_nothing_until_something_is_asked_for() -> None:
    code = (
        "import sys, cyclorama\n"
        "assert not {'pydantic', 'numpy', 'PIL', 'asyncio'} & sys.modules.keys()\n"
        "assert set(cyclorama.__all__) <= set(dir(cyclorama))\n"
        "assert all(getattr(cyclorama, name) for name in cyclorama.__all__)\n"
        "assert not hasattr(cyclorama, 'genarate')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


async def test_what_moves_has_a_loop_and_can_be_saved_as_one_or_as_its_first_frame(tmp_path: Path) -> None:
    fake = FakeGenerator(moves=True)
    picture = cyclorama.generate("sea", size="64x64", motion=True, seconds=6, generator=fake)
    assert (picture.prompt.motion, picture.prompt.seconds) == (True, 6)
    picture.save(tmp_path / "sea.webm")
    picture.save(tmp_path / "sea.png")
    assert (tmp_path / "sea.webm").read_bytes().startswith(b"\x1aE\xdf\xa3")
    with Image.open(tmp_path / "sea.png") as still:
        assert still.size == (64, 64)
    with pytest.raises(InvalidRequest, match="does not move"):
        (await cyclorama.agenerate("sea", size="64x64", generator=fake)).save(tmp_path / "sea.webm")


async def test_who_paints_stills_says_so() -> None:
    with pytest.raises(InvalidRequest, match="paints stills"):
        cyclorama.generate("sea", motion=True, generator=FakeGenerator())
    with pytest.raises(InvalidRequest, match="paints stills"):
        await cyclorama.agenerate("sea", motion=True, generator=FakeGenerator())
    with pytest.raises(InvalidRequest, match="seconds"):
        cyclorama.generate("sea", motion=True, seconds=99)
