"""Model inputs with a person in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cyclorama.live.sources.person import PERSON

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.matting import Model


def inputs(model: Model, count: int) -> list[NDArray[np.float32]]:
    """(height, width, 3) each: the person before a plain room, here and there."""
    made = []
    with Image.open(PERSON) as file:
        person = file.convert("RGBA")
    for i in range(count):
        room = Image.new("RGB", (640, 480), (70 + 40 * i, 110, 140 - 30 * i))
        size = int(640 * (0.6 + 0.1 * i)), int(480 * (0.7 + 0.1 * i))
        room.paste(person.resize(size), (60 * i, 480 - size[1]), person.resize(size))
        rgb = np.asarray(room.resize((model.width, model.height)), np.float32)
        made.append(((rgb - model.mean) / model.scale).astype(np.float32))
    return made


def confidence(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """How surely each pixel is a person, as the kernel makes it of either kind of answer."""
    if answer.shape[-1] == 1:
        return answer[..., 0]
    margin = np.clip(answer[..., 1:].max(-1) - answer[..., 0], -20, 20)
    return np.asarray(1 / (1 + np.exp(-1.5 * margin)), np.float32)
