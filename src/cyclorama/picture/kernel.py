"""The kernel's WebAssembly in wasmtime: calls and memory."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import wasmtime

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAGE = 65536

T = TypeVar("T", np.uint8, np.uint16, np.int16, np.int32, np.float32)


@cache
def _compiled() -> tuple[wasmtime.Engine, wasmtime.Module]:
    engine = wasmtime.Engine()
    wasm = files(__package__).joinpath("kernel.wasm").read_bytes()
    return engine, wasmtime.Module(engine, wasm)


class _Span:
    """Memory as NumPy's array interface describes it. The array made of it keeps the store alive."""

    def __init__(
        self, owner: wasmtime.Store, address: int, shape: tuple[int, ...], kind: np.dtype[T]
    ) -> None:
        self._owner = owner
        self.__array_interface__ = {
            "version": 3,
            "data": (address, False),
            "shape": shape,
            "typestr": kind.str,
        }


class Kernel:
    """One instance of `kernel.wasm`, with a memory of its own. Not to be shared between threads.

    The functions are those of `kernel/kernel.h` and `kernel/steps.h`; addresses are bytes into the memory.
    """

    def __init__(self) -> None:
        engine, module = _compiled()
        self._store = wasmtime.Store(engine)
        exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._functions = {name: item for name, item in exports.items() if isinstance(item, wasmtime.Func)}
        memory = exports["memory"]
        if not isinstance(memory, wasmtime.Memory):
            raise TypeError("kernel.wasm exports no memory; run scripts/kernel")
        self._memory = memory

    def call(self, function: str, *arguments: float) -> int:
        """Call a function of the kernel; return what it gives, 0 if nothing."""
        return self._functions[function](self._store, *arguments) or 0

    def reserve(self, end: int) -> None:
        """Make sure that all bytes below address `end` are there. Views made before may go stale."""
        missing = end - self._memory.data_len(self._store)
        if missing > 0:
            self._memory.grow(self._store, -(-missing // PAGE))

    def view(self, address: int, shape: tuple[int, ...], dtype: type[T]) -> NDArray[T]:
        """Look at memory as an array, without a copy. The array keeps the memory alive."""
        kind: np.dtype[T] = np.dtype(dtype)
        size = int(np.prod(shape)) * kind.itemsize
        if address < 0 or address + size > self._memory.data_len(self._store):
            raise IndexError("beyond the kernel's memory; call reserve first")
        base = ctypes.addressof(self._memory.data_ptr(self._store).contents)
        return np.asarray(_Span(self._store, base + address, shape, kind))
