"""The kernel: its calls and its memory. The usual one is WebAssembly, in wasmtime."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import numpy as np
import wasmtime

from cyclorama.errors import InvalidSetting
from cyclorama.picture.memory import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.picture.memory import T

PAGE = 65536
KINDS = ("wasm", "native")


class AnyKernel(Protocol):
    """One instance of the kernel, with a memory of its own. Not to be shared between threads.

    The functions are those of `kernel/kernel.h` and `kernel/steps.h`; addresses are bytes into the memory.
    """

    def call(self, function: str, *arguments: float) -> int:
        """Call a function of the kernel; return what it gives, 0 if nothing."""

    def reserve(self, end: int) -> None:
        """Make sure that all bytes below address `end` are there. Views made before may go stale."""

    def view(self, address: int, shape: tuple[int, ...], dtype: type[T]) -> NDArray[T]:
        """Look at memory as an array, without a copy. The array keeps the memory alive.

        Raises:
            IndexError: it is not there.
        """


def open_kernel(kind: str = "") -> AnyKernel:
    """Return a new instance: "wasm", or "native"; else what `CYCLORAMA_KERNEL` says, else WebAssembly.

    Raises:
        InvalidSetting: there is no such kernel.
        MissingExtra, Unavailable: the native one cannot be built here.
    """
    kind = kind or os.environ.get("CYCLORAMA_KERNEL") or "wasm"
    if kind == "wasm":
        return Kernel()
    if kind != "native":
        raise InvalidSetting(f"There is no kernel {kind!r}. CYCLORAMA_KERNEL is one of: {', '.join(KINDS)}.")
    from cyclorama.picture.native import NativeKernel

    return NativeKernel()


@cache
def _compiled() -> tuple[wasmtime.Engine, wasmtime.Module]:
    engine = wasmtime.Engine()
    wasm = files(__package__).joinpath("kernel.wasm").read_bytes()
    return engine, wasmtime.Module(engine, wasm)


class Kernel:
    """`kernel.wasm`: the same on every machine, and nothing to build."""

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
        """See `AnyKernel`."""
        return self._functions[function](self._store, *arguments) or 0

    def reserve(self, end: int) -> None:
        """See `AnyKernel`."""
        missing = end - self._memory.data_len(self._store)
        if missing > 0:
            self._memory.grow(self._store, -(-missing // PAGE))

    def view(self, address: int, shape: tuple[int, ...], dtype: type[T]) -> NDArray[T]:
        """See `AnyKernel`."""
        kind: np.dtype[T] = np.dtype(dtype)
        size = int(np.prod(shape)) * kind.itemsize
        if address < 0 or address + size > self._memory.data_len(self._store):
            raise IndexError("beyond the kernel's memory; call reserve first")
        base = ctypes.addressof(self._memory.data_ptr(self._store).contents)
        return np.asarray(Span(self._store, base + address, shape, kind))
