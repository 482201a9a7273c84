"""An engine in the camera's place: chosen in the studio page, changed from there, seen in what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from cyclorama.live.backdrops import open_backdrop
from cyclorama.live.borrowing import borrowing
from cyclorama.live.control import Control
from cyclorama.live.engine import Engine
from cyclorama.live.fake import FakeSink, FakeSource
from cyclorama.live.remote import Link
from cyclorama.live.sinks.stage import StageSink
from cyclorama.matting.fake import FakeMatter
from cyclorama.settings import Settings
from cyclorama.stage.running import Access

from .studio import STARTING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .server import StudioServer
    from .studio import Studio

pytestmark = pytest.mark.browser

SIZE = (320, 180)
KEPT = 8  # frames


class Running:
    """An engine in this process, and what it sent last."""

    def __init__(self, engine: Engine, sink: FakeSink) -> None:
        self.engine, self.sink = engine, sink

    def corner(self) -> tuple[int, int, int]:
        """Return Y, U and V of the newest frame's top left corner, where nobody stands."""
        luma, *chroma = self.sink.frames[-1].planes
        first, second, third = (round(float(np.mean(plane[:8, :8]))) for plane in (luma, *chroma))
        return first, second, third

    def until_corner(self, wanted: tuple[int, int, int], off: int = 6) -> None:
        """Wait until what it sends has this colour there."""

        def right(_: FakeSink) -> bool:
            return bool(self.sink.frames) and np.abs(np.subtract(self.corner(), wanted)).max() <= off

        assert self.sink.wait_for(right, 20), self.corner()


@pytest.fixture
def running(server: StudioServer) -> Iterator[Running]:
    source = FakeSource(None, size=SIZE, fps=15, live=True)
    sink = FakeSink("A show", keep=KEPT)
    engine = Engine(source, sink, background=open_backdrop("#204060"), matter=FakeMatter())
    opener = borrowing(open_backdrop, Access(server.url), SIZE)
    with engine:
        control = Control(engine, open_backdrop=opener, name="Desk", source="A fake person")
        with Link(control, server.url) as link:
            assert link.wait(20), link.problem
            yield Running(engine, sink)


def test_an_engine_takes_the_cameras_place(running: Running, studio: Studio) -> None:
    page, engine = studio.page, running.engine
    camera = page.get_by_label("Camera", exact=True)
    own = camera.input_value()
    camera.focus()
    expect(camera.locator("option", has_text="Engine: Desk")).to_be_attached()
    camera.select_option(label="Engine: Desk")

    expect(studio.live_state).to_contain_text("Engine: Desk")
    expect(page.get_by_test_id("engine-note")).to_contain_text("sends its picture itself: to A show")
    shot = page.get_by_test_id("shot")
    expect(shot).to_have_js_property("naturalWidth", SIZE[0])
    assert (studio.running("video"), studio.running("audio")) == (0, 0)
    for name in ("Go live", "Turn camera on", "Unmute microphone"):
        expect(studio.button(name)).to_be_disabled()
    expect(page.get_by_test_id("current-background")).to_contain_text("Solid colour")

    studio.have_painted("beach with palm trees at sunset")
    newest = page.request.get("/backgrounds").json()["backgrounds"][0]
    assert running.sink.wait_for(lambda _: engine.background.name == "beach with palm trees at sunset")
    expect(page.get_by_test_id("current-background")).to_contain_text("beach with palm trees at sunset")
    expect(page.locator(f'[data-tile="{newest["id"]}"]')).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("k")
    page.locator("summary", has_text="Blur").click()
    studio.button("Blur").click()
    strength = page.get_by_role("slider", name="Strength").first
    strength.fill("0.9")
    assert running.sink.wait_for(lambda _: engine.look.blur == 0.9), engine.look
    assert engine.background.name == "blur"

    page.keyboard.press("s")
    expect(page.get_by_test_id("stats")).to_contain_text("Source")

    studio.button("Solid colour").click()
    page.get_by_label("Colour", exact=True).fill("#808080")
    running.until_corner((126, 128, 128))
    page.get_by_role("switch", name="Show me").click()
    assert running.sink.wait_for(lambda _: not engine.person)
    expect(studio.notice).to_contain_text("You are hidden")

    camera.select_option(own)
    studio.expect_picture("live")
    expect(shot).to_be_hidden()
    assert (studio.running("video"), studio.running("audio")) == (1, 1)
    expect(studio.button("Go live")).to_be_enabled()


def test_an_engine_on_the_stage_is_seen_as_viewers_see_it(server: StudioServer, studio: Studio) -> None:
    sink = StageSink(Settings(data=server.data, port=server.port), user_id="Desk")
    engine = Engine(
        FakeSource(None, size=SIZE, fps=15, live=True),
        sink,
        background=open_backdrop("#204060"),
        matter=FakeMatter(),
    )
    with engine:
        control = Control(
            engine, open_backdrop=open_backdrop, name="Desk", participant=lambda: sink.participant_id
        )
        with Link(control, server.url) as link:
            assert link.wait(20), link.problem
            camera = studio.page.get_by_label("Camera", exact=True)
            camera.focus()
            expect(camera.locator("option", has_text="Engine: Desk")).to_be_attached()
            camera.select_option(label="Engine: Desk")
            expect(studio.preview).to_have_js_property("videoWidth", SIZE[0], timeout=STARTING)
            expect(studio.page.get_by_test_id("shot")).to_be_hidden()
            expect(studio.page.get_by_test_id("audience-status")).to_contain_text("goes there by itself")
