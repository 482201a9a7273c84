"""The kernel as this machine's own code: the same bytes as the WebAssembly."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cyclorama.errors import InvalidSetting, MissingExtra, Unavailable
from cyclorama.picture import Compositor, Format, Look, native
from cyclorama.picture.kernel import Kernel, open_kernel
from cyclorama.picture.native import NativeKernel
from tests.golden.play import flat
from tests.picture import samples
from tests.picture.samples import Input
from tests.picture.test_golden import BLOB, CASES, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(sys.platform == "win32", reason="the native kernel is for Linux and macOS"),
]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Built once for this module, and not into the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "user_cache_path", lambda *_, **__: folder)
        native.build.cache_clear()
        yield folder
    native.build.cache_clear()


@pytest.fixture
def _native(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_KERNEL", "native")


@pytest.mark.usefixtures("_native")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_cases(case: dict[str, Any]) -> None:
    assert isinstance(Compositor(Input())._kernel, NativeKernel)
    expect(case, BLOB)


@pytest.mark.parametrize(
    ("size", "format", "look"),
    [
        ((641, 479), Format.I420, Look()),
        ((127, 33), Format.NV12, Look(scale=1.3, x=0.2, mirror=1, blur=1, bokeh=1)),
        ((64, 48), Format.RGBA, Look(key=1, softness=0, wrap=1, match=1)),
        ((3, 5), Format.BGRA, Look(despill=0, contact=1)),
    ],
)
def test_equal_bytes(
    size: tuple[int, int],
    format: Format,  # noqa: A002 (the field's word)
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of all that a stream does, six logits and a carried matte among it."""
    given = []
    for kind in ("wasm", "native"):
        monkeypatch.setenv("CYCLORAMA_KERNEL", kind)
        given.append(list(_stream(size, format, look)))
    for wasm, machine in zip(*given, strict=True):
        np.testing.assert_array_equal(wasm, machine)


def _stream(size: tuple[int, int], format: Format, look: Look) -> Iterator[np.ndarray[Any, Any]]:  # noqa: A002
    model = Input(channels=6)
    compositor = Compositor(model, look)
    random = np.random.default_rng(3)
    for number in range(6):
        yield compositor.take_frame(samples.frame(*size, format, seed=number // 2)).copy()
        if number == 1:
            compositor.set_picture(samples.picture(200, 90))
        if number == 2:
            compositor.set_blur()
        if number in (0, 3):
            compositor.send_frame()
        if number in (1, 2, 5):
            logits = random.normal(0, 2, (model.height, model.width, 6)).astype(np.float32)
            logits[..., 0] -= 6 * samples.person(model)
            compositor.take_matte(logits)
        else:
            compositor.carry_matte()
        yield compositor.matte.copy()
        yield flat(compositor.composite(0.4 if number == 3 else 1.0))
        yield compositor.alpha


def test_streams_have_memories_of_their_own() -> None:
    one, other = NativeKernel(), NativeKernel()
    look = one.view(one.call("look"), (1,), np.float32)
    look[:] = 0.25
    assert other.view(other.call("look"), (1,), np.float32)[0] == 0.5


def test_an_array_keeps_its_memory() -> None:
    kernel = NativeKernel()
    array = kernel.view(64, (1000,), np.uint8)
    array[:] = 7
    del kernel
    gc.collect()
    assert array.sum() == 7000


def test_what_is_beyond_is_refused() -> None:
    kernel = NativeKernel()
    with pytest.raises(IndexError):
        kernel.view(native.ARENA - 8, (9,), np.uint8)
    with pytest.raises(MemoryError):
        kernel.reserve(native.ARENA + 1)


def test_threads_each_have_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_KERNEL", "native")
    results: list[list[np.ndarray[Any, Any]]] = []

    def work() -> None:
        results.append(list(_stream((64, 48), Format.I420, Look())))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in results[1:]:
        for one, another in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, another)


def test_it_is_built_once(cache: Path) -> None:
    NativeKernel()
    assert [file.suffix for file in cache.iterdir()] == [".so"]  # neither scraps nor copies are left


def test_the_usual_kernel_is_webassembly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CYCLORAMA_KERNEL", raising=False)
    assert isinstance(open_kernel(), Kernel)


def test_another_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_KERNEL", "nativ")
    with pytest.raises(InvalidSetting, match="wasm, native"):
        open_kernel()


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "find_spec", lambda _: None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(MissingExtra, match="pip install ziglang"):
        native._compiler()


def test_without_the_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(native, "SOURCES", (tmp_path,))
    with pytest.raises(MissingExtra, match="Unset CYCLORAMA_KERNEL"):
        native.source.__wrapped__()


def test_a_compiler_that_fails_is_quoted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('disk full')"]
    with pytest.raises(Unavailable, match="disk full"):
        native._compile(command, tmp_path / "kernel.so")
    assert not list(tmp_path.iterdir())
