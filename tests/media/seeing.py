"""What is to be seen in a received picture: the room, the person, the background.

Pictures are (height, width, 3) uint8 RGB at any size of the clip's own shape.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .clip import Clip, Picture

GREENNESS = 70
"""Green stands at least 94 of 255 above red and blue in every pixel of the clip's room, and at most 4 in the
person. A pixel counts as room from about two thirds of room on."""
ROOM_SHOWN = 0.01
"""The room fills 0.65 of the clip. Behind a good soft matte 0.001 of a picture is left of it, in hair and on
outlines; from this share on, the room is shown."""
SAME_BACKGROUND = 12.0
"""Mean difference of levels up to which two pictures are the same background, VP8 and 4:2:0 between them."""
SAME_PERSON = 0.75
"""Correlation from which what stands there is the clip's person; mirrored she reaches about 0.5."""


def room_fraction(picture: Picture) -> float:
    """Return the share of pixels, 0..1, that have the colour of the clip's room."""
    red, green, blue = (picture[..., channel].astype(np.int16) for channel in range(3))
    return float((green - np.maximum(red, blue) > GREENNESS).mean())


def room_shown(picture: Picture) -> bool:
    """Whether more of the room is seen than a soft matte leaves of it."""
    return room_fraction(picture) > ROOM_SHOWN


def likeness(picture: Picture, clip: Clip) -> float:
    """Return the correlation, -1..1, of picture and clip where the person is; the best one over the sway."""
    return max(_likenesses(picture, clip))


def person_present(picture: Picture, clip: Clip) -> bool:
    """Whether the clip's person stands in the picture, the right way round."""
    return any(each > SAME_PERSON for each in _likenesses(picture, clip))


def background_difference(picture: Picture, background: Image.Image, clip: Clip | None = None) -> float:
    """Return the mean difference, 0..255, from the background fitted to cover, away from the person.

    Without a clip, nobody is expected and the whole picture is compared.
    """
    height, width = picture.shape[:2]
    fitted = ImageOps.fit(background.convert("RGB"), (width, height), Image.Resampling.BILINEAR)
    difference = np.abs(picture.astype(np.float32) - np.asarray(fitted, np.float32)).mean(-1)
    if clip is None:
        return float(difference.mean())
    return float(difference[away_from_person(clip, width, height)].mean())


@lru_cache
def away_from_person(clip: Clip, width: int, height: int) -> NDArray[np.bool_]:
    """Return where the person is not, however she sways: True with a margin of a sixteenth of the width."""
    reach = width // 16
    alpha = _sized(clip.person, width, height) > 0
    spread = np.zeros_like(alpha)
    for aside in range(-reach, reach + 1):
        spread |= np.roll(alpha, aside, axis=1)
    for down in range(1, reach):
        spread[:-down] |= spread[down:]
    return ~spread


def _likenesses(picture: Picture, clip: Clip) -> Iterator[float]:
    """Yield the correlation with each way in which the person may stand, upright in the middle first."""
    seen = [np.roll(picture, -down, axis=0) for down in (0, -1, 1)]
    height, width = picture.shape[:2]
    for mask, wanted in _stances(clip, width, height):
        for moved in seen:
            yield _correlation(wanted, moved[mask].astype(np.float32))


@lru_cache
def _stances(clip: Clip, width: int, height: int) -> list[tuple[NDArray[np.bool_], NDArray[np.float32]]]:
    """Return where the person is and what is seen of her there, for each place to which she may sway."""
    still = _sized(clip.still, width, height).astype(np.float32)
    alpha = _sized(clip.person, width, height)
    reach = max(2, width // 40)
    stances = []
    for aside in sorted(range(-reach, reach + 1), key=abs):
        mask = np.roll(alpha, aside, axis=1) > 250
        mask[:, :reach] = mask[:, -reach:] = False
        stances.append((mask, np.roll(still, aside, axis=1)[mask]))
    return stances


def _sized(picture: Picture, width: int, height: int) -> Picture:
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BOX))


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    if one.std() < 1 or other.std() < 1:
        return 0.0
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum()) / float(np.sqrt((one * one).sum() * (other * other).sum()))
