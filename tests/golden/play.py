"""Plays a golden case on the Python face of the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cyclorama.picture import Compositor, Format, Frame, Look, Matrix
from cyclorama.picture.frame import plane_shapes
from tests.picture.samples import Input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def play(case: dict[str, Any], blob: bytes) -> Iterator[tuple[dict[str, Any], NDArray[Any]]]:
    """Give each step that expects something, and what the kernel gave, flat."""
    model, shape = Input(**case["model"]), case["shape"]
    compositor = Compositor(model)
    given: dict[str, NDArray[Any]] = {}
    for step in case["steps"]:
        start, size = step.get("data", (0, 0))
        data = blob[start : start + size]
        match step.get("do"):
            case "takeFrame":
                given["input"] = compositor.take_frame(frame_of(data, shape))
            case "takeMatte":
                compositor.take_matte(np.frombuffer(data, np.float32).reshape(model.height, model.width))
            case "sendFrame":
                compositor.send_frame()
            case "carryMatte":
                compositor.carry_matte()
            case "resetMatte":
                compositor.reset_matte()
            case "setPicture":
                rgba = np.frombuffer(data, np.uint8)
                compositor.set_picture(rgba.reshape(step["height"], step["width"], 4))
            case "setVideo":
                compositor.set_video(frame_of(data, step["shape"]))
            case "setVideoFrame":
                compositor.set_video_frame(frame_of(data, step["shape"]))
            case "setColour":
                compositor.set_colour(*step["rgb"])
            case "setBlur":
                compositor.set_blur()
            case "setLook":
                compositor.look = Look(**step["look"])
            case "setNone":
                compositor.set_none()
            case "setTransparent":
                compositor.set_transparent()
            case "composite":
                given = {**given, **result_of(compositor.composite(step["mix"]))}
            case "backgroundAlone":
                given = {**given, **result_of(compositor.background_alone(step["mix"]))}
            case None if step["expect"] == "rgba":
                yield step, rgba_of(compositor, size)
            case None:
                yield step, given[step["expect"]].ravel()


def frame_of(data: bytes, shape: dict[str, Any]) -> Frame:
    kind = Format[shape["format"]]
    planes = split(data, plane_shapes(kind, shape["width"], shape["height"]))
    return Frame(planes, kind, Matrix[shape["matrix"].upper()], shape["fullRange"])


def rgba_of(compositor: Compositor, size: int) -> NDArray[np.uint8]:
    """What the page reads for its canvas; in Python nothing else wants it."""
    kernel = compositor._kernel
    address = kernel.call("upload")
    kernel.reserve(address + size)
    kernel.call("output_rgba", address)
    return kernel.view(address, (size,), np.uint8)


def split(data: bytes, shapes: list[tuple[int, ...]]) -> tuple[NDArray[np.uint8], ...]:
    planes, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        planes.append(np.frombuffer(data, np.uint8, size, start).reshape(shape))
        start += size
    return tuple(planes)


def result_of(frame: Frame) -> dict[str, NDArray[np.uint8]]:
    alpha = {} if frame.alpha is None else {"alpha": frame.alpha}
    return {"output": flat(frame), **alpha}


def flat(frame: Frame) -> NDArray[np.uint8]:
    return np.concatenate([plane.ravel() for plane in frame.planes])
