"""The pixel kernel's Python face: frames, looks, and the compositor that puts a person before a background.

All work on pixels is done by `kernel.wasm`, compiled from `kernel/` in the repository; the studio page runs
the same file. What each step means is written down in `tests/picture/reference.py`.
"""

from cyclorama.picture.compositor import Compositor, ModelInput
from cyclorama.picture.frame import Format, Frame, Matrix
from cyclorama.picture.look import Look

__all__ = ["Compositor", "Format", "Frame", "Look", "Matrix", "ModelInput"]
