from __future__ import annotations

import io
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from cyclorama.backgrounds.base import Progress
from cyclorama.errors import InvalidRequest, NotFound
from cyclorama.live.backdrops import Picture
from cyclorama.live.control import Control
from cyclorama.live.state import Change, EngineState
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Frame, Look
from cyclorama.picture.look import _TABLE

from .steered import FakeEngine, Named, Openings, grey

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Backdrop

pytestmark = pytest.mark.unit


class Matters(FakeMatter):
    closed = False

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def openings() -> Openings:
    return Openings()


@pytest.fixture
def control(engine: FakeEngine, openings: Openings) -> Control:
    return Control(
        engine,
        open_backdrop=openings,
        open_matter=Matters,
        name="Desk",
        source="Webcam",
        participant=lambda: "p1",
    )


def until(control: Control, true: Callable[[EngineState], object]) -> EngineState:
    for _ in range(1000):
        if true(state := control.state()):
            return state
        time.sleep(0.01)
    raise AssertionError(control.state())


def test_it_tells_how_the_engine_is(control: Control) -> None:
    state = control.state()
    assert (state.name, state.input, state.participant) == ("Desk", "Webcam", "p1")
    assert (state.background, state.model, state.person, state.coming) == ("blur", "fake", True, None)
    assert state.look["softness"] == Look().softness
    assert list(state.look) == list(_TABLE)
    assert (state.width, state.height) == (640, 360)
    assert (state.stats.fps, state.stats.stages) == (30, {"matte": 3.5})
    assert (state.outputs[0].name, state.outputs[0].bits_per_second, state.outputs[0].problem) == (
        "default",
        2.5e6,
        "",
    )
    assert EngineState.model_validate_json(state.model_dump_json()) == state


def test_the_background_before_stays_until_the_new_one_is_painted(
    control: Control, engine: FakeEngine, openings: Openings
) -> None:
    openings.go.clear()
    before = engine.background
    asked = control.change(Change(background="  a beach "), afar=True)
    assert asked.background == "blur"
    state = until(control, lambda state: state.coming and state.coming.total)
    assert engine.background is before
    assert state.coming
    assert (state.coming.background, state.coming.step, state.coming.message) == (
        "a beach",
        1,
        "Painting the sky",
    )
    openings.go.set()
    assert until(control, lambda state: not state.coming).background == "a beach"
    assert openings.asked == [("a beach", False)]


def test_the_newest_wish_wins_and_cancels_the_one_before(
    control: Control, engine: FakeEngine, openings: Openings
) -> None:
    openings.go.clear()
    control.change(Change(background="a beach"))
    until(control, lambda state: state.coming and state.coming.total)
    assert control.change(Change(background="#00FF00")).coming is None
    assert engine.background.name == "#00ff00"
    openings.go.set()
    for _ in range(500):
        if openings.cancelled:
            break
        time.sleep(0.01)
    assert openings.cancelled == ["a beach"]
    assert engine.background.name == "#00ff00"


@pytest.mark.parametrize(("text", "says"), [("nothing", "There is no such"), ("crash", "could not be made")])
def test_what_fails_is_said_and_loses_nothing(
    control: Control, engine: FakeEngine, text: str, says: str
) -> None:
    before = engine.background
    control.change(Change(background=text))
    state = until(control, lambda state: state.problem)
    assert says in state.problem
    assert (state.coming, state.background, engine.background) == (None, "blur", before)
    control.change(Change(background="a beach"))
    assert until(control, lambda state: not state.coming).problem == ""


def test_closing_gives_up_what_is_still_made(control: Control, openings: Openings) -> None:
    openings.go.clear()
    control.change(Change(background="a beach"))
    control.close()
    openings.go.set()
    assert control.state().coming is None


def test_a_look_is_changed_field_by_field(control: Control, engine: FakeEngine) -> None:
    control.change(Change(look={"softness": 0.25}))
    state = control.change(Change(look={"mirror": 1}))
    assert engine.look == Look(softness=0.25, mirror=1)
    assert state.look["softness"] == 0.25


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"look": {"softnes": 1}}, "Did you mean softness"),
        ({"look": {"softness": 99}}, "softness takes a number"),
        ({"look": {"mirror": True}}, "valid number"),
        ({"look": {"mirror": 0.5}}, "a switch"),
        ({"look": {"softness": float("nan")}}, "softness takes a number"),
        ({"background": ""}, "at least 1 character"),
        ({"background": "x" * 2001}, "at most 2000"),
        ({"input": "camera"}, "Extra"),
    ],
)
def test_a_change_that_makes_no_sense_is_none(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Change.model_validate(change)


def test_a_model_is_opened_before_it_takes_over(control: Control, engine: FakeEngine) -> None:
    assert control.change(Change(model="square")).model == "square"
    matter = engine.matter
    control.change(Change(model="square"))
    assert engine.matter is matter
    with pytest.raises(NotFound, match="Did you mean multiclass"):
        control.change(Change(model="multiclas", person=False))
    assert (engine.matter, engine.person) == (matter, True)


def test_the_person_goes_at_once(control: Control, engine: FakeEngine) -> None:
    assert control.change(Change(person=False)).person is False
    assert engine.person is False


@pytest.mark.parametrize("text", ["none", "None", "transparent"])
def test_nobody_shows_the_room_from_afar(
    control: Control, engine: FakeEngine, openings: Openings, text: str
) -> None:
    with pytest.raises(InvalidRequest, match="only there"):
        control.change(Change(background=text, person=False), afar=True)
    assert (openings.asked, engine.person) == ([], True)
    assert control.change(Change(background=text)).background == text.lower()


def test_paths_are_for_who_sits_there_and_are_told_to_nobody(control: Control, openings: Openings) -> None:
    control.change(Change(background="/etc/passwd"), afar=True)
    until(control, lambda state: not state.coming)
    control.change(Change(background="room.jpg"))
    assert until(control, lambda state: not state.coming).background == "room.jpg"
    assert openings.asked == [("/etc/passwd", False), ("room.jpg", True)]


def test_the_preview_is_small_and_of_the_right_colour(control: Control, engine: FakeEngine) -> None:
    data = control.preview()
    assert data
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == ("WEBP", (480, 270))
    assert abs(np.asarray(picture.convert("RGB")).astype(int) - round((128 - 16) * 255 / 219)).max() <= 3
    engine.picture = Frame(grey(64, 36).planes, alpha=np.zeros((36, 64), np.uint8))
    data = control.preview()
    assert data
    picture = Image.open(io.BytesIO(data))
    assert (picture.mode, picture.size) == ("RGBA", (64, 36))
    assert not np.asarray(picture)[..., 3].any()
    engine.picture = None
    assert control.preview() is None


def test_of_what_shall_move_the_still_is_on_air_at_once(engine: FakeEngine) -> None:
    go = threading.Event()

    def opened(text: str, *, files: bool, on_progress: Callable[[Progress], object]) -> Backdrop:
        del files
        on_progress(Progress(0, 240, "the first frame", Image.new("RGB", (64, 36), "teal"), whole=True))
        on_progress(Progress(3, 240, "frame 4 of 240"))
        assert go.wait(10)
        return Named(text)

    control = Control(engine, open_backdrop=opened, open_matter=Matters)
    control.change(Change(background="a beach"), afar=True)
    state = until(control, lambda state: state.coming and state.coming.step == 3)
    assert (state.background, type(engine.background)) == ("a beach", Picture)
    go.set()
    until(control, lambda state: not state.coming)
    assert engine.background == Named("a beach")
