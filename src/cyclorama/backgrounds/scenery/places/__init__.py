"""Every place that can be painted."""

from __future__ import annotations

from ..scene import Place
from . import abstract, city, coast, forest, land, rooms, space, underwater

PLACES: dict[str, Place] = {
    "beach": coast.BEACH,
    "sea": coast.SEA,
    "mountains": land.MOUNTAINS,
    "desert": land.DESERT,
    "snow": land.SNOW,
    "meadow": land.MEADOW,
    "forest": forest.FOREST,
    "city": city.CITY,
    "space": space.SPACE,
    "underwater": underwater.UNDERWATER,
    "library": rooms.LIBRARY,
    "office": rooms.OFFICE,
    "living_room": rooms.LIVING_ROOM,
    "cafe": rooms.CAFE,
    "studio": rooms.STUDIO,
    "abstract": abstract.ABSTRACT,
}
