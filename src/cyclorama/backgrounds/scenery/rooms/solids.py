"""How a room is built: polygons in metres, flat or gently rounded, and what casts shadows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import Block, Surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour
    from .parts import Corner

FIBROUS = ("", "wood")  # materials that run along the longer side of what they cover


class Solids:
    """Builds a room's surfaces; see `room` for how."""

    eye: Corner
    gloss: float
    surfaces: list[Surface]
    blocks: list[Block]
    floor: Colour
    size: tuple[float, float, float, float]

    def quad(
        self,
        corners: Sequence[Corner],
        colour: Colour,
        glow: float = 0.0,
        grain: float = 0.0,
        *,
        stuff: str = "",
        group: str = "",
        turn: bool = False,
        frame: tuple[Corner, Corner, Corner] | None = None,
        swell: tuple[float, float, float] = (0.0, 0.0, 1.0),
        lean: float = 0.0,
    ) -> None:
        """Add a flat polygon.

        Args:
            corners: three at least, in order.
            colour: of the surface, as on the screen under white light.
            glow: its own light.
            grain: the contrast of its texture.
            stuff: what it is made of; "view" is a window's glass.
            group: the light that its glow belongs to.
            turn: whether the texture runs across rather than along.
            frame: lower left, lower right and upper left corner of what `swell` is measured in.
            swell: how far its light turns to the sides and up at its edges (0 to 1), and how late (1 a
                cylinder, 3 a cushion).
            lean: how far its light turns up (cones).
        """
        self.surfaces.append(Surface(corners, colour, glow, grain, stuff, group, turn, frame, swell, lean))

    def panel(
        self,
        x: float,
        y: float,
        z: float,
        w: float,
        h: float,
        colour: Colour,
        glow: float = 0.0,
        grain: float = 0.0,
        stuff: str = "",
        group: str = "",
    ) -> None:
        """Add a quad that faces the eye, its lower left corner at (x, y, z)."""
        corners = [(x, y, z), (x + w, y, z), (x + w, y + h, z), (x, y + h, z)]
        self.quad(corners, colour, glow, grain, stuff=stuff, group=group, turn=h > w and stuff in FIBROUS)

    def level(
        self,
        x: float,
        y: float,
        z: float,
        w: float,
        d: float,
        colour: Colour,
        stuff: str = "",
        grain: float = 0.0,
    ) -> None:
        """Add a level quad, its left near corner at (x, y, z)."""
        corners = [(x, y, z), (x + w, y, z), (x + w, y, z + d), (x, y, z + d)]
        self.quad(corners, colour, 0.0, grain, stuff=stuff, turn=w > d and stuff in FIBROUS)

    def flank(
        self,
        x: float,
        low: float,
        near: float,
        high: float,
        far: float,
        colour: Colour,
        glow: float = 0.0,
        grain: float = 0.0,
        stuff: str = "",
        group: str = "",
        turn: bool = False,
    ) -> None:
        """Add an upright quad that faces a side, from height `low` to `high` and depth `near` to `far`."""
        corners = [(x, low, near), (x, low, far), (x, high, far), (x, high, near)]
        self.quad(corners, colour, glow, grain, stuff=stuff, group=group, turn=turn)

    def box(
        self,
        x: float,
        y: float,
        z: float,
        w: float,
        h: float,
        d: float,
        colour: Colour,
        grain: float = 0.0,
        stuff: str = "",
    ) -> None:
        """Add a box with its lower left near corner at (x, y, z): the faces that the eye can see."""
        x1, y1, z1 = x + w, y + h, z + d
        if y < 0.2 and w * d > 0.015:
            self.block(x, y, z, w, h, d)
        if y1 < self.eye[1]:
            self.level(x, y1, z, w, d, colour, stuff, grain)
        elif y > self.eye[1]:
            self.level(x, y, z, w, d, colour, stuff, grain)
        side = x if x > self.eye[0] else x1 if x1 < self.eye[0] else None
        if side is not None:
            self.flank(side, y, z, y1, z1, colour, 0.0, grain, stuff, turn=h > d and stuff in FIBROUS)
        self.panel(x, y, z, w, h, colour, 0.0, grain, stuff)

    def pad(
        self,
        x: float,
        y: float,
        z: float,
        w: float,
        h: float,
        colour: Colour,
        radius: float = 0.06,
        swell: float = 0.6,
        stuff: str = "cloth",
        lie: bool = False,
        side: bool = False,
        grain: float = 0.0,
    ) -> None:
        """Add a cushion's face with round corners: facing the eye, lying (h is its depth) or at a side."""
        r = min(radius, w * 0.49, h * 0.49)
        corners: list[Corner] = []
        for cx, cy, start in ((w - r, r, -90), (w - r, h - r, 0), (r, h - r, 90), (r, r, 180)):
            for a in np.radians(start + np.array([0.0, 30.0, 60.0, 90.0])):
                u, v = cx + r * float(np.cos(a)), cy + r * float(np.sin(a))
                corners.append((x + u, y, z + v) if lie else (x, y + v, z + u) if side else (x + u, y + v, z))
        right, up = (x + w, y, z), (x, y + h, z)
        if lie:
            up = (x, y, z + h)
        elif side:
            right = (x, y, z + w)
        self.quad(
            corners, colour, 0.0, grain, stuff=stuff, frame=((x, y, z), right, up), swell=(swell, swell, 3.0)
        )

    def puff(
        self,
        x: float,
        y: float,
        z: float,
        w: float,
        h: float,
        d: float,
        colour: Colour,
        radius: float = 0.06,
        swell: float = 0.62,
        stuff: str = "cloth",
    ) -> None:
        """Add an upholstered box."""
        if y < 0.2 and w * d > 0.015:
            self.block(x, y, z, w, h, d)
        r = min(radius, w * 0.4, h * 0.4, d * 0.4)
        # what the corners would leave open
        self.box(
            x + r * 0.5, max(y + r * 0.5, 0.2), z + r * 0.5, w - r, h - r, d - r, colour * np.float32(0.9)
        )
        if y + h < self.eye[1]:
            self.pad(x, y + h, z, w, d, colour, r, swell, stuff, lie=True)
        if x > self.eye[0]:
            self.pad(x, y, z, d, h, colour, r, swell, stuff, side=True)
        elif x + w < self.eye[0]:
            self.pad(x + w, y, z, d, h, colour, r, swell, stuff, side=True)
        self.pad(x, y, z, w, h, colour, r, swell, stuff)

    def tube(
        self,
        x: float,
        y: float,
        z: float,
        low: float,
        high: float,
        h: float,
        colour: Colour,
        glow: float = 0.0,
        sides: int = 10,
        stuff: str = "",
        group: str = "",
        lid: Colour | None = None,
    ) -> None:
        """Add an upright tube or cone: radius `low` at y, `high` at y + h; a lid if seen from above."""
        if y < 0.1 and low > 0.06:
            self.block(x - low, y, z - low, 2 * low, h, 2 * low)
        a = np.linspace(np.pi, 2 * np.pi, max(5, sides)).tolist()
        below = [(x + low * np.cos(t), y, z + low * np.sin(t)) for t in a]
        above = [(x + high * np.cos(t), y + h, z + high * np.sin(t)) for t in reversed(a)]
        wide = max(low, high)
        self.quad(
            [(p[0], p[1], p[2]) for p in below + above],
            colour,
            glow,
            0.0,
            stuff=stuff,
            group=group,
            frame=((x - wide, y, z), (x + wide, y, z), (x - wide, y + h, z)),
            swell=(0.96, 0.0, 1.0),
            lean=(low - high) / max(h, 0.02),
        )
        if y + h < self.eye[1] and high > 0.02:
            full = np.linspace(0, 2 * np.pi, 2 * max(5, sides), endpoint=False)
            rim: list[Corner] = [(x + high * np.cos(t), y + h, z + high * np.sin(t)) for t in full]
            self.quad(rim, colour if lid is None else lid, glow, group=group)

    def ball(
        self, x: float, y: float, z: float, radius: float, colour: Colour, glow: float = 0.0, group: str = ""
    ) -> None:
        """Add a ball."""
        a = np.linspace(0, 2 * np.pi, 20, endpoint=False).tolist()
        rim: list[Corner] = [(x + radius * np.cos(t), y + radius * np.sin(t), z) for t in a]
        low = (x - radius, y - radius, z)
        frame = (low, (x + radius, y - radius, z), (x - radius, y + radius, z))
        self.quad(rim, colour, glow, group=group, frame=frame, swell=(0.95, 0.95, 1.0))

    def shell(
        self,
        left: float,
        right: float,
        back: float,
        top: float,
        floor: Colour,
        wall: Colour,
        ceiling: Colour,
        near: float = 0.06,
        grain: float = 0.3,
        stuff: tuple[str, str] = ("planks", "plaster"),
        gloss: float | None = None,
        turn: bool = False,
    ) -> None:
        """Add floor, ceiling and three walls; `stuff` is what the floor and the walls are made of."""
        self.floor, self.size = floor, (left, right, back, top)
        self.gloss = self.gloss if gloss is None else gloss
        corners = [(left, 0.0, near), (right, 0.0, near), (right, 0.0, back), (left, 0.0, back)]
        self.quad(corners, floor, 0.0, grain, stuff=stuff[0], turn=turn)
        self.quad([(left, top, near), (right, top, near), (right, top, back), (left, top, back)], ceiling)
        for x in (left, right):
            self.flank(x, 0.0, near, top, back, wall, stuff=stuff[1])
        self.panel(left, 0, back, right - left, top, wall, stuff=stuff[1])

    def block(self, x: float, y: float, z: float, w: float, h: float, d: float, dark: float = 1.0) -> None:
        """Say that something stands there, for the shadows that it casts."""
        self.blocks.append(Block((x, y, z), (x + w, y + h, z + d), dark))
