"""Puts a person in front of a background, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cyclorama.errors import InvalidRequest
from cyclorama.picture.frame import Format, Frame, plane_shapes
from cyclorama.picture.kernel import open_kernel
from cyclorama.picture.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class ModelInput(Protocol):
    """What a model takes: (height, width, 3) float32, `(rgb - mean) / scale`; RGB is 0 to 255.

    `channels` is what it gives for each pixel: 1 confidence, or 6 logits, the background's first.
    """

    @property
    def width(self) -> int: ...  # noqa: D102 (see the class)
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def mean(self) -> float: ...  # noqa: D102
    @property
    def scale(self) -> float: ...  # noqa: D102
    @property
    def channels(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all frames of a stream have in common until memory is laid out anew."""

    format: Format
    width: int
    height: int
    matrix: int
    full_range: bool


def _planar(format: Format) -> Format:  # noqa: A002 (the field's word)
    """Return what comes out for what goes in."""
    return Format.NV12 if format is Format.NV12 else Format.I420


def _fit(look: Look) -> tuple[float, float, float]:
    """Return what decides how a picture is fitted to the frame."""
    return look.contain, look.focus_x, look.focus_y


class Compositor:
    """Composites one stream of frames; for each: `take_frame`, run the model, `take_matte`, `composite`.

    Before a matte was taken the composite is the background alone. A frame of another size, format, matrix
    or range than the one before begins anew: the matte is forgotten and the newest backdrop is fitted again.
    Arrays that are handed out look into the kernel's memory: they hold until the next call that writes there.

    Not to be shared between threads.

    Args:
        model: the model's input.
        look: what the creator can change.
    """

    def __init__(self, model: ModelInput, look: Look | None = None) -> None:
        self._kernel = open_kernel()
        self._model = model
        self._shape: _Shape | None = None
        self._frame: Frame | None = None
        self._planes: list[NDArray[np.uint8]] = []
        self._output: tuple[NDArray[np.uint8], ...] = ()
        self._input: NDArray[np.float32]
        self._answer: NDArray[np.float32]
        self._transparent = False
        self._backdrop: Callable[[], object] | None = None
        self._picture: Frame | None = None
        self._look = Look()
        self.look = look or Look()

    @property
    def look(self) -> Look:
        """What the creator can change; a change shows from the next matte on, that of the fit at once."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        before, self._look = self._look, look
        values = look.values()
        self._kernel.view(self._kernel.call("look"), (len(values),), np.float32)[:] = values
        if _fit(before) != _fit(look) and self._picture and self._shape:
            self._place(self._picture, "replace_picture")

    def take_frame(self, frame: Frame) -> NDArray[np.float32]:
        """Take the next frame; return the model's input for it, (height, width, 3) float32."""
        shape = _Shape(frame.format, frame.width, frame.height, frame.matrix, frame.full_range)
        if shape != self._shape:
            self._lay_out(shape)
        for target, plane in zip(self._planes, frame.planes, strict=True):
            np.copyto(target, plane)
        self._frame = frame
        self._kernel.call("take_frame")
        return self._input

    def send_frame(self) -> None:
        """Say that the model begins with the last frame: the next `take_matte` answers for it.

        For a model that is slower than the camera: meanwhile more frames may be taken, and `carry_matte`
        serves them.
        """
        self._expect_frame()
        self._kernel.call("send_frame")

    def carry_matte(self) -> None:
        """Carry the last matte to the last frame, which has none of its own, by motion.

        If the frame is nothing like the matte's, the matte is forgotten. How old a matte may get is for the
        caller to say: `reset_matte` then.
        """
        self._expect_frame()
        self._kernel.call("carry_matte")

    def take_matte(self, answer: NDArray[np.float32]) -> None:
        """Take the model's answer for the frame sent, else the last one: (height, width[, channels]).

        Call it once for each answer: how fast the matte follows depends on what moved since the last one. If
        its frame is not the last one, it is carried to that by motion.
        """
        self._expect_frame()
        np.copyto(self._answer, answer.reshape(self._answer.shape))
        self._kernel.call("take_matte")

    def put_matte(self, matte: NDArray[np.float32]) -> None:
        """Composite the last frame with this confidence as it is, (height, width), 0 to 1.

        For whoever knows later frames too and has made the mattes steady themselves.
        """
        self._expect_frame()
        target = self._kernel.view(
            self._kernel.call("model_output"), (self._model.height, self._model.width), np.float32
        )
        np.copyto(target, matte)
        self._kernel.call("put_matte")

    @property
    def matte(self) -> NDArray[np.float32]:
        """The confidence that is composited with, steady or carried, (height, width), 0 to 1."""
        self._expect_frame()
        return self._kernel.view(
            self._kernel.call("matte"), (self._model.height, self._model.width), np.float32
        )

    @property
    def keyed(self) -> bool:
        """Whether the last matte comes from a real screen's colour (`Look.key`), not from the model."""
        return bool(self._kernel.call("keyed"))

    def screen_colour(self) -> tuple[int, int, int] | None:
        """Measure the colour of a screen behind the person in the last frame: RGB, 0 to 255.

        It is the most frequent saturated colour at the sides and the top. None if it fills less than a
        quarter of them.
        """
        self._expect_frame()
        found = self._kernel.call("find_screen")
        return None if found < 0 else (found >> 16, found >> 8 & 255, found & 255)

    @property
    def alpha(self) -> NDArray[np.float32]:
        """The matte as it is composited: refined to the last frame, (height, width), 0 to 1."""
        frame = self._expect_frame()
        address, shape = self._kernel.call("upload"), (frame.height, frame.width)
        self._kernel.reserve(address + 2 * frame.height * frame.width)
        self._look_at_planes()
        self._kernel.call("alpha_plane", address)
        alpha: NDArray[np.float32] = self._kernel.view(address, shape, np.int16).astype(np.float32)
        alpha /= 256
        return alpha

    def reset_matte(self) -> None:
        """Forget the matte: the composite is the background alone until the next one."""
        self._expect_frame()
        self._kernel.call("reset_matte")

    def set_picture(self, picture: NDArray[np.uint8]) -> None:
        """Set the next backdrop: a picture, fitted to the frame as the look says.

        Like the other backdrops it leaves the one before in place for a crossfade.

        Args:
            picture: (height, width, 3 or 4), RGB or RGBA, taken as opaque.

        Raises:
            InvalidRequest: it has another shape.
        """
        if picture.ndim != 3 or picture.shape[2] not in (3, 4) or 0 in picture.shape:
            raise InvalidRequest(f"A background is (height, width, 3 or 4), not {picture.shape}.")
        rgba = np.empty((*picture.shape[:2], 4), np.uint8)
        rgba[..., : picture.shape[2]] = picture
        self.set_video(Frame((rgba,), Format.RGBA))

    def set_video(self, first: Frame) -> None:
        """Set the next backdrop: a video, of which this is the first frame, fitted as the look says."""

        def place() -> None:
            assert self._picture is not None  # noqa: S101
            self._place(self._picture, "backdrop_picture")

        self._set_backdrop(place, first)

    def set_video_frame(self, frame: Frame) -> None:
        """Put the next frame of the video in place of the one before, without a crossfade.

        Frames may have any size and coding, also other ones than those before.

        Raises:
            InvalidRequest: the newest backdrop is no video and no picture.
        """
        if self._picture is None:
            raise InvalidRequest(
                "There is no video that this could be the next frame of. Call set_video first."
            )
        self._picture = frame
        if self._shape is not None:
            self._place(frame, "replace_picture")

    def set_colour(self, red: int, green: int, blue: int) -> None:
        """Set the next backdrop: one colour, each part 0 to 255."""
        self._set_backdrop(lambda: self._kernel.call("backdrop_colour", red, green, blue))

    def set_blur(self) -> None:
        """Set the next backdrop: the room behind the person, blurred as strongly as the look says."""
        self._set_backdrop(lambda: self._kernel.call("backdrop_blur"))

    def set_none(self) -> None:
        """Set the next backdrop: none. This shows the room, with a matte and without one."""
        self._set_backdrop(lambda: self._kernel.call("backdrop_none"))

    def set_transparent(self) -> None:
        """Set the next backdrop: nothing. Frames have alpha then, and the person's own colours.

        Beside the person these go on smoothly and end in black. To nothing and from it there is no crossfade.
        """
        self._set_backdrop(lambda: self._kernel.call("backdrop_transparent"), transparent=True)

    def composite(self, mix: float = 1.0) -> Frame:
        """Return the person in front of the backdrop, with the last frame's time.

        Args:
            mix: 0 is the backdrop before the newest one, 1 the newest.
        """
        self._expect_frame()
        self._kernel.call("composite", float(mix))
        return self._result()

    def background_alone(self, mix: float = 1.0) -> Frame:
        """Return the backdrop alone, whatever the matte."""
        self._expect_frame()
        self._kernel.call("background_alone", float(mix))
        return self._result()

    def _set_backdrop(
        self, place: Callable[[], object], picture: Frame | None = None, *, transparent: bool = False
    ) -> None:
        self._backdrop = place
        self._picture = picture
        self._transparent = transparent
        if self._shape is not None:
            place()

    def _place(self, picture: Frame, function: str) -> None:
        """Upload a picture and have it fitted. `picture` is kept, not copied."""
        width, height = picture.width, picture.height
        address = self._kernel.call("upload")
        self._kernel.reserve(address + self._kernel.call("upload_bytes", width, height))
        for plane in picture.planes:
            np.copyto(self._kernel.view(address, plane.shape, np.uint8), plane)
            address += plane.nbytes
        self._kernel.call(function, picture.format, width, height, picture.matrix, int(picture.full_range))
        self._look_at_planes()

    def _expect_frame(self) -> Frame:
        if self._frame is None:
            raise InvalidRequest("There is no frame yet. Call take_frame first.")
        return self._frame

    def _lay_out(self, shape: _Shape) -> None:
        model = self._model
        end = self._kernel.call(
            "lay_out",
            shape.format,
            shape.width,
            shape.height,
            0,
            0,
            shape.matrix,
            int(shape.full_range),
            model.width,
            model.height,
            model.channels,
            float(model.mean),
            float(model.scale),
        )
        self._kernel.reserve(end)
        self._kernel.call("start")
        self._shape = shape
        self._look_at_planes()
        if self._backdrop is not None:
            self._backdrop()

    def _look_at_planes(self) -> None:
        """Growing memory may move it."""
        if (shape := self._shape) is None:
            return
        self._planes = self._views("frame", shape.format)
        self._output = tuple(self._views("output", _planar(shape.format)))
        call, view, size = self._kernel.call, self._kernel.view, (self._model.height, self._model.width)
        self._input = view(call("model_input"), (*size, 3), np.float32)
        self._answer = view(call("model_output"), (*size, self._model.channels), np.float32)

    def _views(self, buffer: str, format: Format) -> list[NDArray[np.uint8]]:  # noqa: A002 (the field's word)
        assert self._shape is not None  # noqa: S101
        views, address = [], self._kernel.call(buffer)
        for shape in plane_shapes(format, self._shape.width, self._shape.height):
            views.append(self._kernel.view(address, shape, np.uint8))
            address += views[-1].nbytes
        return views

    def _result(self) -> Frame:
        frame = self._expect_frame()
        alpha = None
        if self._transparent:
            alpha = self._kernel.view(
                self._kernel.call("output_alpha"), (frame.height, frame.width), np.uint8
            )
        return Frame(
            self._output,
            _planar(frame.format),
            frame.matrix,
            frame.full_range,
            frame.pts,
            frame.time_base,
            alpha,
        )
