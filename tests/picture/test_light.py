"""The steps that put a person into a picture's light, each against the float64 reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.picture import compositing, reference
from tests.picture.reference import Coding
from tests.picture.test_kernel import Memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.picture.reference import Array, Planes

pytestmark = pytest.mark.unit

ONE = 16384
sizes = pytest.mark.parametrize("size", [(2, 2), (3, 5), (32, 18)])
sigmas = pytest.mark.parametrize("sigma", [(0.0, 0.0), (0.3, 1.0), (5.8, 4.1), (40.0, 2.0)])


def planes_of(width: int, height: int, seed: int = 6) -> tuple[Planes, Array]:
    """Y, U and V, and an alpha that is 0, 1 and between."""
    random = np.random.default_rng(seed)
    y, u, v = (16 + 219 * random.random((height, width)) for _ in range(3))
    return (y, u, v), np.clip(2 * random.random((height, width)) - 0.5, 0, 1)


class Cells:
    """Cells in a kernel's memory, and room to blur as many."""

    def __init__(self, planes: Planes, alpha: Array) -> None:
        self.memory = Memory()
        self.height, self.width = alpha.shape
        self.count = alpha.size
        cells = np.stack([*planes, alpha], axis=-1).astype(np.float32)
        size = self.memory.kernel.call("gaussian_bytes", self.width, self.height)
        self.address = self.memory.take(size)
        self.view: NDArray[np.float32] = self.memory.kernel.view(self.address, cells.shape, np.float32)
        self.view[:] = cells
        self.scratch = self.memory.take(size + 8 * self.count)

    def call(self, step: str, *arguments: float) -> int:
        return self.memory.kernel.call(step, self.address, self.width, self.height, *arguments)

    def shorts(self, planes: int) -> tuple[int, NDArray[np.int16]]:
        address = self.memory.take(2 * planes * self.count)
        return address, self.memory.kernel.view(address, (planes, self.height, self.width), np.int16)

    def light(self, light: compositing.Light) -> tuple[int, NDArray[np.float32]]:
        address, view = self.memory.floats(3)
        view[:] = [light.luma, *light.tint]
        return address, view


