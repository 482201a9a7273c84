"""The package's models in LiteRT, and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cyclorama.matting import Model, models

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARPNESS = 1.5
"""Of the sigmoid over six logits; as in the kernel."""


class Runner:
    """A model that runs; `model` says what it takes."""

    def __init__(self, name: str) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.model: Model = models()[name]
        self._interpreter = Interpreter(model_content=self.model.read(), num_threads=2)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def answer(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the model's output, (height, width, channels), for its input, (height, width, 3)."""
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        given: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return given.reshape(self.model.height, self.model.width, self.model.channels)


def confidence(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how surely each pixel is a person, (height, width), 0 to 1, of either kind of output."""
    if answer.shape[-1] == 1:
        return np.clip(answer[..., 0], 0, 1)
    return np.asarray(1 / (1 + np.exp(-SHARPNESS * (answer[..., 1:].max(-1) - answer[..., 0]))), np.float32)
