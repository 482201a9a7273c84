"""A window on this machine's screen."""

from __future__ import annotations

import ctypes
import sys
import threading
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from av.video.reformatter import ColorRange

from cyclorama import extras
from cyclorama.errors import InvalidRequest, NotFound, SinkLost
from cyclorama.live.avframes import from_av, to_av
from cyclorama.live.base import SinkClosed
from cyclorama.live.sinks.pace import Pace
from cyclorama.picture import Format, Frame, Matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cyclorama.live.base import Sound, Stream

TITLE = "Cyclorama"
LARGEST = 0.8  # of the screen, at first


class Window:
    """A `Sink` that shows the picture in a window, through SDL. Sound is left out.

    The window may be made any size; the picture keeps its shape. Closing it ends this sink for good: the
    engine goes on as long as it has another. On macOS a window belongs to the main thread, so an engine,
    whose sinks have threads of their own, cannot have one there.

    Raises:
        MissingExtra: PySDL2 is not installed.
        NotFound: on `open`, there is no screen.
        InvalidRequest: on `open`, on macOS, this is not the main thread.
        SinkClosed: on `write`, the window was closed.
    """

    alpha = False
    name = "window"

    def __init__(self) -> None:
        extras.require("window", "A window")
        self._sdl: Any = None
        self._window: Any = None
        self._renderer: Any = None
        self._texture: Any = None
        self._kind: tuple[int, int, Format] | None = None
        self._pace: Pace | None = None

    def open(self, stream: Stream) -> None:
        """Open the window."""
        self.close()
        if sys.platform == "darwin" and threading.current_thread() is not threading.main_thread():
            raise InvalidRequest(
                "On macOS only a program's main thread may have a window, and outputs run in threads of "
                "their own. Choose another output, such as a stage, and watch it in a browser."
            )
        self._pace = None if stream.live else Pace()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it tells on standard error which SDL it found
            self._sdl = sdl = import_module("sdl2")
        if sdl.SDL_InitSubSystem(sdl.SDL_INIT_VIDEO) != 0:
            problem = self._problem()
            self._sdl = None
            raise NotFound(f"There is no screen for a window ({problem}). Choose another output.")
        width, height = self._first_size(stream.width, stream.height)
        centre = sdl.SDL_WINDOWPOS_CENTERED
        self._window = sdl.SDL_CreateWindow(
            TITLE.encode(), centre, centre, width, height, sdl.SDL_WINDOW_RESIZABLE
        )
        self._renderer = self._window and sdl.SDL_CreateRenderer(self._window, -1, 0)
        if not self._renderer:
            problem = self._problem()
            self.close()
            raise NotFound(f"A window cannot be opened here ({problem}). Choose another output.")

    def write(self, item: Frame | Sound) -> None:
        """Show it, at its time if it is of a recording."""
        if self._renderer is None:
            raise SinkLost("The window is not open.")
        self._heed_events()
        if not isinstance(item, Frame):
            return
        if self._pace is not None:
            self._pace.wait(item.seconds or 0)
        frame = self._as_sdl_knows_it(item)
        sdl = self._sdl
        self._fit(frame)
        update = sdl.SDL_UpdateNVTexture if frame.format is Format.NV12 else sdl.SDL_UpdateYUVTexture
        planes = [part for plane in frame.planes for part in (_pointer(plane), plane.strides[0])]
        update(self._texture, None, *planes)
        sdl.SDL_RenderClear(self._renderer)
        sdl.SDL_RenderCopy(self._renderer, self._texture, None, None)
        sdl.SDL_RenderPresent(self._renderer)

    def close(self) -> None:
        """Close the window."""
        if self._sdl is None:
            return
        for thing, destroy in (
            (self._texture, self._sdl.SDL_DestroyTexture),
            (self._renderer, self._sdl.SDL_DestroyRenderer),
            (self._window, self._sdl.SDL_DestroyWindow),
        ):
            if thing:
                destroy(thing)
        self._sdl.SDL_QuitSubSystem(self._sdl.SDL_INIT_VIDEO)
        self._texture = self._renderer = self._window = self._kind = self._sdl = None

    def _heed_events(self) -> None:
        sdl = self._sdl
        event = sdl.SDL_Event()
        mine = sdl.SDL_GetWindowID(self._window)
        while sdl.SDL_PollEvent(ctypes.byref(event)):
            closed = event.type == sdl.SDL_WINDOWEVENT and event.window.windowID == mine
            closed = closed and event.window.event == sdl.SDL_WINDOWEVENT_CLOSE
            if closed or event.type == sdl.SDL_QUIT:
                raise SinkClosed("The window was closed.")

    def _fit(self, frame: Frame) -> None:
        """Have a texture for such frames, and colours as theirs."""
        sdl = self._sdl
        mode = sdl.surface.SDL_YUV_CONVERSION_BT601
        if frame.full_range:
            mode = sdl.surface.SDL_YUV_CONVERSION_JPEG
        elif frame.matrix is Matrix.BT709:
            mode = sdl.surface.SDL_YUV_CONVERSION_BT709
        sdl.surface.SDL_SetYUVConversionMode(mode)
        kind = (frame.width, frame.height, frame.format)
        if kind == self._kind:
            return
        if self._texture:
            sdl.SDL_DestroyTexture(self._texture)
        layout = sdl.SDL_PIXELFORMAT_NV12 if frame.format is Format.NV12 else sdl.SDL_PIXELFORMAT_IYUV
        self._texture = sdl.SDL_CreateTexture(
            self._renderer, layout, sdl.SDL_TEXTUREACCESS_STREAMING, frame.width, frame.height
        )
        if not self._texture:
            raise SinkLost(
                f"The window cannot show pictures of {frame.width}x{frame.height}: {self._problem()}."
            )
        sdl.SDL_SetTextureScaleMode(self._texture, sdl.SDL_ScaleModeLinear)
        sdl.SDL_RenderSetLogicalSize(self._renderer, frame.width, frame.height)  # the rest stays black
        self._kind = kind

    def _as_sdl_knows_it(self, frame: Frame) -> Frame:
        """SDL 2 knows full range with BT.601 only."""
        if not (frame.full_range and frame.matrix is Matrix.BT709):
            return frame
        given = to_av(frame)
        return from_av(given.reformat(src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG))

    def _first_size(self, width: int, height: int) -> tuple[int, int]:
        bounds = self._sdl.SDL_Rect()
        if self._sdl.SDL_GetDisplayUsableBounds(0, ctypes.byref(bounds)) != 0:
            return width, height
        by = min(1.0, LARGEST * bounds.w / width, LARGEST * bounds.h / height)
        return round(width * by), round(height * by)

    def _problem(self) -> str:
        return str(self._sdl.SDL_GetError().decode(errors="replace")).rstrip(".") or "SDL does not say why"


def _pointer(plane: NDArray[np.uint8]) -> Any:
    return plane.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
