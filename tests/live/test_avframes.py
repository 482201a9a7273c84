"""Colours of known patches, in every matrix and range, through PyAV's frame and the kernel."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.live.avframes import from_av, matrix_of, to_av
from cyclorama.matting import models
from cyclorama.picture import Compositor, Format, Frame, Matrix
from cyclorama.picture.frame import plane_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.unit

PATCHES = [
    (255, 255, 255),
    (0, 0, 0),
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (128, 128, 128),
    (200, 40, 160),
    (30, 90, 200),
]
# H.273, table 4: the weights of red and blue in luma, by the code point of the matrix
WEIGHTS = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
FULL = 2
VIDEO = 1


def coded(rgb: tuple[int, int, int], matrix: int, full: bool, bits: int) -> list[int]:
    """Return Y', Cb and Cr of a colour (H.273, 8.3)."""
    red, green, blue = (value / 255 for value in rgb)
    kr, kb = WEIGHTS[matrix]
    y = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - y) / 2 / (1 - kb), (red - y) / 2 / (1 - kr)
    step, top = 1 << (bits - 8), (1 << bits) - 1
    if full:
        values = [y * top, cb * top + 128 * step, cr * top + 128 * step]
    else:
        values = [(16 + 219 * y) * step, (128 + 224 * cb) * step, (128 + 224 * cr) * step]
    return [round(min(max(value, 0), top)) for value in values]


