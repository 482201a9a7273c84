"""Lights a room: every pixel of it, from its lamps, its windows, the sun through them, and what is near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .lamplight import lamplit
from .materials import MATERIALS, Grain
from .sunbeam import sunlit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..noise import Field, Reals
    from ..scene import Planes
    from .room import Room

CHUNK = 32768  # pixels lit at once, so that they stay in the processor's cache
NAMES = tuple(MATERIALS)
VIEW = len(NAMES) + 1


class Shading:
    """A room's surfaces as tables, one row a surface; row 0 is nothing.

    Call it to light pixels.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        surfaces = room.surfaces
        counts = np.array([len(s.corners) for s in surfaces])
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.corners = np.array([c for s in surfaces for c in s.corners], np.float64)
        first = self.starts[:-1]
        p0, p1, p2 = (self.corners[first + k * counts // 3] for k in range(3))
        for i, s in enumerate(surfaces):
            if s.frame is not None:
                p0[i], p1[i], p2[i] = s.frame
        normals = np.cross(p1 - p0, p2 - p0)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
        eye = np.array(room.eye)
        away = ((p0 - eye) * normals).sum(1)
        normals *= np.where(away > 0, -1.0, 1.0)[:, None]
        self.flat = _table(normals)
        self.offset = _table(((p0 * normals).sum(1))[:, None])[0]
        leans = np.array([s.lean for s in surfaces])
        leant = normals + leans[:, None] * np.array([0.0, 1.0, 0.0])
        self.normals = _table(leant / np.linalg.norm(leant, axis=1, keepdims=True).clip(1e-9))
        self.albedo = _table(np.array([s.colour for s in surfaces]) ** 2)
        self.glow = _table(np.array([[s.glow] for s in surfaces]))[0]
        self.grain = _table(np.array([[s.grain] for s in surfaces]))[0]
        self.groups = ["", *sorted({s.group for s in surfaces} | {lamp.group for lamp in room.lamps} - {""})]
        self.group = _numbers([self.groups.index(s.group) for s in surfaces])
        self.stuff = _numbers(
            [VIEW if s.stuff == "view" else NAMES.index(s.stuff) + 1 if s.stuff else 0 for s in surfaces]
        )
        self._swelling()
        self._texture(normals, counts)
        self.noise = Grain()

    def _swelling(self) -> None:
        surfaces = self.room.surfaces
        self.swollen = np.zeros(len(surfaces) + 1, np.int32)
        framed = [i for i, s in enumerate(surfaces) if s.frame is not None]
        if not framed:
            self.swell = np.zeros((14, 1), np.float32)
            return
        self.swollen[np.array(framed) + 1] = np.arange(1, len(framed) + 1)
        frames = np.array([surfaces[i].frame for i in framed], np.float64)
        low, across, upward = (
            frames[:, 0],
            (frames[:, 1] - frames[:, 0]) / 2,
            (frames[:, 2] - frames[:, 0]) / 2,
        )
        w = np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
        h = np.linalg.norm(upward, axis=1, keepdims=True) + 1e-9
        swell = np.array([surfaces[i].swell for i in framed], np.float64)
        self.swell = _table(np.hstack([low + across + upward, across / w, upward / h, w, h, swell]))

    def _texture(self, normals: Field, counts: NDArray[np.int64]) -> None:
        """Choose for each surface which axes its texture runs along (u) and across (v)."""
        strongest = np.abs(normals).argmax(1)
        level = np.where(strongest == 1, 2, np.where(strongest == 0, 2, 0))
        other = np.where(strongest == 1, 0, 1)
        turn = np.array([s.turn for s in self.room.surfaces])
        self.along = _numbers(np.where(turn, other, level).tolist())
        self.across = _numbers(np.where(turn, level, other).tolist())

    def __call__(
        self,
        index: NDArray[np.int32],
        rx: Field,
        ry: Field,
        focal: float,
        mirrored: bool = False,
        only: str = "",
    ) -> tuple[Planes, Field]:
        """Return the light (4, n) that comes from pixels, and how far away (n,) they are.

        The fourth plane is how much of a view through a window there is.

        Args:
            index: (n,), the number of the surface in each.
            rx: (n,), how far to the right a metre away from the eye.
            ry: (n,), how far up.
            focal: pixels of a metre there.
            mirrored: whether the room is seen from below its floor.
            only: of which group's lights alone; all together where "".
        """
        light = np.empty((4, index.size), np.float32)
        depth = np.empty(index.size, np.float32)
        for start in range(0, index.size, CHUNK):
            part = slice(start, start + CHUNK)
            light[:, part], depth[part] = self._chunk(
                index[part], rx[part], -ry[part] if mirrored else ry[part], focal, mirrored, only
            )
        return light, depth

    def _chunk(
        self, index: NDArray[np.int32], rx: Field, ry: Field, focal: float, mirrored: bool, only: str
    ) -> tuple[Planes, Field]:
        room = self.room
        ex, ey, ez = (np.float32(c) for c in room.eye)
        if mirrored:
            ey, ry = -ey, -ry
        fx, fy, fz = (c.take(index) for c in self.flat)
        facing = fx * rx + fy * ry + fz
        facing = np.where(np.abs(facing) < 1e-4, np.float32(-1e-4), facing)
        reach = (self.offset.take(index) - fx * ex - fy * ey - fz * ez) / facing
        z = np.clip(reach, 0.05, 60)
        point = (rx * z + ex, ry * z + ey, z + ez)
        normal = [c.take(index) for c in self.normals]
        self._swell(index, point, normal)
        albedo = np.stack([c.take(index) for c in self.albedo])
        glow = self.glow.take(index)
        stuff = self.stuff.take(index)
        own = albedo * glow
        if not only:
            lit = lamplit(point, normal, room.lamps)
            lit += self._around(point, normal)
        else:
            own = own * (self.group.take(index) == (self.groups.index(only) if only in self.groups else -1))
            lit = lamplit(point, normal, [lamp for lamp in room.lamps if lamp.group == only])
        if room.sun is not None and only in ("", "sun"):
            sunlit(lit, point, normal, room.sun, room.blocks)
        self._grain(albedo, index, stuff, point, z / np.float32(focal))
        out = np.empty((4, index.size), np.float32)
        np.multiply(albedo, lit, out=out[:3])
        out[:3] += own
        out[3] = stuff == VIEW
        out[:3] *= 1 - out[3]
        return out, z

    def _swell(self, index: NDArray[np.int32], point: tuple[Field, ...], normal: list[Field]) -> None:
        number = self.swollen.take(index)
        at = np.flatnonzero(number)
        if not at.size:
            return
        row = self.swell[:, number[at]]
        centre, right, up = row[:3], row[3:6], row[6:9]
        p = np.stack([c[at] for c in point]) - centre
        s = np.clip((p * right).sum(0) / row[9], -1, 1)
        t = np.clip((p * up).sum(0) / row[10], -1, 1)
        power = row[13] - 1
        s = s * np.abs(s) ** power * row[11]
        t = t * np.abs(t) ** power * row[12]
        straight = np.sqrt(np.maximum(1 - s * s - t * t, 0.05))
        new = [normal[i][at] * straight + right[i] * s + up[i] * t for i in range(3)]
        length = np.sqrt(new[0] ** 2 + new[1] ** 2 + new[2] ** 2)
        for i in range(3):
            normal[i][at] = new[i] / length

    def _around(self, point: tuple[Field, ...], normal: list[Field]) -> Planes:
        """Return the light from everywhere, less in corners and close to what stands on the floor."""
        room = self.room
        x, y, z = point
        left, right, back, top = room.size
        open_air = 1 - 0.34 * _close(y, 3.2)
        open_air *= 1 - 0.22 * _close(np.float32(top) - y, 3.0)
        open_air *= 1 - 0.20 * _close(np.float32(back) - z, 2.6)
        open_air *= 1 - 0.24 * _close(np.minimum(x - np.float32(left), np.float32(right) - x), 2.6)
        open_air *= 0.80 + 0.22 * normal[1]
        self._contact(open_air, point, normal)
        light: Planes = room.ambient.reshape(3, 1) ** 2 * open_air
        return light

    def _contact(self, open_air: Field, point: tuple[Field, ...], normal: list[Field]) -> None:
        """Darken the floor around what stands on it, and the back wall around what hangs there."""
        x, y, z = point
        back = self.room.size[2]
        down = np.flatnonzero((normal[1] > 0.9) & (y < 0.06))
        wall = np.flatnonzero((normal[2] < -0.9) & (z > np.float32(back - 0.02)))
        lean = np.float32(-0.035 * self.room.side if not self.room.mirrored else 0.035 * self.room.side)
        for at, across, upward, axes, shift in (
            (down, x, z, (0, 2), (0, 0)),
            (wall, x, y, (0, 1), (lean, -0.045)),
        ):
            if not at.size:
                continue
            a, b = across[at] - np.float32(shift[0]), upward[at] - np.float32(shift[1])
            free = np.ones(at.size, np.float32)
            for block in self.room.blocks:
                low, high = block.low, block.high
                if (low[1] > 0.25) if axes[1] == 2 else (high[2] < back - 0.02):
                    continue
                da = np.maximum(np.maximum(np.float32(low[0]) - a, a - np.float32(high[0])), 0)
                db = np.maximum(np.maximum(np.float32(low[axes[1]]) - b, b - np.float32(high[axes[1]])), 0)
                thick = high[1] - low[1] if axes[1] == 2 else high[2] - low[2]
                tall = min(0.35, 0.35 * thick + 0.06)
                dark = np.float32((0.72 if axes[1] == 2 else 0.5) * block.dark)
                free *= 1 - dark * np.exp(np.sqrt(da * da + db * db) / np.float32(-tall))
            open_air[at] *= free

    def _grain(
        self,
        albedo: Planes,
        index: NDArray[np.int32],
        stuff: NDArray[np.int32],
        point: tuple[Field, ...],
        pixel: Field,
    ) -> None:
        rough = np.flatnonzero((self.grain.take(index) > 0) & (stuff == 0))
        kinds = np.flatnonzero(np.bincount(stuff, minlength=VIEW + 1))
        for kind in kinds[(kinds > 0) & (kinds < VIEW)]:
            at = np.flatnonzero(stuff == kind)
            u, v = self._uv(index[at], point, at)
            albedo[:, at] *= np.maximum(MATERIALS[NAMES[kind - 1]](self.noise, u, v, pixel[at]), 0.05) ** 2
        if rough.size:
            u, v = self._uv(index[rough], point, rough)
            noise = self.noise.fine(u * np.float32(0.07), v * np.float32(0.6))
            albedo[:, rough] *= np.maximum(1 + self.grain.take(index[rough]) * np.float32(0.6) * noise, 0.05)

    def _uv(
        self, index: NDArray[np.int32], point: tuple[Field, ...], at: NDArray[np.int64]
    ) -> tuple[Field, Field]:
        p = np.stack([c[at] for c in point])
        n = np.arange(at.size)
        return p[self.along.take(index), n], p[self.across.take(index), n]


def _close(distance: Field, fall: float) -> Field:
    """Return 1 at a surface, falling with the distance from it."""
    near: Field = np.exp(np.minimum(distance * np.float32(-fall), 0))
    return near


def _table(rows: Reals) -> Planes:
    """Return `rows` (n, k) as columns (k, n + 1), the first zero."""
    columns = np.zeros((rows.shape[1], rows.shape[0] + 1), np.float32)
    columns[:, 1:] = rows.T
    return columns


def _numbers(values: list[int]) -> NDArray[np.int32]:
    return np.array([0, *values], np.int32)
