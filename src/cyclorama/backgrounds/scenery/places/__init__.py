"""Every place that can be painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import abstract, city, coast, forest, land, meadow, rooms, space, underwater

if TYPE_CHECKING:
    from ..scene import Place

PLACES: dict[str, Place] = {
    "beach": coast.BEACH,
    "sea": coast.SEA,
    "mountains": land.MOUNTAINS,
    "desert": land.DESERT,
    "snow": land.SNOW,
    "meadow": meadow.MEADOW,
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
