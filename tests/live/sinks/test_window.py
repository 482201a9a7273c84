"""The window, with SDL's own driver without a screen: what is shown is read back."""

from __future__ import annotations

import ctypes
import sys
import threading
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cyclorama import extras
from cyclorama.errors import InvalidRequest, MissingExtra, NotFound, SinkLost
from cyclorama.live.base import Sink, SinkClosed
from cyclorama.live.sinks.window import Window
from cyclorama.picture import Format, Frame, Matrix

from .making import plain, stream, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    if extras.missing("window"):
        pytest.skip("PySDL2 is not installed")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


@pytest.fixture
def window() -> Iterator[Window]:
    window = Window()
    window.open(stream())
    yield window
    window.close()


def shown(window: Window, width: int, height: int) -> NDArray[np.uint8]:
    """What is in the window, (height, width, 3) RGB."""
    sdl, picture = window._sdl, np.zeros((height, width, 3), np.uint8)
    target = picture.ctypes.data_as(ctypes.c_void_p)
    sdl.SDL_RenderSetLogicalSize(window._renderer, 0, 0)
    answer = sdl.SDL_RenderReadPixels(window._renderer, None, sdl.SDL_PIXELFORMAT_RGB24, target, 3 * width)
    assert answer == 0
    return picture


@pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
def test_colours_are_those_of_the_matrix(window: Window, kind: Format) -> None:
    for matrix, yuv in {Matrix.BT601: (81, 90, 240), Matrix.BT709: (63, 102, 240)}.items():
        window.write(replace(plain(0, yuv, kind=kind), matrix=matrix))
        assert np.abs(shown(window, 320, 240)[120, 160].astype(int) - (254, 0, 0)).max() < 6


@pytest.mark.parametrize(("matrix", "yuv"), [(Matrix.BT601, (76, 85, 255)), (Matrix.BT709, (54, 99, 255))])
def test_colours_of_full_range(window: Window, matrix: Matrix, yuv: tuple[int, int, int]) -> None:
    window.write(replace(plain(0, yuv), matrix=matrix, full_range=True))
    assert np.abs(shown(window, 320, 240)[120, 160].astype(int) - (254, 0, 0)).max() < 8


def test_rows_may_have_gaps_and_sizes_may_be_odd_and_change(window: Window) -> None:
    for width, height in ((321, 241), (64, 48), (320, 240)):
        wide = plain(0, width=width + 16, height=height)
        half = (width + 1) // 2
        planes = (wide.planes[0][:, :width], *(plane[:, :half] for plane in wide.planes[1:]))
        window.write(Frame(planes, pts=0, time_base=Fraction(1)))
        assert shown(window, 320, 240)[120, 160, 0] > 240


def test_the_picture_keeps_its_shape(window: Window) -> None:
    window.write(plain(0, (235, 128, 128), 320, 120))
    rows = shown(window, 320, 240).mean(axis=(1, 2))
    assert rows[:58].max() < 5
    assert rows[62:178].min() > 250
    assert rows[182:].max() < 5


def test_closing_the_window_ends_it_for_good(window: Window) -> None:
    assert isinstance(window, Sink)
    window.write(tone(0))
    sdl = window._sdl
    event: Any = sdl.SDL_Event()
    event.type = sdl.SDL_WINDOWEVENT
    event.window.windowID = sdl.SDL_GetWindowID(window._window)
    event.window.event = sdl.SDL_WINDOWEVENT_CLOSE
    sdl.SDL_PushEvent(ctypes.byref(event))
    with pytest.raises(SinkClosed, match="was closed"):
        window.write(plain(0))


def test_a_picture_larger_than_the_screen_gets_a_smaller_window() -> None:
    window = Window()
    window.open(stream(7680, 4320))
    width, height = ctypes.c_int(), ctypes.c_int()
    window._sdl.SDL_GetWindowSize(window._window, ctypes.byref(width), ctypes.byref(height))
    window.close()
    assert 0 < width.value < 3840
    assert width.value / height.value == pytest.approx(16 / 9, rel=0.01)


def test_it_may_be_closed_twice_and_opened_again(window: Window) -> None:
    window.close()
    window.close()
    with pytest.raises(SinkLost):
        window.write(plain(0))
    window.open(stream())
    window.write(plain(0))


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "nothing")
    with pytest.raises(NotFound, match="no screen"):
        Window().open(stream())


def test_macos_wants_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    caught = list[Exception]()

    def run() -> None:
        try:
            Window().open(stream())
        except InvalidRequest as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert caught


def test_what_is_missing_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.EXTRAS, "window", ("not_there",))
    with pytest.raises(MissingExtra, match=r"cyclorama\[window\]"):
        Window()