def patch(
    rgb: tuple[int, int, int], name: str, matrix: int, full: bool, size: tuple[int, int] = (64, 48)
) -> av.VideoFrame:
    frame = av.VideoFrame(*size, name)
    bits = 10 if "10" in name else 8
    values = coded(rgb, matrix, full, bits)
    packed = [np.array(values[:1]), np.array(values[1:])] if name == "nv12" else np.array(values)[:, None]
    for plane, value in zip(frame.planes, packed, strict=True):
        samples = np.frombuffer(memoryview(plane), np.uint8 if bits == 8 else np.uint16)
        samples[:] = np.tile(value, samples.size // value.size)
    frame.colorspace, frame.color_range = matrix, FULL if full else VIDEO
    return frame


@cache
def compositor() -> Compositor:
    return Compositor(models()["landscape"])


def seen_by_the_kernel(frame: Frame) -> NDArray[np.float32]:
    """Return the RGB in the middle of what the kernel makes of it for the model, 0..255."""
    model = models()["landscape"]
    picture: NDArray[np.float32] = compositor().take_frame(frame)
    pixel: NDArray[np.float32] = picture[model.height // 2, model.width // 2] * model.scale + model.mean
    return pixel


@pytest.mark.parametrize("full", [False, True], ids=["video range", "full range"])
@pytest.mark.parametrize("matrix", sorted(WEIGHTS))
@pytest.mark.parametrize(
    "name", ["yuv420p", "nv12", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"]
)
def test_colours_are_exact(name: str, matrix: int, full: bool) -> None:
    for rgb in PATCHES:
        frame = from_av(patch(rgb, name, matrix, full))
        assert frame.full_range is full
        # the kernel knows neither of the last two: those were converted by swscale, with one more rounding
        near = 2.6 if matrix in (1, 6) else 4
        assert np.abs(seen_by_the_kernel(frame) - rgb).max() < near, rgb


@pytest.mark.parametrize("height", [48, 720])
@pytest.mark.parametrize("name", ["rgb24", "bgra", "bgr0", "gbrp", "rgb48le"])
def test_colours_of_screens_are_exact(name: str, height: int) -> None:
    for rgb in PATCHES:
        picture = av.VideoFrame.from_ndarray(np.full((height, 64, 3), rgb, np.uint8), "rgb24")
        frame = from_av(picture.reformat(format=name))
        assert frame.matrix is (Matrix.BT709 if height == 720 else Matrix.BT601)
        assert np.abs(seen_by_the_kernel(frame) - rgb).max() < 2.6, rgb


@pytest.mark.parametrize("name", ["yuvj420p", "yuvj422p", "yuvj444p"])
def test_what_cameras_with_mjpeg_give_is_full_range_even_if_it_does_not_say(name: str) -> None:
    for rgb in PATCHES:
        picture = patch(rgb, name, 6, True)
        picture.color_range = 0
        frame = from_av(picture)
        assert frame.full_range
        assert np.abs(seen_by_the_kernel(frame) - rgb).max() < 2.6, rgb


@pytest.mark.parametrize(("name", "top"), [("gray", 255), ("gray10le", 1023)])
@pytest.mark.parametrize("full", [False, True])
def test_grey_is_luma_as_it_is(name: str, top: int, full: bool) -> None:
    picture = av.VideoFrame(64, 48, name)
    samples = np.frombuffer(memoryview(picture.planes[0]), np.uint8 if top == 255 else np.uint16)
    samples[:] = top * 235 // 255
    picture.color_range = FULL if full else VIDEO
    frame = from_av(picture)
    assert frame.full_range is full
    assert abs(int(frame.planes[0][20, 20]) - 235) <= 1
    assert np.ptp(seen_by_the_kernel(frame)) < 1


def test_what_does_not_say_its_matrix_is_guessed_by_its_height() -> None:
    for height, matrix in ((480, Matrix.BT601), (576, Matrix.BT601), (720, Matrix.BT709)):
        assert matrix_of(av.VideoFrame(64, height, "yuv420p")) is matrix
        unsaid = patch((200, 40, 160), "yuv444p", 6 if matrix is Matrix.BT601 else 1, False, (64, height))
        unsaid.colorspace, unsaid.color_range = 2, 0
        assert np.abs(seen_by_the_kernel(from_av(unsaid)) - (200, 40, 160)).max() < 2.6


def samples(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 67),
    height=st.integers(1, 67),
    kind=st.sampled_from([Format.I420, Format.NV12]),
    margin=st.integers(0, 9),
    full=st.booleans(),
    matrix=st.sampled_from(Matrix),
    alpha=st.booleans(),
)
def test_any_size_and_stride_goes_to_pyav_and_back(
    width: int, height: int, kind: Format, margin: int, full: bool, matrix: Matrix, alpha: bool
) -> None:
    planes = []
    for number, shape in enumerate(plane_shapes(kind, width, height)):
        row = int(np.prod(shape[1:]))
        wide = samples(shape[0], row + margin, number)[:, :row]
        planes.append(wide.reshape(shape) if len(shape) == 2 else wide.reshape(shape[0], shape[1], 2))
    opaque = Frame(tuple(planes), kind, matrix, full, 7, Fraction(1, 30))
    mask = samples(height, width, 9) if alpha else None
    frame = Frame(opaque.planes, kind, matrix, full, 7, Fraction(1, 30), mask)
    out = to_av(frame)
    assert (out.width, out.height, out.pts, out.time_base) == (width, height, 7, Fraction(1, 30))
    if mask is not None:
        assert out.format.name == "yuva420p"
        plane = np.frombuffer(memoryview(out.planes[3]), np.uint8).reshape(-1, out.planes[3].line_size)
        assert np.array_equal(plane[:height, :width], mask)
        return
    back = from_av(out)
    assert (back.format, back.matrix, back.full_range) == (kind, matrix, full)
    assert all(np.array_equal(one, other) for one, other in zip(back.planes, planes, strict=True))


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(2, 67),
    height=st.integers(2, 67),
    name=st.sampled_from(
        ["yuv420p", "nv12", "yuv422p", "yuyv422", "uyvy422", "yuv444p10le", "p010le", "bgr0", "rgb24", "gray"]
    ),
)
def test_any_size_of_any_format_becomes_a_frame_that_the_kernel_takes(
    width: int, height: int, name: str
) -> None:
    green = np.full((height, width, 3), (20, 200, 60), np.uint8)
    frame = from_av(av.VideoFrame.from_ndarray(green, "rgb24").reformat(format=name))
    assert (frame.width, frame.height) == (width, height)
    assert all(plane.strides[-1] == 1 for plane in frame.planes)
    model = models()["landscape"]
    assert compositor().take_frame(frame).shape == (model.height, model.width, 3)
    assert np.ptp(frame.planes[0].astype(int)) <= 2  # one colour, up to the very edges


def test_planes_are_looked_into_not_copied_and_keep_their_frame() -> None:
    picture = patch((200, 40, 160), "yuv420p", 1, False)
    frame = from_av(picture)
    np.frombuffer(memoryview(picture.planes[0]), np.uint8)[:] = 77
    assert frame.planes[0][3, 3] == 77
    del picture
    assert frame.planes[0][5, 5] == 77


@pytest.mark.parametrize(
    ("aspect", "width"),
    [
        (None, 64),
        (Fraction(1), 64),
        (Fraction(4, 3), 85),
        (Fraction(10, 11), 58),
        (Fraction(0), 64),
        (Fraction(99), 64),
    ],
)
def test_pixels_that_are_not_square_are_made_so(aspect: Fraction | None, width: int) -> None:
    frame = from_av(patch((200, 40, 160), "yuv420p", 1, True), aspect)
    assert (frame.width, frame.height, frame.matrix, frame.full_range) == (width, 48, Matrix.BT709, True)
    assert np.abs(seen_by_the_kernel(frame) - (200, 40, 160)).max() < 2.6
