from __future__ import annotations

import pytest
from PIL import Image

from cyclorama.backgrounds.fit import cover, nearest_ratio

pytestmark = pytest.mark.unit

RATIOS = [(21, 9), (16, 9), (3, 2), (5, 4), (1, 1), (4, 5), (2, 3), (9, 16), (9, 21)]


@pytest.mark.parametrize(
    ("size", "ratio"),
    [
        ((1280, 720), (16, 9)),
        ((640, 480), (5, 4)),
        ((480, 640), (4, 5)),
        ((64, 4096), (9, 21)),
        ((4096, 64), (21, 9)),
        ((1000, 1001), (1, 1)),
    ],
)
def test_the_ratio_that_loses_least_is_taken(size: tuple[int, int], ratio: tuple[int, int]) -> None:
    assert nearest_ratio(*size, RATIOS) == ratio


def test_among_sizes_of_one_ratio_the_nearest_in_area_is_taken() -> None:
    sizes = [(512, 512), (1024, 1024), (2048, 2048), (1536, 1024)]
    assert nearest_ratio(960, 960, sizes) == (1024, 1024)
    assert nearest_ratio(64, 64, sizes) == (512, 512)


@pytest.mark.parametrize("size", [(64, 64), (640, 480), (480, 640), (1280, 720), (4096, 64)])
def test_a_picture_is_cropped_not_stretched(size: tuple[int, int]) -> None:
    left = Image.new("RGB", (1024, 1024), "red")
    left.paste("blue", (512, 0, 1024, 1024))
    picture = cover(left, *size)
    assert (picture.size, picture.mode) == (size, "RGB")
    middle = size[0] // 2
    assert picture.getpixel((middle // 2, size[1] // 2)) == (255, 0, 0)
    assert picture.getpixel((middle + middle // 2, size[1] // 2)) == (0, 0, 255)


def test_a_square_stays_a_square() -> None:
    picture = Image.new("RGB", (100, 100))
    picture.paste("white", (25, 25, 75, 75))
    found = cover(picture, 60, 100).point(lambda value: 255 * (value > 127)).getbbox()
    assert found == (5, 25, 55, 75)


def test_other_kinds_of_pictures_become_rgb() -> None:
    assert cover(Image.new("RGBA", (10, 10), (1, 2, 3, 0)), 4, 4).mode == "RGB"
    assert cover(Image.new("L", (10, 10)), 4, 4).mode == "RGB"
