"""Every place that can be painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    abstract,
    alley,
    beach,
    bokeh,
    city,
    forest,
    land,
    meadow,
    rooms,
    sea,
    space,
    street,
    synthwave,
    underwater,
)

if TYPE_CHECKING:
    from ..scene import Place

PLACES: dict[str, Place] = {
    # at the water
    "beach": beach.BEACH,
    "sea": sea.SEA,
    "harbour": sea.SEA,
    "underwater": underwater.UNDERWATER,
    # in the air and above it
    "clouds_above": sea.SEA,
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
    "street": street.STREET,
    "rooftop": city.CITY,
    "alley": alley.ALLEY,
    "stage": rooms.STUDIO,
    # indoors
    "library": rooms.LIBRARY,
    "office": rooms.OFFICE,
    "boardroom": rooms.OFFICE,
    "classroom": rooms.OFFICE,
    "living_room": rooms.LIVING_ROOM,
    "loft": rooms.LIVING_ROOM,
    "bedroom": rooms.LIVING_ROOM,
    "fireplace": rooms.LIVING_ROOM,
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
    "synthwave": synthwave.SYNTHWAVE,
    "bokeh": bokeh.BOKEH,
}