@sizes
def test_cells(size: tuple[int, int]) -> None:
    planes, alpha = planes_of(*size)
    memory = Memory()
    inputs = [memory.array(plane.astype(np.float32)) for plane in (*planes, alpha)]
    address, given = memory.floats((size[1] + 1) // 2, (size[0] + 1) // 2, 4)
    memory.kernel.call("cells_of", *inputs, *size, address)
    wanted = np.stack([reference.halves(plane) for plane in (*planes, alpha)], axis=-1)
    np.testing.assert_allclose(given, wanted, atol=1e-4)
    memory.check()


@sizes
@sigmas
def test_foreground(size: tuple[int, int], sigma: tuple[float, float]) -> None:
    planes, alpha = planes_of(*size)
    cells = Cells(planes, alpha)
    colours_at, colours = cells.shorts(6)
    rim_at, rim = cells.shorts(1)
    cells.call("foreground", *sigma, colours_at, rim_at, cells.scratch)
    person, room, open_to = compositing.foreground(planes, alpha, sigma)
    np.testing.assert_allclose(colours / 16, np.stack([*person, *room]), atol=0.2)
    np.testing.assert_allclose(rim[0] / ONE, open_to, atol=1e-3)
    cells.memory.check()


@sizes
@sigmas
def test_shadow(size: tuple[int, int], sigma: tuple[float, float]) -> None:
    planes, alpha = planes_of(*size)
    cells = Cells(planes, alpha)
    address, given = cells.shorts(1)
    cells.call("shadow", *sigma, address, cells.scratch)
    np.testing.assert_allclose(given[0] / ONE, compositing.shadow(alpha, sigma), atol=1e-3)
    cells.memory.check()


# As the camera sees it; smaller, mirrored, off the lower edge.
PARTS = [reference.Placement(0, 1, 0, 1), reference.Placement(1.3, -1.5, -0.2, 1.4)]
parts = pytest.mark.parametrize("part", PARTS, ids=["whole", "placed"])


def placed(cells: Cells, part: reference.Placement) -> int:
    return cells.memory.array(np.array([part.x, part.across, part.y, part.down], np.float32))


@sizes
@parts
def test_shade(size: tuple[int, int], part: reference.Placement) -> None:
    planes, alpha = planes_of(*size)
    cells = Cells(planes, alpha)
    address, given = cells.shorts(1)
    dark = cells.memory.array((alpha * ONE).astype(np.int16))
    cells.memory.kernel.call("shade", dark, *size, placed(cells, part), 0.5, address)
    np.testing.assert_allclose(given[0] / ONE, compositing.shade(alpha, part, 0.5), atol=1e-3)
    cells.memory.check()


@sizes
@parts
def test_glow(size: tuple[int, int], part: reference.Placement) -> None:
    planes, alpha = planes_of(*size)
    cells = Cells(planes, alpha)
    light = np.stack([planes[0] - 16, planes[1] - 128, planes[2] - 128]).astype(np.float32)
    address, given = cells.shorts(3)
    rim = cells.memory.array((alpha * ONE).astype(np.int16))
    kernel = cells.memory.kernel
    kernel.call("glow", rim, cells.memory.array(light), *size, placed(cells, part), 0.7, address)
    wanted = [compositing.glow_of(alpha, plane.astype(np.float64), part, 0.7) for plane in light]
    np.testing.assert_allclose(given / 16, np.stack(wanted), atol=0.05)
    cells.memory.check()


@sizes
@sigmas
def test_blur(size: tuple[int, int], sigma: tuple[float, float]) -> None:
    planes, alpha = planes_of(*size)
    cells = Cells(planes, alpha)
    address, given = cells.shorts(3)
    cells.call("blur", 0.5, 16.0, 235.0, *sigma, address, cells.scratch)
    wanted = reference.blur(planes, alpha, 0.5, Coding(), sigma)
    np.testing.assert_allclose(given / 16, np.stack(wanted), atol=0.2)
    cells.memory.check()


@pytest.mark.parametrize("seed", range(3))
def test_light_of_a_picture(seed: int) -> None:
    planes, alpha = planes_of(32, 18, seed)
    cells = Cells(planes, alpha)
    address, given = cells.light(compositing.Light())
    cells.memory.kernel.call("light_of", cells.address, cells.count, 16.0, address)
    wanted = compositing.light_of(planes, alpha, 16)
    assert wanted is not None
    np.testing.assert_allclose(given, [wanted.luma, *wanted.tint], rtol=1e-3, atol=1e-4)


def test_nobody_has_no_light() -> None:
    planes, alpha = planes_of(32, 18)
    cells = Cells(planes, 0 * alpha)
    address, given = cells.light(compositing.Light(77))
    cells.memory.kernel.call("light_of", cells.address, cells.count, 16.0, address)
    assert given[0] == 77


@pytest.mark.parametrize(
    ("person", "behind"),
    [((100, 0, 0), (90, -0.05, 0.03)), ((20, 0.1, 0.1), (200, 0, 0)), ((200, 0, 0), (10, 0.3, -0.3))],
)
def test_match(person: tuple[float, float, float], behind: tuple[float, float, float]) -> None:
    """Within half a 256th; never by more than the limits."""
    planes, alpha = planes_of(2, 2)
    cells = Cells(planes, alpha)
    a, b = (compositing.Light(light[0], np.array(light[1:])) for light in (person, behind))
    out = cells.memory.take(12)
    cells.memory.kernel.call("match_of", cells.light(a)[0], cells.light(b)[0], 0.8, out)
    given = cells.memory.kernel.view(out, (3,), np.int32) / 256
    gain, tint = compositing.match_of(a, b, 0.8)
    np.testing.assert_allclose(given, [gain, *tint], atol=0.501 / 256)
    assert -0.4 <= given[0] <= 0.2
    assert np.hypot(*given[1:]) < 0.15


def test_backlight() -> None:
    """Of a picture as it is, and between two: one without light has no say about its colour."""
    planes, _ = planes_of(32, 18)
    cells = Cells(planes, np.ones((18, 32)))
    plane_bytes = 12 * cells.count

    def place() -> tuple[int, NDArray[np.float32]]:
        at = cells.memory.take(plane_bytes)
        fields = np.zeros(6, np.float32)
        fields[:1] = np.array([at], np.int32).view(np.float32)
        address = cells.memory.array(fields)
        return address, cells.memory.kernel.view(address, (6,), np.float32)

    lit_at, lit = place()
    dark_at, dark = place()
    mixed_at, mixed = place()
    cells.memory.kernel.call(
        "take_backlight", lit_at, cells.address, cells.width, cells.height, 16.0, 2.0, 3.0
    )
    at = int(lit[:1].view(np.int32)[0])
    given = cells.memory.kernel.view(at, (3, 18, 32), np.float32)
    wanted = [reference.gaussian(p, (2.0, 3.0)) - d for p, d in zip(planes, (16, 128, 128), strict=True)]
    np.testing.assert_allclose(given, np.stack(wanted), atol=0.02)
    assert tuple(lit[4:]) == (1, 1)

    dark[5] = 1
    cells.memory.kernel.view(int(dark[:1].view(np.int32)[0]), (3, 18, 32), np.float32)[:] = 0
    cells.memory.kernel.call("mix_backlights", lit_at, dark_at, 0.25, mixed_at, cells.count)
    between = cells.memory.kernel.view(int(mixed[:1].view(np.int32)[0]), (3, 18, 32), np.float32)
    np.testing.assert_allclose(between, 0.75 * given, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(mixed[1:], [*lit[1:4], 0.75, 1], rtol=1e-6)
    cells.memory.check()
