"""Frames between PyAV and the kernel, in the decoder's own planar YUV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange

from cyclorama.picture import Format, Frame, Matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLANAR = {"yuv420p": Format.I420, "yuvj420p": Format.I420, "nv12": Format.NV12}
# Rec. ITU-T H.273, table 4: MatrixCoefficients; PyAV names only some of them.
MATRICES = {1: Matrix.BT709, 4: Matrix.BT601, 5: Matrix.BT601, 6: Matrix.BT601}
SD_HEIGHT = (
    576  # where nothing says which matrix it is, up to here it is BT.601 (as FFmpeg's and browsers' guess)
)


def from_av(frame: av.VideoFrame) -> Frame:
    """Return what PyAV decoded; its planes are looked into where they can be, not copied.

    8-bit 4:2:0 stays as it is. All else is converted by FFmpeg's swscale to I420 in video range, in its own
    matrix. Rotation is not applied.
    """
    matrix, full = matrix_of(frame), frame.color_range == ColorRange.JPEG or "yuvj" in frame.format.name
    kind = PLANAR.get(frame.format.name)
    if kind is None:
        converted = frame.reformat(
            format="yuv420p", dst_colorspace=_space(matrix), dst_color_range=ColorRange.MPEG
        )
        full, kind = False, Format.I420
    else:
        converted = frame
    planes = tuple(_plane(plane, kind, index) for index, plane in enumerate(converted.planes))
    return Frame(planes, kind, matrix, full, frame.pts, frame.time_base)


def to_av(frame: Frame) -> av.VideoFrame:
    """Return a copy for an encoder, with the same time, matrix and range; with alpha as yuva420p.

    Frames are I420 or NV12.
    """
    name = {Format.I420: "yuv420p", Format.NV12: "nv12"}[frame.format]
    if frame.alpha is not None:
        name = "yuva420p"
        planes = [*_i420(frame), frame.alpha]
    else:
        planes = list(frame.planes)
    target = av.VideoFrame(frame.width, frame.height, name)
    for plane, samples in zip(target.planes, planes, strict=True):
        rows = samples.reshape(samples.shape[0], -1)
        np.copyto(
            np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : rows.shape[1]], rows
        )
    target.colorspace = _space(frame.matrix)
    target.color_range = int(ColorRange.JPEG if frame.full_range else ColorRange.MPEG)
    target.pts = frame.pts
    if frame.time_base is not None:
        target.time_base = frame.time_base
    return target


def matrix_of(frame: av.VideoFrame) -> Matrix:
    """Return how a frame's Y'CbCr was made; where it does not say, as its size suggests."""
    if frame.colorspace in MATRICES:
        return MATRICES[frame.colorspace]
    return Matrix.BT601 if frame.height <= SD_HEIGHT else Matrix.BT709


def _space(matrix: Matrix) -> int:
    return 1 if matrix is Matrix.BT709 else 6


def _plane(plane: av.video.plane.VideoPlane, kind: Format, index: int) -> NDArray[np.uint8]:
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
        : plane.height
    ]
    if kind is Format.NV12 and index == 1:
        return rows[:, : 2 * plane.width].reshape(plane.height, plane.width, 2)
    return rows[:, : plane.width]


def _i420(frame: Frame) -> list[NDArray[np.uint8]]:
    if frame.format is Format.I420:
        return list(frame.planes)
    luma, chroma = frame.planes
    return [luma, chroma[..., 0], chroma[..., 1]]
