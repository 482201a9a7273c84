"""Every place that can be painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    abstract,
    alley,
    beach,
    bedroom,
    boardroom,
    bokeh,
    brick,
    cafe,
    city,
    classroom,
    desert,
    fireplace,
    forest,
    gallery,
    gaming,
    greenhouse,
    japanese_garden,
    kitchen,
    library,
    living_room,
    loft,
    marble,
    meadow,
    mountains,
    office,
    podcast,
    rooms,
    savanna,
    sea,
    snow,
    space,
    spaceship,
    street,
    synthwave,
    underwater,
    vineyard,
    waterfall,
    wood,
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
    "aurora": snow.SNOW,
    "space": space.SPACE,
    "nebula": space.SPACE,
    "orbit": space.SPACE,
    # on land
    "mountains": mountains.MOUNTAINS,
    "forest": forest.FOREST,
    "meadow": meadow.MEADOW,
    "desert": desert.DESERT,
    "snow": snow.SNOW,
    "waterfall": waterfall.WATERFALL,
    "vineyard": vineyard.VINEYARD,
    "savanna": savanna.SAVANNA,
    "japanese_garden": japanese_garden.JAPANESE_GARDEN,
    # in town
    "city": city.CITY,
    "street": street.STREET,
    "rooftop": city.CITY,
    "alley": alley.ALLEY,
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
    "cafe": cafe.CAFE,
    "kitchen": kitchen.KITCHEN,
    "podcast": podcast.PODCAST,
    "gaming": gaming.GAMING,
    "newsroom": rooms.STUDIO,
    "gallery": gallery.GALLERY,
    "greenhouse": greenhouse.GREENHOUSE,
    "spaceship": spaceship.SPACESHIP,
    # walls
    "brick": brick.BRICK,
    "wood": wood.WOOD,
    "marble": marble.MARBLE,
    # nowhere
    "abstract": abstract.ABSTRACT,
    "gradient": abstract.ABSTRACT,
    "geometric": abstract.ABSTRACT,
    "paper": abstract.ABSTRACT,
    "synthwave": synthwave.SYNTHWAVE,
    "bokeh": bokeh.BOKEH,
}
