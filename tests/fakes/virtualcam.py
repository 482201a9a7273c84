"""A virtual camera that keeps what it is given, in pyvirtualcam's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FakeCamera:
    """Stands for `pyvirtualcam.Camera`; `made` are all there are, `trouble` keeps it shut."""

    made: list[FakeCamera]
    trouble: str

    def __init__(
        self,
        width: int,
        height: int,
        fps: float,
        *,
        fmt: Any = None,
        device: str | None = None,
        backend: str | None = None,
        print_fps: bool = False,
        **kw: Any,
    ) -> None:
        if self.trouble:
            raise RuntimeError(self.trouble)
        self.width, self.height, self.fps, self.fmt = width, height, fps, fmt
        self.device = device or "/dev/video9"
        self.frames: list[NDArray[np.uint8]] = []
        self.closed = False
        self.made.append(self)

    def send(self, frame: NDArray[np.uint8]) -> None:
        if self.closed:
            raise RuntimeError("closed")
        assert frame.size == self.width * self.height * 3 // 2
        self.frames.append(frame.copy())

    def close(self) -> None:
        self.closed = True
