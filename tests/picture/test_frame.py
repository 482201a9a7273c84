from __future__ import annotations

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest
from cyclorama.picture import Format, Frame

pytestmark = pytest.mark.unit


def test_odd_sizes_have_chroma_rounded_up() -> None:
    frame = Frame((np.zeros((5, 3), np.uint8), np.zeros((3, 2), np.uint8), np.zeros((3, 2), np.uint8)))
    assert (frame.width, frame.height) == (3, 5)


@pytest.mark.parametrize(
    ("shapes", "format"),
    [
        ([(4, 4), (2, 2)], Format.I420),
        ([(5, 5), (2, 2), (2, 2)], Format.I420),
        ([(4, 4), (2, 4)], Format.NV12),
        ([(4, 4, 3)], Format.RGBA),
        ([(0, 0), (0, 0), (0, 0)], Format.I420),
    ],
)
def test_planes_that_do_not_fit_are_refused(shapes: list[tuple[int, ...]], format: Format) -> None:  # noqa: A002
    with pytest.raises(InvalidRequest, match="planes"):
        Frame(tuple(np.zeros(shape, np.uint8) for shape in shapes), format)


def test_other_depths_are_refused() -> None:
    wide = np.zeros((2, 2), np.uint16)
    with pytest.raises(InvalidRequest, match="8 bits"):
        Frame((wide, wide[:1, :1], wide[:1, :1]))  # type: ignore[arg-type]
