"""Single steps of the kernel in memory of the test's own: strides, and bytes that nobody may write."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cyclorama.picture import Format, Look
from cyclorama.picture.frame import plane_shapes
from cyclorama.picture.kernel import Kernel
from tests.picture import reference, samples
from tests.picture.samples import CODINGS, SIZES, Input

pytestmark = pytest.mark.unit

CANARY = 0xA5
GUARD = 64
BASE = 1 << 20  # beyond the kernel's own data and stack

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Memory:
    """Blocks in a kernel's memory, each between guard bytes that `check` looks at."""

    def __init__(self, size: int = 1 << 24) -> None:
        self.kernel = Kernel()
        self.kernel.reserve(BASE + size)
        self.all = self.kernel.view(BASE, (size,), np.uint8)
        self.all[:] = CANARY
        self.free = np.ones(size, bool)  # the bytes that must stay
        self.top = GUARD

    def take(self, size: int) -> int:
        """Return the address of `size` bytes that may be written."""
        self.free[self.top : self.top + size] = False
        address = BASE + self.top
        self.top += -(-(size + GUARD) // 16) * 16
        return address

    def array(self, values: NDArray[np.generic]) -> int:
        address = self.take(values.nbytes)
        self.kernel.view(address, (values.nbytes,), np.uint8)[:] = np.frombuffer(values.tobytes(), np.uint8)
        return address

    def floats(self, *shape: int) -> tuple[int, Floats]:
        address = self.take(4 * int(np.prod(shape)))
        return address, self.kernel.view(address, shape, np.float32)

    def picture(self, width: int, height: int, kind: Format, coding: reference.Coding) -> Picture:
        return Picture(self, width, height, kind, coding)

    def check(self) -> None:
        assert (self.all[self.free] == CANARY).all()


class Picture:
    """A `Picture` of the kernel whose rows have guard bytes between them."""

    def __init__(
        self, memory: Memory, width: int, height: int, kind: Format, coding: reference.Coding
    ) -> None:
        self.kind, self.views, starts, strides = kind, [], [], []
        for rows, columns, *rest in plane_shapes(kind, width, height):
            used = columns * (rest[0] if rest else 1)
            stride = used + 5
            start = memory.take(rows * stride) - BASE
            block = memory.all[start : start + rows * stride].reshape(rows, stride)
            memory.free[start : start + rows * stride].reshape(rows, stride)[:, used:] = True
            self.views.append(block[:, :used].reshape(rows, columns, *rest))
            assert np.shares_memory(self.views[-1], memory.all)
            starts.append(BASE + start)
            strides.append(stride)
        y, u = starts[0], starts[1]
        v = u + 1 if kind is Format.NV12 else starts[2]
        fields = [
            *(y, u, v, strides[0], strides[1], width, height),
            *(kind, coding.matrix, int(coding.full_range)),
        ]
        self.address = memory.array(np.array(fields, np.int32))

    @property
    def planes(self) -> reference.Planes:
        if self.kind is Format.NV12:
            y, uv = (view.astype(np.float64) for view in self.views)
            return y, uv[..., 0], uv[..., 1]
        y, u, v = (view.astype(np.float64) for view in self.views)
        return y, u, v

    def set(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        for view in self.views:
            view[:] = random.integers(0, 256, view.shape)


def farthest(given: reference.Planes, wanted: reference.Planes) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(given, wanted, strict=True))


planar = pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
sizes = pytest.mark.parametrize("size", SIZES)
codings = pytest.mark.parametrize("coding", CODINGS)


@planar
@sizes
@codings
def test_fill(kind: Format, size: tuple[int, int], coding: reference.Coding) -> None:
    memory = Memory()
    picture = memory.picture(*size, kind, coding)
    memory.kernel.call("fill", picture.address, 255, 128, 3)
    wanted = reference.rgb_to_planes(np.full((size[1], size[0], 3), [255.0, 128, 3]), coding)
    assert farthest(picture.planes, wanted) < 0.51
    memory.check()


@planar
@sizes
@codings
def test_rgba_there_and_back(kind: Format, size: tuple[int, int], coding: reference.Coding) -> None:
    width, height = size
    memory = Memory()
    picture = memory.picture(width, height, kind, coding)
    rgba = samples.picture(width, height, 4)
    stride = 4 * width + 12
    padded = np.pad(rgba.reshape(height, -1), [(0, 0), (0, 12)])
    scratch = memory.take(24 * width)
    memory.kernel.call("rgba_to_planar", memory.array(padded), stride, 0, picture.address, scratch)
    assert farthest(picture.planes, reference.rgb_to_planes(rgba[..., :3].astype(np.float64), coding)) < 0.51

    picture.set(3)
    out = memory.take(4 * width * height)
    memory.kernel.call("planar_to_rgba", picture.address, out)
    given = memory.kernel.view(out, (height, width, 4), np.uint8)
    assert np.abs(given[..., :3] - reference.planes_to_rgb(picture.planes, coding)).max() < 0.51
    assert (given[..., 3] == 255).all()
    memory.check()


LOOKS = [Look(), Look(focus_x=0, focus_y=1), Look(contain=1)]


def set_look(kernel: Kernel, look: Look) -> None:
    values = look.values()
    kernel.view(kernel.call("look"), (len(values),), np.float32)[:] = values


@planar
@sizes
@pytest.mark.parametrize("look", LOOKS)
def test_fit_of_rgb(kind: Format, size: tuple[int, int], look: Look) -> None:
    for order, source in [(Format.RGBA, (1, 1)), (Format.BGRA, (37, 211)), (Format.RGBA, (300, 20))]:
        memory = Memory()
        set_look(memory.kernel, look)
        picture = memory.picture(*size, kind, CODINGS[0])
        packed = samples.picture(*source, channels=4)
        fields = [memory.array(packed), 0, 0, 4 * source[0], 0, *source, order, 0, 0]
        scratch = memory.take(memory.kernel.call("fit_bytes", *source, picture.address))
        memory.kernel.call("fit", memory.array(np.array(fields, np.int32)), picture.address, scratch)
        rgb = packed[..., [2, 1, 0] if order is Format.BGRA else [0, 1, 2]].astype(np.float64)
        wanted = reference.fit(rgb, *size, CODINGS[0], look, CODINGS[0])
        assert farthest(picture.planes, wanted) < 2
        memory.check()


@planar
@sizes
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("source", [(1, 1), (37, 211), (300, 20), (64, 48), (421, 319)])
def test_fit_of_planes(kind: Format, size: tuple[int, int], look: Look, source: tuple[int, int]) -> None:
    for other, coding in [(Format.I420, CODINGS[0]), (Format.NV12, CODINGS[3])]:
        memory = Memory()
        set_look(memory.kernel, look)
        picture = memory.picture(*size, kind, CODINGS[0])
        video = memory.picture(*source, other, coding)
        video.set(9)
        scratch = memory.take(memory.kernel.call("fit_bytes", *source, picture.address))
        memory.kernel.call("fit", video.address, picture.address, scratch)
        wanted = reference.fit(video.planes, *size, CODINGS[0], look, coding)
        assert farthest(picture.planes, wanted) < (2 if coding == CODINGS[0] else 4.5)
        memory.check()


@planar
@sizes
@codings
def test_recode(kind: Format, size: tuple[int, int], coding: reference.Coding) -> None:
    for before in CODINGS:
        memory = Memory()
        picture = memory.picture(*size, kind, coding)
        picture.set(4)
        wanted = reference.recode(picture.planes, before, coding)
        scratch = memory.take(4 * (size[0] + 1))
        memory.kernel.call("recode", picture.address, before.matrix, int(before.full_range), scratch)
        assert farthest(picture.planes, wanted) < 0.6
        memory.check()


def test_a_frame_of_the_same_size_and_coding_is_copied() -> None:
    memory = Memory()
    a, b = (memory.picture(64, 48, Format.NV12, CODINGS[0]) for _ in range(2))
    a.set(1)
    scratch = memory.take(memory.kernel.call("fit_bytes", 64, 48, b.address))
    for look in LOOKS:
        b.set(2)
        set_look(memory.kernel, look)
        memory.kernel.call("fit", a.address, b.address, scratch)
        assert farthest(a.planes, b.planes) == 0


@planar
@sizes
def test_crossfade_and_copy(kind: Format, size: tuple[int, int]) -> None:
    memory = Memory()
    a, b, out = (memory.picture(*size, kind, CODINGS[0]) for _ in range(3))
    a.set(1)
    b.set(2)
    for mix in (0, 1, 77, 255, 256):
        memory.kernel.call("crossfade", a.address, b.address, mix, out.address)
        y, u, v = (
            reference.mix(over, under, mix / 256) for over, under in zip(b.planes, a.planes, strict=True)
        )
        assert farthest(out.planes, (y, u, v)) <= (0.5 if 0 < mix < 256 else 0)
    memory.kernel.call("copy", a.address, out.address)
    assert farthest(out.planes, a.planes) == 0
    memory.check()


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (32, 18)])
def test_steps_of_the_matte(size: tuple[int, int]) -> None:
    width, height = size
    memory, look, random = Memory(), Look(), np.random.default_rng(5)
    confidence = random.random((height, width)).astype(np.float32)
    luma = (100 + 20 * random.random((height, width))).astype(np.float32)
    before = (100 + 20 * random.random((height, width))).astype(np.float32)
    address, state = memory.floats(height, width)
    state[:] = random.random((height, width))
    c, now, then, old = (array.astype(np.float64) for array in (confidence, luma, before, state))
    wanted = reference.steady(c, now, then, old)
    inputs = [memory.array(array) for array in (confidence, luma, before)]
    memory.kernel.call("steady", *inputs, address, width, height, memory.floats(2, height, width)[0])
    np.testing.assert_allclose(state, wanted, atol=1e-5)

    alpha, given = memory.floats(height, width)
    memory.kernel.call("level", address, alpha, width * height)
    np.testing.assert_allclose(given, reference.level(wanted, look), atol=1e-5)
    covered, coverage = memory.floats(height, width)
    memory.kernel.call("coverage", address, covered, width * height)
    np.testing.assert_allclose(coverage, reference.between_levels(wanted, look), atol=1e-5)
    memory.check()


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (45, 30)])
def test_plate(size: tuple[int, int]) -> None:
    """A camera that is noisy, lit otherwise, moved, and wrong here and there about people."""
    width, height = size
    memory, random = Memory(), np.random.default_rng(9)
    plate, block = memory.take(64), memory.take(memory.kernel.call("plate_bytes", width, height))
    memory.kernel.call("make_plate", plate, block, width, height)
    wanted = reference.Plate(width, height)
    walls = 60 + 120 * random.random((2, 3, height, width))
    address, given = memory.floats(height, width)
    for step in range(16):
        planes = walls[step // 12] + random.normal(0, 1 + 20 * (step % 4 == 3), (3, height, width))
        planes[0] *= 1 if step < 6 else 0.8
        y, u, v = planes.astype(np.float32)
        confidence = np.where(random.random((height, width)) < 0.05, random.random((height, width)), 0)
        given[:] = confidence
        memory.kernel.call("decide", plate, *(memory.array(plane) for plane in (y, u, v)), address)
        small = (y.astype(np.float64), u.astype(np.float64), v.astype(np.float64))
        decided = wanted.decide(confidence.astype(np.float32).astype(np.float64), small)
        np.testing.assert_allclose(given, decided, atol=1e-3)
    memory.check()


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (32, 18), (45, 30)])
def test_guided(size: tuple[int, int]) -> None:
    width, height = size
    memory, random = Memory(), np.random.default_rng(7)
    planes = [255 * random.random((height, width)).astype(np.float32) for _ in range(3)]
    planes[0][: height // 2] = 77.3  # flat
    model = Input(width, height)
    alpha = reference.level(samples.person(model, softness=0.4).astype(np.float64), Look()).astype(np.float32)
    guided, block = memory.take(80), memory.take(memory.kernel.call("guided_bytes", width, height))
    memory.kernel.call("make_guided", guided, block, width, height)
    out = memory.take(8 * width * height)
    inputs = [memory.array(array) for array in (alpha, *planes)]
    memory.kernel.call("guide", guided, *inputs, out)
    given = memory.kernel.view(out, (4, height, width), np.int16) / 2048
    given[:3] /= 128
    y, u, v = (plane.astype(np.float64) for plane in planes)
    wanted = reference.guided(alpha.astype(np.float64), (y, u, v))
    np.testing.assert_allclose(given[:3], wanted[:3], atol=1e-5)
    np.testing.assert_allclose(given[3], wanted[3], atol=5e-4)
    memory.check()


@codings
def test_model_input(coding: reference.Coding) -> None:
    memory, random = Memory(), np.random.default_rng(8)
    planes = [255 * random.random((4, 7)).astype(np.float32) for _ in range(3)]
    picture = memory.picture(3, 5, Format.I420, coding)
    address, given = memory.floats(4, 7, 3)
    inputs = [memory.array(plane) for plane in planes]
    memory.kernel.call("planes_to_input", *inputs, 28, picture.address, 127.5, 60.0, address)
    y, u, v = (plane.astype(np.float64) for plane in planes)
    np.testing.assert_allclose(given, reference.model_input((y, u, v), coding, 127.5, 60), atol=1e-4)
    memory.check()


@pytest.mark.parametrize("kind", Format)
@sizes
def test_strides_and_the_end_of_memory(kind: Format, size: tuple[int, int]) -> None:
    """A frame with padded rows gives the same output as without, and nothing is written beyond the layout."""
    model, frame = Input(), samples.frame(*size, kind)
    outputs = []
    for padding in (0, 6):
        kernel = Kernel()
        widths = [plane.reshape(len(plane), -1).shape[1] for plane in frame.planes]
        y_stride, c_stride = widths[0] + padding, widths[-1] + padding
        end = kernel.call(
            "lay_out",
            *(kind, *size, y_stride if padding else 0, c_stride if padding else 0, 0, 0),
            *(model.width, model.height, model.channels, 0.0, 255.0),
        )
        kernel.reserve(end + 1_000_000)
        beyond = kernel.view(end, (1_000_000,), np.uint8)
        beyond[:] = CANARY
        kernel.call("start")
        rows = [np.pad(p.reshape(len(p), -1), [(0, 0), (0, padding)]).ravel() for p in frame.planes]
        flat = np.concatenate(rows)
        assert flat.size == kernel.call("frame_bytes")
        kernel.view(kernel.call("frame"), flat.shape, np.uint8)[:] = flat
        kernel.view(kernel.call("model_output"), (18, 32), np.float32)[:] = samples.person(model)
        kernel.call("backdrop_blur")
        kernel.call("take_frame")
        kernel.call("take_matte")
        kernel.call("composite", 1.0)
        kernel.call("backdrop_colour", 1, 2, 3)
        kernel.call("composite", 0.5)
        assert (beyond == CANARY).all()
        outputs.append(kernel.view(kernel.call("output"), (kernel.call("output_bytes"),), np.uint8).copy())
        np.testing.assert_array_equal(kernel.view(kernel.call("frame"), flat.shape, np.uint8), flat)

        width, height = 90, 50
        used = kernel.call("upload_bytes", width, height)
        assert kernel.call("upload") == end
        kernel.call("backdrop_picture", Format.RGBA, width, height, 0, 0)
        assert (beyond[used:] == CANARY).all()
    np.testing.assert_array_equal(outputs[0], outputs[1])


@pytest.mark.parametrize("ratio", [3, 4, 6])
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(("width", "height"), [(2, 2), (32, 18), (21, 13)])
def test_shrink(ratio: int, step: int, width: int, height: int) -> None:
    memory = Memory()
    rows, columns = -(-height * ratio // 2), -(-width * ratio // 2)
    stride = columns * step + 5
    plane = np.random.default_rng(ratio).integers(0, 256, (rows, stride), np.uint8)
    plane[0] = 255
    to, line = memory.take(width * height * step), memory.take(6 * width * step)
    memory.kernel.call("shrink", memory.array(plane), stride, step, ratio, width, height, to, line)
    memory.check()
    result = memory.kernel.view(to, (height, width, step), np.uint8)
    for channel in range(step):
        source = plane[:, channel : columns * step : step].astype(np.float64)
        wanted = reference.shrunk(source, ratio / 2, width, height)
        assert np.abs(result[..., channel] - wanted).max() <= 0.5001
