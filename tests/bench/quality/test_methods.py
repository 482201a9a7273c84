"""What is judged is what the product gives."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest
from bench.quality.camera import frame_of
from bench.quality.methods import NEUTRAL, Enlarged, Kernel
from bench.quality.report import average

from cyclorama.matting import models
from cyclorama.picture import Look

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.unit

MODEL = models()["landscape"]
FRAME = frame_of(np.full((144, 256, 3), 90, np.uint8))
LOOK = replace(Look(), **NEUTRAL)


def half() -> NDArray[np.float32]:
    answer = np.zeros((MODEL.height, MODEL.width, 1), np.float32)
    answer[:, MODEL.width // 2 :] = 1
    return answer


def test_the_kernels_alpha_is_solved_from_black_and_white() -> None:
    kernel = Kernel(MODEL, LOOK)
    alpha = kernel.take(FRAME, half())
    assert (alpha[:, :100] == 0).all()
    assert (alpha[:, -100:] == 1).all()
    composite = kernel.over((0, 80, 200))
    assert composite[:, :100].mean((0, 1)) * 255 == pytest.approx((0, 80, 200), abs=3)
    assert composite[:, -100:].mean((0, 1)) * 255 == pytest.approx((90, 90, 90), abs=3)


def test_another_file_of_the_kernel_is_loaded(tmp_path: Path) -> None:
    copy = tmp_path / "other.wasm"
    copy.write_bytes(files("cyclorama.picture").joinpath("kernel.wasm").read_bytes())
    alphas = [Kernel(MODEL, LOOK, wasm).take(FRAME, half()) for wasm in (None, copy)]
    assert (alphas[0] == alphas[1]).all()
    copy = tmp_path / "none.wasm"
    copy.write_bytes(b"\0asm\1\0\0\0")
    with pytest.raises(KeyError):
        Kernel(MODEL, LOOK, copy)


def test_the_baseline_enlarges_evenly_and_cuts_at_levels() -> None:
    ramp = np.tile(np.linspace(0, 1, MODEL.width, dtype=np.float32), (MODEL.height, 1))[..., None]
    large = frame_of(np.zeros((288, 512, 3), np.uint8))
    alpha = Enlarged().take(large, ramp)
    assert alpha.shape == (288, 512)
    assert np.abs(np.diff(alpha[100, 2:-2], n=2)).max() < 1e-4
    cut = Enlarged(0.25, 0.75).take(large, ramp)
    assert cut == pytest.approx(np.clip((alpha - 0.25) * 2, 0, 1), abs=1e-5)


def test_an_average_takes_the_lag_without_its_sign() -> None:
    assert average([{"MAD": 1, "lag": -0.5}, {"MAD": 3, "lag": 0.5}, {"MAD": 5}]) == {"MAD": 3, "lag": 0.5}
