"""A kernel's memory as NumPy arrays."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

T = TypeVar("T", np.uint8, np.uint16, np.int16, np.int32, np.float32)


class Span:
    """Memory as NumPy's array interface describes it. The array made of it keeps the owner alive."""

    def __init__(self, owner: object, address: int, shape: tuple[int, ...], kind: np.dtype[T]) -> None:
        self._owner = owner
        self.__array_interface__ = {
            "version": 3,
            "data": (address, False),
            "shape": shape,
            "typestr": kind.str,
        }
