"""A frame of another size becomes one of the output's: scaled to cover it, and cropped in the middle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange, Interpolation

from cyclorama.live.avframes import to_av
from cyclorama.picture import Format, Frame, Matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.live.canvas import Canvas

# Without these swscale's shortcut leaves the last column of an odd width to RGBA as it was in memory.
EXACT = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
PACKED = {Format.RGBA: "rgba", Format.BGRA: "bgra"}


def fit(frame: Frame, canvas: Canvas) -> Frame:
    """Return the frame in the canvas' size and coding, its time kept.

    A frame that fits comes back as it is. Planar frames of the same coding are scaled as they are; those of
    another matrix or range, as when another camera takes over, become RGBA, of which the kernel makes the
    canvas' coding.
    """
    same_size = (frame.width, frame.height) == (canvas.width, canvas.height)
    same_coding = (frame.matrix, frame.full_range) == (canvas.matrix, canvas.full_range)
    if same_size and same_coding:
        return frame
    if same_size and frame.format in PACKED:
        return replace(frame, matrix=canvas.matrix, full_range=canvas.full_range)
    cropped = _cropped(frame, canvas)
    if frame.format in PACKED:
        name = PACKED[frame.format]
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(cropped.planes[0]), name)
    else:
        picture = to_av(cropped)
        name = picture.format.name if same_coding else "rgba"
    space = 1 if frame.matrix is Matrix.BT709 else 6
    levels = ColorRange.JPEG if frame.full_range else ColorRange.MPEG
    scaled = picture.reformat(
        canvas.width,
        canvas.height,
        name,
        interpolation=int(EXACT),
        src_colorspace=space,
        dst_colorspace=space,
        src_color_range=int(levels),
        dst_color_range=int(ColorRange.JPEG if name in PACKED.values() else levels),
    )
    kind = {"rgba": Format.RGBA, "bgra": Format.BGRA, "nv12": Format.NV12}.get(name, Format.I420)
    return Frame(
        tuple(_rows(plane, kind, index) for index, plane in enumerate(scaled.planes)),
        kind,
        canvas.matrix,
        canvas.full_range,
        frame.pts,
        frame.time_base,
    )


def _cropped(frame: Frame, canvas: Canvas) -> Frame:
    """Cut out the middle that has the canvas' shape, at even pixels so that chroma stays where it is."""
    width, height = frame.width, frame.height
    scale = max(canvas.width / width, canvas.height / height)
    across, down = (
        max(1, min(has, round(wants / scale)))
        for has, wants in ((width, canvas.width), (height, canvas.height))
    )
    left, top = (width - across) // 2 & ~1, (height - down) // 2 & ~1
    planes = [frame.planes[0][top : top + down, left : left + across]]
    planes += [
        plane[top // 2 : top // 2 + (down + 1) // 2, left // 2 : left // 2 + (across + 1) // 2]
        for plane in frame.planes[1:]
    ]
    return replace(frame, planes=tuple(planes), alpha=None)


def _rows(plane: av.video.plane.VideoPlane, kind: Format, index: int) -> NDArray[np.uint8]:
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    rows = rows[: plane.height]
    samples = 4 if kind in PACKED else 2 if kind is Format.NV12 and index else 1
    seen = rows[:, : samples * plane.width]
    return seen.reshape(plane.height, plane.width, samples) if samples > 1 else seen
