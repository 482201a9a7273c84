"""Ways from a model's answer to the alpha and the composite of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from unittest import mock

import numpy as np
import wasmtime
from bench.quality.camera import rgb_of
from bench.quality.models import confidence
from PIL import Image

from cyclorama.picture import Compositor, Look, kernel

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cyclorama.matting import Model
    from cyclorama.picture import Frame

    Plane = NDArray[np.float32]
    Colour = tuple[int, int, int]

BLACK, WHITE = 16, 235
LATE = 3
"""Frames at 30 a second: what the multiclass model takes on one core, 100 ms."""
NEUTRAL = {"wrap": 0.0, "match": 0.0, "contact": 0.0}
"""Fields of the look that add to a composite on purpose, which would count as an error."""


class Method(Protocol):
    """One way; a new one for each clip."""

    def take(self, frame: Frame, answer: NDArray[np.float32]) -> Plane:
        """Return the alpha, (height, width), 0 to 1, of the next frame."""
        ...

    def over(self, background: Colour) -> Plane:
        """Return the last frame's composite, (height, width, 3) RGB, 0 to 1."""
        ...


class Enlarged:
    """The model's confidence enlarged (bilinear), between two levels; camera pixels as they are."""

    def __init__(self, low: float = 0.0, high: float = 1.0) -> None:
        self._low, self._high = low, high

    def take(self, frame: Frame, answer: NDArray[np.float32]) -> Plane:
        """See `Method`."""
        small = Image.fromarray(np.ascontiguousarray(confidence(answer), np.float32))
        large = np.asarray(small.resize((frame.width, frame.height), Image.Resampling.BILINEAR))
        self._alpha = np.asarray(np.clip((large - self._low) / (self._high - self._low), 0, 1), np.float32)
        self._seen = rgb_of(frame).astype(np.float32) / 255
        return self._alpha

    def over(self, background: Colour) -> Plane:
        """See `Method`."""
        alpha = self._alpha[..., None]
        return np.asarray(
            self._seen * alpha + np.array(background, np.float32) / 255 * (1 - alpha), np.float32
        )


class Kernel:
    """The product's compositor as it is; alpha is solved from what it gives over black and over white."""

    def __init__(self, model: Model, look: Look, wasm: Path | None = None) -> None:
        with mock.patch.object(kernel, "_compiled", return_value=compiled(wasm)):
            self.compositor = Compositor(model, look)

    def take(self, frame: Frame, answer: NDArray[np.float32]) -> Plane:
        """See `Method`."""
        self.compositor.take_frame(frame)
        self._take_matte(answer)
        lumas = []
        for colour in ((0, 0, 0), (255, 255, 255)):
            self.compositor.set_colour(*colour)
            lumas.append(self.compositor.composite().planes[0].astype(np.float32))
        return np.clip(1 - (lumas[1] - lumas[0]) / (WHITE - BLACK), 0, 1)

    def _take_matte(self, answer: NDArray[np.float32]) -> None:
        self.compositor.take_matte(answer)

    def over(self, background: Colour) -> Plane:
        """See `Method`."""
        self.compositor.set_colour(*background)
        return np.asarray(rgb_of(self.compositor.composite()).astype(np.float32) / 255, np.float32)


class Carried(Kernel):
    """The product's compositor with a model that is slower than the camera, as the live engine runs it.

    An answer comes LATE frames after its frame, which is when the model begins with the next one; each frame
    in between has the last matte, carried by motion. The first one is waited for.
    """

    def __init__(self, model: Model, look: Look) -> None:
        super().__init__(model, look)
        self._asked: NDArray[np.float32] | None = None
        self._since = 0

    def _take_matte(self, answer: NDArray[np.float32]) -> None:
        self._since += 1
        if self._asked is None:
            self.compositor.take_matte(answer)
        elif self._since < LATE:
            self.compositor.carry_matte()
            return
        else:
            self.compositor.take_matte(self._asked)
        self.compositor.send_frame()
        self._asked, self._since = answer.copy(), 0


class Finished(Kernel):
    """The same with mattes that are steady already, in place of a model's answers."""

    def _take_matte(self, answer: NDArray[np.float32]) -> None:
        self.compositor.put_matte(answer)


_modules: dict[Path | None, tuple[wasmtime.Engine, wasmtime.Module]] = {}


def compiled(wasm: Path | None) -> tuple[wasmtime.Engine, wasmtime.Module]:
    """Return the kernel in a file, compiled once; without a file the package's own."""
    if wasm not in _modules:
        if wasm is None:
            _modules[wasm] = _compile()
        else:
            engine = wasmtime.Engine()
            _modules[wasm] = engine, wasmtime.Module(engine, wasm.read_bytes())
    return _modules[wasm]


_compile = kernel._compiled
