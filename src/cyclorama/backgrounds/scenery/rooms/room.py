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

Surfaces: `panel`, `flank`, `level`, `box` and `quad` are flat; `pad` and `puff` are upholstered (rounded,
swelling); `tube` and `ball` are round. `stuff` names a material of `materials` ("planks", "wood", "cloth",
"plaster", "brick", "tiles", "slats", ...); "" is noise of contrast `grain`. `glow` is own light (1: as bright
as its colour), and `group` names the light it changes with. `block` says that something stands somewhere,
for shadows; boxes and tubes on the floor do so themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..lens import bokeh
from ..light import Colour, mix
from .parts import Block, Corner, Lamp, Opening, Sun, Surface
from .solids import Solids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..noise import Reals
    from ..scene import Scene

__all__ = ["Block", "Corner", "Lamp", "Opening", "Room", "Sun", "Surface", "bokeh"]


@dataclass
class Room(Solids):
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
