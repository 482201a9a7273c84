"""Frames between PyAV and the kernel, in the decoder's own planar YUV."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from cyclorama.picture import Format, Frame, Matrix

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

PLANAR = {"yuv420p": Format.I420, "yuvj420p": Format.I420, "nv12": Format.NV12}
# Rec. ITU-T H.273, table 4: MatrixCoefficients; PyAV names only some of them.
MATRICES = {1: Matrix.BT709, 4: Matrix.BT601, 5: Matrix.BT601, 6: Matrix.BT601}
FOREIGN = {7: Colorspace.SMPTE240M, 9: Colorspace.BT2020, 10: Colorspace.BT2020}
"""Matrices that the kernel does not know: they are converted. Nearly nobody means the tenth of them."""
SD_HEIGHT = (
    576  # where nothing says which matrix it is, up to here it is BT.601 (as FFmpeg's and browsers' guess)
)
LONG = 4  # no pixel that anybody films with is longer
# Without the rounding swscale is up to three levels off; bilinear is what chroma of half the size wants.
SCALING = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP

_own = threading.local()


def from_av(frame: av.VideoFrame, aspect: Fraction | None = None) -> Frame:
    """Return what PyAV decoded; its planes are looked into where they can be, not copied.

    8-bit 4:2:0 in a matrix that the kernel knows stays as it is. All else is converted once by FFmpeg's
    swscale to I420: 10 bits, 4:2:2, 4:4:4 and BT.2020 in the range that they have, RGB in video range.
    Rotation is not applied.

    Args:
        frame: as it was decoded.
        aspect: width of a pixel by its height, where they are not square: they are made so.
    """
    matrix, full = matrix_of(frame), frame.color_range == ColorRange.JPEG or "yuvj" in frame.format.name
    kind = PLANAR.get(frame.format.name)
    wide = _squared(frame.width, aspect)
    if frame.format.name.startswith("gray") and wide == frame.width:
        return _grey(frame, matrix, frame.color_range != ColorRange.MPEG)
    if kind is None or frame.colorspace in FOREIGN or wide != frame.width:
        full = full and not frame.format.is_rgb
        converted, kind = _converted(frame, wide, matrix, full), Format.I420
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
    target.colorspace = 1 if frame.matrix is Matrix.BT709 else 6
    target.color_range = int(ColorRange.JPEG if frame.full_range else ColorRange.MPEG)
    target.pts = frame.pts
    if frame.time_base is not None:
        target.time_base = frame.time_base
    return target


def matrix_of(frame: av.VideoFrame) -> Matrix:
    """Return how a frame's Y'CbCr was made; where it does not say, as its size suggests.

    For one in a matrix that the kernel does not know, and for RGB: what shall be made of it.
    """
    if frame.colorspace in MATRICES:
        return MATRICES[frame.colorspace]
    return Matrix.BT601 if frame.height <= SD_HEIGHT else Matrix.BT709


def _squared(width: int, aspect: Fraction | None) -> int:
    """Return how wide a picture is in square pixels; files say nonsense, too, and that is not believed."""
    if not aspect or aspect == 1 or not 1 / LONG <= aspect <= LONG:
        return width
    return max(round(width * aspect), 1)


def _converted(frame: av.VideoFrame, width: int, matrix: Matrix, full: bool) -> av.VideoFrame:
    # A converter sets itself up for the sort of frame that it is given; those of a stream are all alike.
    if not hasattr(_own, "converter"):
        _own.converter = VideoReformatter()
    space = Colorspace.ITU709 if matrix is Matrix.BT709 else Colorspace.ITU601
    converter: VideoReformatter = _own.converter
    span = ColorRange.JPEG if full else ColorRange.MPEG
    # Said for the source, too: swscale takes what does not say for BT.601 in video range.
    return converter.reformat(
        frame,
        width=width,
        format="yuv420p",
        src_colorspace=FOREIGN.get(frame.colorspace, space),
        dst_colorspace=space,
        interpolation=SCALING,
        src_color_range=None if frame.format.is_rgb else span,
        dst_color_range=span,
        threads=1,
    )


def _grey(frame: av.VideoFrame, matrix: Matrix, full: bool) -> Frame:
    # swscale takes every grey for full range; its samples are luma as they are.
    grey = frame if frame.format.name == "gray" else frame.reformat(format="gray", threads=1)
    luma = _plane(grey.planes[0], Format.I420, 0)
    chroma = np.full(((frame.height + 1) // 2, (frame.width + 1) // 2), 128, np.uint8)
    return Frame((luma, chroma, chroma), Format.I420, matrix, full, frame.pts, frame.time_base)


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
