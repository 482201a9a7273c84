"""What the package's models answer, as one confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARPNESS = 1.5
"""Of the sigmoid over six logits; as in the kernel."""


def confidence(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how surely each pixel is a person, (height, width), 0 to 1, of either kind of output."""
    if answer.shape[-1] == 1:
        return np.clip(answer[..., 0], 0, 1)
    return np.asarray(1 / (1 + np.exp(-SHARPNESS * (answer[..., 1:].max(-1) - answer[..., 0]))), np.float32)
