"""Every place that can be painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    abstract,
    bedroom,
    city,
    boardroom,
    classroom,
    coast,
    forest,
    land,
    living_room,
    loft,
    fireplace,
    library,
    office,
    meadow,
    rooms,
    space,
    underwater,
)

if TYPE_CHECKING:
    from ..scene import Place

PLACES: dict[str, Place] = {
    # at the water
    "beach": coast.BEACH,
    "sea": coast.SEA,
    "harbour": coast.SEA,
    "underwater": underwater.UNDERWATER,
    # in the air and above it
    "clouds_above": coast.SEA,
    "aurora": land.SNOW,
    "space": space.SPACE,
    "nebula": space.SPACE,
    "orbit": space.SPACE,
    # on land
    "mountains": land.MOUNTAINS,
    "forest": forest.FOREST,
    "meadow": meadow.MEADOW,
    "desert": land.DESERT,
    "snow": land.SNOW,
    "waterfall": land.MOUNTAINS,
    "vineyard": meadow.MEADOW,
    "savanna": meadow.MEADOW,
    "japanese_garden": meadow.MEADOW,
    # in town
    "city": city.CITY,
    "street": city.CITY,
    "rooftop": city.CITY,
    "alley": city.CITY,
    "stage": rooms.STUDIO,
    # indoors
    "library": library.LIBRARY,
    "office": office.OFFICE,
    "boardroom": boardroom.BOARDROOM,
    "classroom": classroom.CLASSROOM,
    "living_room": living_room.LIVING_ROOM,
    "loft": loft.LOFT,
    "bedroom": bedroom.BEDROOM,
    "fireplace": fireplace.FIREPLACE,
    "cafe": rooms.CAFE,
    "kitchen": rooms.CAFE,
    "podcast": rooms.STUDIO,
    "gaming": rooms.STUDIO,
    "newsroom": rooms.STUDIO,
    "gallery": rooms.OFFICE,
    "greenhouse": rooms.LIVING_ROOM,
    "spaceship": rooms.STUDIO,
    # walls
    "brick": abstract.ABSTRACT,
    "wood": abstract.ABSTRACT,
    "marble": abstract.ABSTRACT,
    # nowhere
    "abstract": abstract.ABSTRACT,
    "gradient": abstract.ABSTRACT,
    "geometric": abstract.ABSTRACT,
    "paper": abstract.ABSTRACT,
    "synthwave": abstract.ABSTRACT,
    "bokeh": abstract.ABSTRACT,
}
