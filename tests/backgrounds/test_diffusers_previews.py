from __future__ import annotations

import numpy as np
import pytest

from cyclorama.backgrounds.diffusers.previews import FLUX, SD, preview

pytestmark = pytest.mark.unit

WIDE = 16 / 9


def latents(colour: tuple[float, float, float], factors: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """Return latents, 64x36, that the factors turn into `colour`, from -1 to 1."""
    channels, *_ = np.linalg.lstsq(np.asarray(factors).T, np.asarray(colour), rcond=None)
    return np.broadcast_to(channels[:, None, None], (len(factors), 36, 64)).astype(np.float32)


def test_latents_become_a_small_picture_of_their_colours() -> None:
    image = preview("StableDiffusionPipeline", latents((0.5, 0.0, -0.5), SD), WIDE)
    assert image is not None
    assert image.size == (64, 36)
    assert image.getpixel((5, 5)) == pytest.approx((191, 127, 63), abs=2)


def test_the_packed_latents_of_flux_are_unpacked() -> None:
    plain = latents((0.0, 0.0, 0.0), FLUX).copy()
    plain[:, :, :32] = latents((0.3, 0.3, 0.3), FLUX)[:, :, :32]
    packed = plain.reshape(16, 18, 2, 32, 2).transpose(1, 3, 0, 2, 4).reshape(18 * 32, 64)
    image, again = preview("FluxPipeline", packed, WIDE), preview("ZImagePipeline", plain, WIDE)
    assert image is not None
    assert again is not None
    assert image.tobytes() == again.tobytes()
    left, right = np.split(np.asarray(image), 2, axis=1)
    assert left.mean() > right.mean() + 20


def test_a_preview_is_at_most_320_a_side() -> None:
    image = preview("StableDiffusionXLPipeline", np.zeros((4, 200, 640), np.float32), 3.2)
    assert image is not None
    assert image.size == (320, 100)


@pytest.mark.parametrize(("pipeline", "channels"), [("SanaPipeline", 32), ("StableDiffusionPipeline", 9)])
def test_latents_that_nobody_knows_give_none(pipeline: str, channels: int) -> None:
    assert preview(pipeline, np.zeros((channels, 8, 8), np.float32), 1.0) is None


def test_numbers_that_ran_over_do_not_stop_the_painting() -> None:
    assert preview("StableDiffusionPipeline", np.full((4, 8, 8), np.nan, np.float32), 1.0) is not None
