"""Every frame becomes one of its stream's size, matrix and range: an encoder keeps to what it began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from av.video.reformatter import ColorRange

from cyclorama.live.avframes import to_av
from cyclorama.picture import Frame, Matrix

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    from cyclorama.live.base import Stream


class Fitting:
    """Makes of frames what an encoder of a stream takes.

    Args:
        stream: whose size, matrix and range all get.
        even: whether width and height must be even: the last column and row are repeated where they are not,
            so that no picture is scaled for one pixel.
    """

    def __init__(self, stream: Stream, *, even: bool) -> None:
        self._stream = stream
        self._even = even
        self.width = stream.width + (stream.width % 2 if even else 0)
        self.height = stream.height + (stream.height % 2 if even else 0)

    def fit(self, frame: Frame) -> av.VideoFrame:
        """Return a copy with the same time; only frames unlike the stream are scaled or converted."""
        stream = self._stream
        if stream.alpha and frame.alpha is None:
            opaque = np.full(frame.planes[0].shape[:2], 255, np.uint8)
            frame = _with(frame, frame.planes, opaque)
        elif not stream.alpha and frame.alpha is not None:
            frame = _with(frame, frame.planes, None)
        same_size = (frame.width, frame.height) == (stream.width, stream.height)
        if self._even and same_size:
            frame = _made_even(frame)
        target = to_av(frame)
        same_colours = (frame.matrix, frame.full_range) == (stream.matrix, stream.full_range)
        if not (same_size and same_colours):
            target = target.reformat(
                self.width,
                self.height,
                src_colorspace=matrix_number(frame.matrix),
                dst_colorspace=matrix_number(stream.matrix),
                src_color_range=_range(full=frame.full_range),
                dst_color_range=_range(full=stream.full_range),
            )
        tag(target, stream)
        return target


def tag(target: av.VideoFrame | av.VideoCodecContext, stream: Stream) -> None:
    """Say how the colours are to be read: matrix, primaries, transfer, range, as in Rec. ITU-T H.273."""
    number = matrix_number(stream.matrix)
    target.colorspace = target.color_primaries = target.color_trc = number
    target.color_range = int(_range(full=stream.full_range))


def matrix_number(matrix: Matrix) -> int:
    """Return H.273's number; it is the same for the primaries and the transfer that go with the matrix."""
    return 1 if matrix is Matrix.BT709 else 6


def _range(*, full: bool) -> ColorRange:
    return ColorRange.JPEG if full else ColorRange.MPEG


def _made_even(frame: Frame) -> Frame:
    # chroma is rounded up already
    tall, wide = frame.height % 2, frame.width % 2
    if not tall and not wide:
        return frame

    def padded(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.pad(plane, ((0, tall), (0, wide)), mode="edge")

    alpha = None if frame.alpha is None else padded(frame.alpha)
    return _with(frame, (padded(frame.planes[0]), *frame.planes[1:]), alpha)


def _with(frame: Frame, planes: tuple[NDArray[np.uint8], ...], alpha: NDArray[np.uint8] | None) -> Frame:
    return Frame(planes, frame.format, frame.matrix, frame.full_range, frame.pts, frame.time_base, alpha)
