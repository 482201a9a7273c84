"""The kernel's source as a library of this machine's own code: the same bytes, in less time.

It is built at the first use, into the user's cache folder, by ziglang or the system's C compiler, and built
anew when its source, the compiler or the processor is another.
"""

from __future__ import annotations

import _ctypes
import ctypes
import hashlib
import mmap
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import weakref
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from platformdirs import user_cache_path

from cyclorama.errors import MissingExtra, Unavailable
from cyclorama.picture.memory import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cyclorama.picture.memory import T

HERE = Path(__file__).parent
SOURCES = (HERE / "kernel", HERE.parents[2] / "kernel")
"""In the wheel, and in a checkout."""
ARENA = 1 << 30
"""Addresses of one instance, in bytes: far more than any picture needs. Only what is used takes memory."""
FLAGS = [
    *(
        "-std=c11",
        "-O3",
        "-g0",
        "-shared",
        "-fPIC",
        "-fvisibility=hidden",
        "-include",
        str(HERE / "native.h"),
    ),
    # Equal bytes: no fused multiply-add; what wraps around in WebAssembly does so here.
    *("-ffp-contract=off", "-fno-math-errno", "-fwrapv"),
]
ZIG = ["-fno-strict-float-cast-overflow", "-fno-sanitize=all"]
NORESERVE = 0x4000 if sys.platform == "linux" else 0


class _Arena:
    """One instance's library and memory; both go with the last array that looks into them."""

    def __init__(self, library: Path) -> None:
        # A library that is loaded twice has its variables once; a copy has its own.
        with tempfile.NamedTemporaryFile(dir=library.parent, suffix=library.suffix, delete=False) as file:
            copy = Path(file.name)
        try:
            shutil.copyfile(library, copy)
            self.library = ctypes.CDLL(str(copy))
        finally:
            copy.unlink()
        self.memory = mmap.mmap(-1, ARENA, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NORESERVE)
        self.base = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        ctypes.c_void_p.in_dll(self.library, "heap").value = self.base
        weakref.finalize(self, _ctypes.dlclose, self.library._handle)


class NativeKernel:
    """The kernel as this machine's own code. Structs that have pointers are those of this machine.

    Raises:
        MissingExtra: there is no compiler, or no source.
        Unavailable: it cannot be built here.
    """

    def __init__(self) -> None:
        self._arena = _Arena(build())
        self._functions = {name: self._bind(name, *types) for name, types in _prototypes().items()}
        self._look = self.call("look")

    def call(self, function: str, *arguments: float) -> int:
        """See `AnyKernel`."""
        return self._functions[function](*arguments)

    def reserve(self, end: int) -> None:
        """See `AnyKernel`."""
        if end > ARENA:
            raise MemoryError(f"A picture this large does not fit: it takes {end} bytes.")

    def view(self, address: int, shape: tuple[int, ...], dtype: type[T]) -> NDArray[T]:
        """See `AnyKernel`."""
        kind: np.dtype[T] = np.dtype(dtype)
        size = int(np.prod(shape)) * kind.itemsize
        if not 0 <= address <= ARENA - size and address != self._look:
            raise IndexError("beyond the kernel's memory; call reserve first")
        return np.asarray(Span(self._arena, self._arena.base + address, shape, kind))

    def _bind(self, name: str, result: str, parameters: tuple[str, ...]) -> Callable[..., int]:
        """Return a function that takes and gives addresses as the face has them."""
        function, base = getattr(self._arena.library, name), self._arena.base
        function.argtypes = [_TYPES[each] for each in parameters]
        function.restype = _TYPES[result]
        pointers = [i for i, each in enumerate(parameters) if each == "*"]

        def call(*given: Any) -> int:
            if pointers:
                arguments = list(given)
                for i in pointers:
                    arguments[i] = base + given[i]
                given = tuple(arguments)
            answer = function(*given) or 0
            return answer - base if result == "*" else answer

        return call


_TYPES = {
    "*": ctypes.c_void_p,
    "float": ctypes.c_float,
    "int": ctypes.c_int32,
    "uint": ctypes.c_uint32,
    "void": None,
}


def _kind(declaration: str) -> str:
    if "*" in declaration:
        return "*"
    word = declaration.replace("const ", "").split()[0]
    return {"float": "float", "void": "void", "uint32_t": "uint"}.get(word, "int")


@cache
def _prototypes() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Read from the headers what each function takes and gives."""
    text = "".join((source() / name).read_text("utf-8") for name in ("kernel.h", "steps.h"))
    found = re.findall(r"^EXPORT ([^;(]+?)(\w+)\(([^)]*)\);", text, re.MULTILINE)
    return {
        name: (_kind(result), tuple(_kind(each) for each in parameters.split(",") if each != "void"))
        for result, name, parameters in found
    }


@cache
def source() -> Path:
    """Return the folder of the kernel's source.

    Raises:
        MissingExtra: this installation has none.
    """
    for folder in SOURCES:
        if (folder / "kernel.h").is_file():
            return folder
    raise MissingExtra(
        "The native kernel is built from the kernel's source, which this installation does not have. "
        "Unset CYCLORAMA_KERNEL: the WebAssembly kernel gives the same pictures."
    )


def _compiler() -> list[str]:
    if find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc", "-mcpu=native", *ZIG]
    for name in ("clang", "gcc", "cc"):
        if found := shutil.which(name):
            native = "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"
            return [found, native]
    raise MissingExtra(
        "The native kernel needs a C compiler, and there is none. Install one with: pip install ziglang. "
        "Or unset CYCLORAMA_KERNEL: the WebAssembly kernel gives the same pictures."
    )


def _processor() -> str:
    """Return what tells one kind of processor from another: code for one may not run on another."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    lines = [
        line for line in text.splitlines() if line.startswith(("model name", "flags", "Features", "CPU part"))
    ]
    return f"{platform.machine()} {sorted(set(lines))}"


@cache
def build() -> Path:
    """Return the library, built now if it was not before.

    Raises:
        MissingExtra: there is no compiler, or no source.
        Unavailable: the compiler failed, or the machine is none that this works on.
    """
    if sys.platform == "win32":
        raise Unavailable(
            "The native kernel is for Linux and macOS. "
            "Unset CYCLORAMA_KERNEL: the WebAssembly kernel gives the same pictures."
        )
    files, compiler = sorted(source().glob("*.c")), _compiler()
    key = hashlib.sha256(repr((compiler, FLAGS, _processor())).encode())
    for file in (*files, *sorted(source().glob("*.h")), HERE / "native.h"):
        key.update(file.read_bytes())
    folder = user_cache_path("cyclorama", appauthor=False, ensure_exists=True)
    library = folder / f"kernel-{key.hexdigest()[:16]}.so"
    if not library.exists():
        _compile([*compiler, *FLAGS, *map(str, files)], library)
    return library


def _compile(command: list[str], library: Path) -> None:
    """Whoever builds at the same time gives the same file: the last one stays."""
    with tempfile.TemporaryDirectory(dir=library.parent) as folder:
        built = Path(folder, library.name)
        done = subprocess.run([*command, "-o", str(built)], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise Unavailable(
                "The native kernel could not be built: "
                f"{(done.stderr.strip().splitlines() or ['the compiler said nothing'])[0]}. "
                "Unset CYCLORAMA_KERNEL: the WebAssembly kernel gives the same pictures."
            )
        built.replace(library)
