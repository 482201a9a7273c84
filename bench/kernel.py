"""What a frame costs in the pixel kernel, step by step, beside a float blend of RGB in NumPy: ms on one core.

python bench/kernel.py [runs]
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cyclorama.matting import models
from cyclorama.picture import Compositor, Format, Frame
from cyclorama.picture.frame import plane_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SIZES = (640, 480), (1280, 720), (1920, 1080)
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
MODEL = models()["landscape"]


def cost(work: Callable[[], object]) -> float:
    """Return the median time of `work`, in milliseconds."""
    times = []
    for _ in range(RUNS + 3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times[3:]) * 1000


def person() -> NDArray[np.float32]:
    """Return a confidence with a person of the usual size."""
    y, x = np.mgrid[: MODEL.height, : MODEL.width]
    inside = 1 - np.hypot((x / MODEL.width - 0.5) / 0.25, (y / MODEL.height - 0.75) / 0.5)
    return np.clip(0.5 + 6 * inside, 0, 1).astype(np.float32)


def in_numpy(width: int, height: int) -> float:
    """Blend RGB in floats, the matte made larger by Pillow; no conversion from or to YUV is counted."""
    random = np.random.default_rng(0)
    frame, background = random.integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    small = Image.fromarray(person())

    def blend() -> NDArray[np.uint8]:
        matte = np.asarray(small.resize((width, height), Image.Resampling.BILINEAR))
        alpha = np.clip((matte - 0.3) / 0.6, 0, 1)[..., None]
        return (frame * alpha + background * (1 - alpha)).astype(np.uint8)

    return cost(blend)


def in_kernel(width: int, height: int, kind: Format) -> dict[str, float]:
    """Run each step on one stream; copies in are counted where they happen, with the frame."""
    random = np.random.default_rng(0)
    shapes = plane_shapes(kind, width, height)
    frame = Frame(tuple(random.integers(16, 236, shape, dtype=np.uint8) for shape in shapes), kind)
    picture = random.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    matte = person()
    compositor = Compositor(MODEL)
    compositor.take_frame(frame)
    compositor.set_picture(picture)
    compositor.take_matte(matte)
    compositor.composite()
    costs = {
        "frame to model": cost(lambda: compositor.take_frame(frame)),
        "matte": cost(lambda: compositor.take_matte(matte)),
        "composite": cost(compositor.composite),
        "alone": cost(compositor.background_alone),
    }
    compositor.set_colour(0, 80, 160)
    costs["crossfade"] = cost(lambda: compositor.composite(0.5))
    compositor.set_blur()
    costs["blur"] = cost(compositor.composite)
    costs["new picture"] = cost(lambda: compositor.set_picture(picture))
    return costs


def main() -> None:
    """Print one line for each size and format."""
    names: list[str] = []
    for width, height in SIZES:
        numpy = in_numpy(width, height)
        for kind in (Format.I420, Format.NV12):
            costs = in_kernel(width, height, kind)
            if not names:
                names = list(costs)
                print(f"{'':15}" + "".join(f"{name:>16}" for name in names) + f"{'NumPy blend':>16}")
            figures = "".join(f"{costs[name]:16.2f}" for name in names)
            print(f"{f'{width}x{height} {kind.name}':15}{figures}{numpy:16.1f}")
    print(
        "composite, alone, crossfade, blur: one whole frame each, with matte enlarging, levels and blending."
    )


if __name__ == "__main__":
    main()
