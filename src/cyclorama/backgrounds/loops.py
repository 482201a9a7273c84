"""Pictures that move, over and over: frames become a WebM whose end meets its beginning."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from cyclorama.errors import GenerationFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

RATE = 30  # frames a second
BT709 = 1  # Rec. ITU-T H.273: matrix, primaries and transfer alike
# VP9's "good" at its quickest, without looking ahead: of what was tried, the only one whose last frame is as
# good as its first, so that no seam is seen, and whose constant quality keeps the grain that hides bands.
VP9 = {
    "deadline": "good",
    "cpu-used": "5",
    "lag-in-frames": "0",
    "row-mt": "1",
    "tile-columns": "1",
    "crf": "18",
    "b": "0",
}
# Without the rounding swscale is up to three levels off, which bands.
SCALING = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


def planes(image: Image) -> bytes:
    """Return an RGB picture as I420, in BT.709 and video range: the rows of Y, then of Cb, then of Cr."""
    frame = VideoReformatter().reformat(
        av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24"),
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=SCALING,
        threads=1,
    )
    return b"".join(_rows(plane)[:, : plane.width].tobytes() for plane in frame.planes)


def bytes_of(width: int, height: int) -> int:
    """Return how long a picture's planes are."""
    return width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)


def encode(frames: Iterable[bytes], width: int, height: int, threads: int = 1) -> bytes:
    """Encode a loop as VP9 in WebM, at 30 frames a second; only its first frame can be decoded alone.

    Args:
        frames: as `planes` gives them; what they raise ends it.
        width: in pixels; it may be odd.
        height: as well.
        threads: how many encode.

    Raises:
        GenerationFailed: the encoder does not do it.
    """
    out = io.BytesIO()
    try:
        with av.open(out, "w", format="webm", container_options={"fflags": "bitexact"}) as file:
            stream = file.add_stream("libvpx-vp9", rate=RATE)
            context = stream.codec_context
            context.width, context.height, context.pix_fmt = width, height, "yuv420p"
            context.time_base = Fraction(1, RATE)
            context.colorspace = context.color_primaries = context.color_trc = BT709
            context.color_range = int(ColorRange.MPEG)
            context.gop_size = 1_000_000
            context.thread_count = threads
            context.options = dict(VP9)
            for number, data in enumerate(frames):
                for packet in stream.encode(_frame(data, width, height, number)):
                    file.mux(packet)
            for packet in stream.encode(None):
                file.mux(packet)
    except av.error.FFmpegError as error:
        raise GenerationFailed(
            f"The loop could not be encoded as VP9 ({error.strerror}). Make a still: leave out the motion."
        ) from error
    return out.getvalue()


def _frame(data: bytes, width: int, height: int, number: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    samples, at = np.frombuffer(data, np.uint8), 0
    for plane in frame.planes:
        size = plane.width * plane.height
        _rows(plane)[:, : plane.width] = samples[at : at + size].reshape(plane.height, plane.width)
        at += size
    frame.pts, frame.time_base = number, Fraction(1, RATE)
    frame.colorspace, frame.color_range = BT709, int(ColorRange.MPEG)
    return frame


def _rows(plane: av.video.plane.VideoPlane) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height]
