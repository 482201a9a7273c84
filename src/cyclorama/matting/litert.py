"""The package's models in LiteRT, on the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama import extras
from cyclorama.errors import NotFound, instead
from cyclorama.matting import Model, models
from cyclorama.matting.quiet import quiet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEAVY = "multiclass"


class LiteRT:
    """A `Matter` that runs one of the package's models.

    Args:
        name: "landscape", "square" or "multiclass".
        threads: processor cores that one picture may use; None: as many as help, 2 for multiclass, 1 for the
            others.

    Raises:
        NotFound: there is no such model.
        MissingExtra: LiteRT is not installed.
    """

    inline = True

    def __init__(self, name: str = "landscape", threads: int | None = None) -> None:
        if name not in (known := models()):
            raise NotFound(f"There is no model {name!r}. {instead(name, known)}")
        extras.require("live", "Matting without a browser")
        from ai_edge_litert.interpreter import Interpreter

        self.name = name
        self.model: Model = known[name]
        with quiet():
            self._interpreter = Interpreter(
                model_content=self.model.read(), num_threads=threads or (2 if name == HEAVY else 1)
            )
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the model's answer, (height, width, channels), for its input, (height, width, 3)."""
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        given: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return given.reshape(self.model.height, self.model.width, self.model.channels)

    def close(self) -> None:
        """Let go of the model; `matte` must not be called afterwards."""
        self._interpreter = None
