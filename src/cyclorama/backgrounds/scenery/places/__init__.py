"""Every place that can be painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    abstract,
    cafe,
    city,
    coast,
    forest,
    gallery,
    gaming,
    greenhouse,
    kitchen,
    land,
    meadow,
    podcast,
    rooms,
    space,
    spaceship,
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
    "library": rooms.LIBRARY,
    "office": rooms.OFFICE,
    "boardroom": rooms.OFFICE,
    "classroom": rooms.OFFICE,
    "living_room": rooms.LIVING_ROOM,
    "loft": rooms.LIVING_ROOM,
    "bedroom": rooms.LIVING_ROOM,
    "fireplace": rooms.LIVING_ROOM,
    "cafe": cafe.CAFE,
    "kitchen": kitchen.KITCHEN,
    "podcast": podcast.PODCAST,
    "gaming": gaming.GAMING,
    "newsroom": rooms.STUDIO,
    "gallery": gallery.GALLERY,
    "greenhouse": greenhouse.GREENHOUSE,
    "spaceship": spaceship.SPACESHIP,
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
