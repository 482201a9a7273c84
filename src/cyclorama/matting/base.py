"""The seam of matting: a picture becomes a matte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cyclorama.picture import ModelInput


@runtime_checkable
class Matter(Protocol):
    """Runs a segmentation model. One instance serves one stream, in one thread at a time.

    One that computes in this process and never hangs may say `inline = True`: then the live engine runs it
    without a thread of its own where it is quick.
    """

    @property
    def name(self) -> str:
        """What people call it, for example "landscape"."""

    @property
    def model(self) -> ModelInput:
        """What it takes and gives: sizes, normalisation, channels."""

    def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the model's answer for its input.

        Args:
            picture: (height, width, 3), `(rgb - mean) / scale`; it may change after the call.

        Returns:
            (height, width, channels); it holds until the next call.
        """

    def close(self) -> None:
        """Let go of what it holds, also twice."""
