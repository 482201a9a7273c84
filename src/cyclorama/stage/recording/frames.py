"""From the packets of one frame to the frame as a file holds it.

Each codec has a `Depacketizer`: it takes the RTP payloads of one frame (all of them, in order, none empty)
and raises `ValueError` for what is no whole frame, however a publisher broke it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """What a Matroska track says of its pictures: size in pixels, and the codec's own header."""

    width: int
    height: int
    private: bytes = b""


@dataclass(frozen=True)
class Frame:
    """An encoded frame, as Matroska stores it.

    Attributes:
        data: its bytes.
        key: whether decoding can begin with it.
        look: of a picture that is a key frame.
    """

    data: bytes
    key: bool
    look: Look | None = None


Depacketizer = Callable[[Sequence[bytes]], Frame]
