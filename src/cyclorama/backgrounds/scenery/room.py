"""Rooms: flat and gently rounded surfaces in perspective, lit by lamps, windows and the sun.

A room is a list of polygons in metres: x to the right, y up, z away from the eye, the floor at 0. They are
drawn far to near as numbers, so what is behind is added first; each pixel then knows its surface and where
in the room it lies, is lit there (`roomlight`), and seen through a lens (`lens`).

How to make a room::

    def build(scene: Scene) -> Room:
        room = Room(scene, ambient=furniture.ambient(scene, 0.4))
        room.shell(-3, 3, 5.5, 2.8, floor, wall, ceiling, stuff=("planks", "plaster"), gloss=0.25)
        room.sunlight("side")  # through a window out of the picture; "back": through those of the wall
        furniture.window(room, -2.4, 0.8, 5.5, 1.8, 1.6)  # shows a view and lets daylight in
        room.lamp((1, 1.6, 4), (0.6, 0.4, 0.2), group="lamp")  # changes as `interior.glow` says
        return room

    layers = (*interior.layers(build), Layer("steam", steam, moves=True))
    PLACE = Place(layers, outdoors=False, soft=0.0)

`interior.layers` makes the still room, the view in its windows and its breathing lamps. For what else moves,
`interior.of(scene, build)` returns the room as kept for the loop: `at(x, y, z)` says where a point of the
room lies in the picture and how many pixels a metre has, `free(z)` is a mask of what nothing nearer than z
hides. Layers on top paint by `scene.paint` and `scene.shine`.

Surfaces: `panel`, `box`, `quad`, `level` are flat; `pad` and `puff` are upholstered (rounded, swelling);
`tube` and `ball` are round. `stuff` names a material of `materials` ("planks", "wood", "cloth", "plaster",
"brick", "tiles", "slats", ...); "" is noise of contrast `grain`. `glow` is own light (1: as bright as its
colour), and `group` names the light it changes with. `block` says that something stands somewhere, for
shadows; boxes and tubes on the floor do so themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .lens import bokeh as bokeh
from .light import Colour, mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .noise import Reals
    from .scene import Scene

Corner = tuple[float, float, float]
FIBROUS = ("", "wood")  # materials that run along the longer side of what they cover


@dataclass
class Lamp:
    """A small light: where, colour times strength, how near it stops growing, whether it shines only down.

    `aim` is where it shines to, if not everywhere; `group` names the lights that change together.
    """

    at: Corner
    power: Colour
    size: float = 0.35
    hooded: bool = False
    group: str = ""
    aim: Corner | None = None


@dataclass
class Block:
    """Something that stands there and casts a shadow: lower left near corner, size, how dark."""

    low: Corner
    high: Corner
    dark: float = 1.0


@dataclass
class Opening:
    """A window that the sun shines through: in the wall across `axis` (0: x, 2: z) at `at`, and its panes."""

    axis: int
    at: float
    across: tuple[float, float]
    up: tuple[float, float]
    panes: tuple[int, int] = (2, 2)


@dataclass
class Sun:
    """Direct light: where it goes, colour times strength, through what."""

    way: Corner
    power: Colour
    openings: list[Opening] = field(default_factory=list)


@dataclass(slots=True)
class Surface:
    """A polygon and what it is made of; see `Room.quad`."""

    corners: Sequence[Corner]
    colour: Colour
    glow: float
    grain: float
    stuff: str
    group: str
    turn: bool
    frame: tuple[Corner, Corner, Corner] | None
    swell: tuple[float, float, float]
    lean: float


@dataclass
class Room:
    """Surfaces, lamps and what casts shadows.

    Attributes:
        scene: what it will be painted on.
        eye: where the camera stands.
        tilt: how far above the picture's middle the horizon lies, in heights.
        lens: half the picture's height, in units, seen at 1 m; smaller is a wider lens.
        ambient: light that comes from everywhere.
        gloss: how much the floor mirrors, 0 to 1.
        blur: radius of what is at the back wall, out of focus, in thousandths of the unit.
        near_blur: the same, of what is close to the eye.
        views: how many windows there are.
        suits: the places that its windows may look out on where the prompt names none; any if empty.
        mirrored: whether left is right: set before anything is added, it gives a room's twin.
    """

    scene: Scene
    eye: Corner = (0.0, 1.45, 0.0)
    tilt: float = 0.06
    lens: float = 1.15
    ambient: Colour = field(default_factory=lambda: np.full(3, 0.2, np.float32))
    gloss: float = 0.0
    blur: float = 2.6
    near_blur: float = 9.0
    surfaces: list[Surface] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    sun: Sun | None = None
    views: int = 0
    suits: tuple[str, ...] = ()
    mirrored: bool = False
    floor: Colour = field(default_factory=lambda: np.full(3, 0.2, np.float32))
    size: tuple[float, float, float, float] = (-3.0, 3.0, 6.0, 3.0)

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
            corners = [(side, y, z), (side, y, z1), (side, y1, z1), (side, y1, z)]
            self.quad(corners, colour, 0.0, grain, stuff=stuff, turn=h > d and stuff in FIBROUS)
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
            side = [(x, 0.0, near), (x, 0.0, back), (x, top, back), (x, top, near)]
            self.quad(side, wall, 0.0, 0.0, stuff=stuff[1])
        self.panel(left, 0, back, right - left, top, wall, stuff=stuff[1])

    def lamp(
        self,
        at: Corner,
        power: Reals | Sequence[float],
        size: float = 0.35,
        hooded: bool = False,
        group: str = "",
        aim: Corner | None = None,
    ) -> None:
        """Add a light at `at`; it shines everywhere, or only down (`hooded`), or most towards `aim`."""
        self.lamps.append(Lamp(at, np.asarray(power, np.float32), size, hooded, group, aim))

    def block(self, x: float, y: float, z: float, w: float, h: float, d: float, dark: float = 1.0) -> None:
        """Say that something stands there, for the shadows that it casts."""
        self.blocks.append(Block((x, y, z), (x + w, y + h, z + d), dark))

    def sunlight(self, through: str = "back", openings: Sequence[Opening] = ()) -> None:
        """Let the sun or moon in, where its time of day and the weather let it shine.

        Args:
            through: "back": the windows of the back wall, which add themselves; "side": windows at the sun's
                side, out of the picture, which throw their panes on the floor and the back wall.
            openings: those of the side, if not the usual ones.
        """
        light = self.scene.light
        strength = (
            0.0
            if light.air != 1.0 or light.clouds > 0.55
            else 0.10
            if light.moon
            else (1 - light.lamps) ** 0.7
        )
        if light.height < 0:
            strength = 0.0
        side = self.side
        high = float(np.clip(light.height, 0.16, 0.9))
        if through == "back":
            way = (-side * 0.42, -0.35 - 0.75 * high, -1.0)
        else:
            way = (-side * 1.0, -0.18 - 0.42 * high, 0.80)
        length = float(np.sqrt(sum(c * c for c in way)))
        tone = mix(light.key, light.disc, 0.3)
        warm = tone**2 * np.float32(1.7 * strength)
        self.sun = Sun((way[0] / length, way[1] / length, way[2] / length), warm, list(openings))
        if through == "side" and not openings:
            left, right, back, top = self.size
            wall = right if side > 0 else left
            low, high_up = 0.9, min(top - 0.2, 2.5)
            for near, far in ((back - 5.6, back - 4.5), (back - 4.1, back - 3.0)):
                self.sun.openings.append(Opening(0, wall, (near, far), (low, high_up), (2, 3)))

    @property
    def side(self) -> int:
        """Where the sun stands, as the room is built: -1 left, 1 right."""
        left = self.scene.sun[0] < self.scene.width / 2
        return -1 if left != self.mirrored else 1

    def hang(self, x: float, y: float, w: float, h: float, d: float = 0.03, dark: float = 1.0) -> None:
        """Say that something hangs on the back wall, for the shadow behind it."""
        self.block(x, y, self.size[2] - d, w, h, d, dark)

    def swap(self) -> None:
        """Make left right, where it is `mirrored`; once, when all of it is built."""
        if not self.mirrored:
            return
        for s in self.surfaces:
            s.corners = [(-x, y, z) for x, y, z in s.corners]
            if s.frame is not None:
                low, right, up = s.frame
                s.frame = ((-low[0], *low[1:]), (-right[0], *right[1:]), (-up[0], *up[1:]))
        for lamp in self.lamps:
            lamp.at = (-lamp.at[0], *lamp.at[1:])
            if lamp.aim is not None:
                lamp.aim = (-lamp.aim[0], *lamp.aim[1:])
        for b in self.blocks:
            b.low, b.high = (-b.high[0], *b.low[1:]), (-b.low[0], *b.high[1:])
        left, right_wall, back, top = self.size
        self.size = (-right_wall, -left, back, top)
        if self.sun is not None:
            self.sun.way = (-self.sun.way[0], *self.sun.way[1:])
            for o in self.sun.openings:
                if o.axis == 0:
                    o.at = -o.at
                else:
                    o.across = (-o.across[1], -o.across[0])

    def paint(self, blur: float | None = None) -> None:
        """Paint it as it stands, its windows' view too; rooms that move use `interior.layers`."""
        from .interior import Lit

        if blur is not None:
            self.blur = blur * 0.4
        lit = Lit(self)
        lit.paint(self.scene)
        lit.outside(self.scene)
