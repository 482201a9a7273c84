"""What a frame costs in the pixel kernel, step by step, beside a float blend of RGB in NumPy: ms on one core.

python bench/kernel.py [runs] [another kernel.wasm]

With another kernel, of the same calls, a second line says how many times its cost each step has.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import wasmtime
from PIL import Image

from cyclorama.matting import models
from cyclorama.picture import Compositor, Format, Frame, Look, kernel
from cyclorama.picture.frame import plane_shapes
from cyclorama.picture.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SIZES = (640, 480), (1280, 720), (1920, 1080)
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
OTHER = Path(sys.argv[2]) if len(sys.argv) > 2 else None
MODEL = models()["landscape"]
NOTHING = Look(despill=0, wrap=0, match=0, contact=0)
LOOKS = {
    "plain": NOTHING,
    "despill": replace(NOTHING, despill=1),
    "wrap": replace(NOTHING, wrap=0.5),
    "match": replace(NOTHING, match=0.5),
    "contact": replace(NOTHING, contact=0.5),
}
"""What `composite` costs with one of them alone; by itself it is with all of them."""


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
    for name, look in LOOKS.items():
        compositor.look = look
        costs[name] = cost(compositor.composite)
    compositor.look = Look()
    compositor.set_colour(0, 80, 160)
    costs["one colour"] = cost(compositor.composite)
    costs["crossfade"] = cost(lambda: compositor.composite(0.5))
    compositor.set_blur()
    costs["blur"] = cost(compositor.composite)
    costs["new picture"] = cost(lambda: compositor.set_picture(picture))
    costs["carried matte"] = cost(compositor.carry_matte)
    key(compositor, frame)
    costs["key"] = cost(compositor.composite)
    return costs


def key(compositor: Compositor, frame: Frame) -> None:
    """Put the frame's upper third, where nobody is, and its sides before a green screen, and cut that out."""
    look = Look(key=1)
    compositor.set_colour(int(look.key_red), int(look.key_green), int(look.key_blue))
    planes = tuple(plane.copy() for plane in compositor.background_alone().planes)
    for screen, plane in zip(planes, frame.planes, strict=True):
        top, side = plane.shape[0] // 3, plane.shape[1] // 3
        screen[top:, side:-side] = plane[top:, side:-side]
    compositor.look = look
    compositor.take_frame(replace(frame, planes=planes))
    compositor.reset_matte()
    compositor.take_matte(person())
    assert compositor.keyed


def steps_of_the_matte() -> dict[str, float]:
    """Cost of each step at the model's size; at the frame's size, refining is a part of `composite`."""
    width, height = MODEL.width, MODEL.height
    ours, top = Kernel(), 1 << 20
    ours.reserve(top + (1 << 24))

    def take(size: int) -> int:
        nonlocal top
        address, top = top, top + -(-size // 16) * 16
        return address

    def put(plane: NDArray[np.float32]) -> int:
        address = take(plane.nbytes)
        ours.view(address, plane.shape, np.float32)[:] = plane
        return address

    random, matte = np.random.default_rng(0), person()
    colour = [put(random.uniform(16, 235, matte.shape).astype(np.float32)) for _ in range(3)]
    given, before, state = (
        put(matte),
        put(random.uniform(16, 235, matte.shape).astype(np.float32)),
        put(matte),
    )
    plate, guided, out = take(96), take(96), take(8 * matte.size)
    ours.call("make_plate", plate, take(ours.call("plate_bytes", width, height)), width, height)
    ours.call("make_guided", guided, take(ours.call("guided_bytes", width, height)), width, height)
    alpha, scratch = put(matte), take(8 * matte.size)
    shape = width, height
    somebody = take(ours.call("person_bytes", *shape))
    apart = take(ours.call("person_scratch", *shape))
    ours.call("reset_person", somebody, *shape)
    motions = take(8 * ours.call("flow_across", width) * ours.call("flow_down", height))
    search = take(ours.call("flow_scratch", *shape))
    return {
        "plate": cost(lambda: ours.call("decide", plate, *colour, given)),
        "steady": cost(lambda: ours.call("steady", given, colour[0], before, state, width, height, scratch)),
        "levels": cost(lambda: ours.call("level", state, alpha, matte.size)),
        "guided": cost(lambda: ours.call("guide", guided, alpha, *colour, out)),
        "main person": cost(lambda: ours.call("main_person", given, *shape, 1, somebody, apart)),
        "flow": cost(lambda: ours.call("flow", colour[0], before, *shape, motions, search)),
        "carry": cost(lambda: ours.call("carry", state, before, colour[0], motions, *shape, alpha)),
    }


def in_another(width: int, height: int, kind: Format, wasm: Path) -> dict[str, float]:
    """Run each step in the kernel of another file."""
    engine = wasmtime.Engine()
    other = engine, wasmtime.Module(engine, wasm.read_bytes())
    with mock.patch.object(kernel, "_compiled", return_value=other):
        return in_kernel(width, height, kind)


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
            if OTHER:
                other = in_another(width, height, kind, OTHER)
                print(f"{'':15}" + "".join(f"{f'{costs[name] / other[name]:.2f} x':>16}" for name in names))
    print("composite to blur: a whole frame each; plain has no look, despill to contact have that one alone.")
    print("Of the matte: " + ", ".join(f"{name} {ms:.2f}" for name, ms in steps_of_the_matte().items()))


if __name__ == "__main__":
    main()
