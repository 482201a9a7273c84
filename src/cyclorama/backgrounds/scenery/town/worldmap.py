"""The continents, roughly: enough for a map of dots on a wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from ..noise import Field

LEFT, RIGHT, TOP, BOTTOM = -170.0, 190.0, 78.0, -57.0
"""What a map shows, in degrees east and north."""

LAND = (
    # North America
    "-168,66 -156,71 -128,70 -110,68 -95,72 -82,68 -94,60 -85,55 -79,52 -78,61 -65,59 -56,52 -66,50 "
    "-65,45 -70,42 -76,35 -81,31 -80,26 -84,30 -94,29 -97,25 -97,20 -91,19 -87,21 -88,16 -83,14 -82,9 "
    "-78,8 -84,8 -92,14 -105,20 -110,24 -114,31 -118,34 -124,40 -124,48 -132,56 -146,60 -158,56 "
    "-164,60",
    # Greenland
    "-55,60 -44,60 -22,70 -20,78 -60,78 -68,76 -54,69",
    # the Canadian islands
    "-95,74 -80,74 -72,68 -64,64 -78,63 -88,70",
    # South America
    "-78,8 -72,12 -62,10 -52,5 -50,0 -35,-6 -39,-14 -41,-22 -48,-27 -54,-34 -58,-38 -65,-42 -66,-48 "
    "-69,-54 -74,-51 -73,-40 -71,-30 -70,-18 -76,-14 -81,-5 -80,1",
    # Europe and Asia
    "-9,37 -9,43 -2,44 -4,48 3,51 8,54 9,57 12,56 20,55 22,58 29,60 22,61 25,65 22,66 17,61 18,59 "
    "12,56 8,58 5,61 14,68 25,71 40,67 44,68 55,69 68,69 72,72 85,74 105,77 115,74 130,72 145,73 "
    "160,70 180,69 190,66 178,62 165,60 162,55 157,51 155,58 142,59 135,54 141,48 132,43 128,38 "
    "129,35 126,35 125,39 121,40 118,38 122,36 120,31 122,28 115,22 108,21 106,17 109,12 105,9 100,13 "
    "103,3 100,6 98,15 94,17 91,22 86,20 80,14 77,8 73,17 70,22 66,25 57,26 50,30 48,30 52,24 56,26 "
    "59,22 52,16 44,13 39,21 34,28 35,33 36,36 27,37 27,41 23,37 19,41 13,45 18,40 16,38 10,44 3,43 "
    "0,39 -5,36",
    # Britain
    "-6,50 1,51 -1,54 -3,58 -6,57 -3,54 -5,52",
    # Ireland
    "-10,52 -6,52 -6,55 -9,55",
    # Iceland
    "-24,65 -14,65 -16,63 -22,63",
    # Japan
    "130,32 134,34 140,36 142,42 145,44 141,45 139,39 132,35",
    # Africa
    "-6,36 10,37 11,33 20,31 32,31 34,27 38,18 43,12 51,12 48,5 40,-4 40,-15 35,-22 32,-28 26,-34 "
    "19,-34 14,-22 12,-12 13,-5 9,2 8,4 -4,5 -9,5 -17,14 -16,22 -10,30",
    # Madagascar
    "44,-17 50,-15 47,-25 44,-23",
    # Sumatra
    "96,5 104,-3 106,-6 101,-2",
    # Java
    "106,-6 114,-7 115,-9 107,-7",
    # Borneo
    "109,1 117,6 118,1 115,-4 110,-3",
    # Sulawesi
    "119,-5 121,1 125,1 122,-5",
    # the Philippines
    "121,18 122,14 126,8 123,8 120,15",
    # New Guinea
    "131,-1 140,-3 150,-10 143,-9 138,-8",
    # Australia
    "114,-22 122,-17 130,-12 136,-12 136,-15 141,-17 142,-11 146,-18 153,-26 150,-37 144,-38 138,-35 "
    "131,-31 124,-33 116,-35",
    # New Zealand
    "167,-46 173,-41 178,-38 173,-35 174,-40 170,-46",
)
CITIES = (
    (-74, 41),
    (-0.1, 51),
    (139, 36),
    (77, 28),
    (-47, -23),
    (28, -26),
    (151, -34),
    (-122, 38),
    (37, 56),
    (103, 1),
)
"""Longitude and latitude of places that a map may point out."""


def land(width: int, height: int) -> Field:
    """Return a map (height, width) of how much of every cell is land, 0 to 1."""
    s = 6
    image = Image.new("L", (width * s, height * s))
    draw = ImageDraw.Draw(image)
    for outline in LAND:
        points = [tuple(map(float, pair.split(","))) for pair in outline.split()]
        draw.polygon([(x * width * s, y * height * s) for x, y in (place(*p) for p in points)], fill=255)
    return np.asarray(image.reduce(s), np.float32) * np.float32(1 / 255)


def place(east: float, north: float) -> tuple[float, float]:
    """Return where a point lies on the map, 0 to 1 from its left and from its top."""
    return (east - LEFT) / (RIGHT - LEFT), (TOP - north) / (TOP - BOTTOM)
