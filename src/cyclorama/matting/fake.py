"""A matter for tests: it needs no model file and no LiteRT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cyclorama.matting import Model, models

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FakeMatter:
    """A `Matter` that sees a person wherever red is stronger than green.

    Attributes:
        asked: how many pictures it was given.
    """

    name = "fake"
    inline = True

    def __init__(self) -> None:
        self.model: Model = models()["landscape"]
        self.asked = 0

    def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return 1 where red is stronger than green, else 0: (height, width, 1)."""
        self.asked += 1
        return (picture[..., :1] > picture[..., 1:2]).astype(np.float32)

    def close(self) -> None:
        """Do nothing."""
