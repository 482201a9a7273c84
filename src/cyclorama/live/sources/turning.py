"""Frames as they are to be shown: phones film lying on their side, and say so beside the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from av.sidedata.sidedata import Type

if TYPE_CHECKING:
    from collections.abc import Iterable

    import av
    from av.sidedata.sidedata import SideData
    from numpy.typing import NDArray

    from cyclorama.picture import Frame


class Turn(NamedTuple):
    """How samples are put in place: across the diagonal first, then mirrored."""

    transposed: bool = False
    left_right: bool = False
    upside_down: bool = False


def turn_of(frame: av.VideoFrame) -> Turn:
    """Return the quarter turn or mirroring that the frame's display matrix asks for, the nearest one.

    The matrix (ISO/IEC 14496-12, 6.2.2) maps a sample's place: `x' = a x + c y`, `y' = b x + d y`.
    """
    for side in cast("Iterable[SideData]", frame.side_data):
        if side.type is Type.DISPLAYMATRIX:
            a, b, _, c, d = (int(value) for value in np.frombuffer(bytes(side), np.int32)[:5])
            if abs(b) + abs(c) > abs(a) + abs(d):
                return Turn(True, c < 0, b < 0)
            return Turn(False, a < 0, d < 0)
    return Turn()


def turned(frame: Frame, turn: Turn) -> Frame:
    """Return the frame turned; the same one where there is nothing to do."""
    if turn == Turn():
        return frame
    return replace(frame, planes=tuple(_turned(plane, turn) for plane in frame.planes))


def _turned(plane: NDArray[np.uint8], turn: Turn) -> NDArray[np.uint8]:
    if turn.transposed:
        plane = plane.swapaxes(0, 1)
    if turn.left_right:
        plane = plane[:, ::-1]
    if turn.upside_down:
        plane = plane[::-1]
    return np.ascontiguousarray(plane)
