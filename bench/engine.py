"""What a frame costs in the live engine, side by side with how it is usually done in Python.

python bench/engine.py [--frames 120] [--sizes 480 720 1080] [--native]

The test person before a room, from an H.264 file, gets a painted background and becomes H.264 again. Three
ways:

- ours: decoded planes go to the kernel, the landscape model to LiteRT, planes to the encoder.
- usual: the whole frame becomes RGB, is made small for the same model (Pillow), the mask is made large, and
  NumPy blends in floats; then the frame becomes planes again. So it is done with MediaPipe and OpenCV, whose
  resizing is faster; the blend is the same.
- big model: the same with a big model for each frame, as rembg does it. Its networks are not here: the
  multiclass model, which is lighter than any of them, stands for them.

Figures are milliseconds of processor time, of all threads, a frame: the lower quartile, so that a busy
machine matters little. `memcpy` is the physical limit: frame and background read, the composite written.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from unittest import mock

import av
import numpy as np
from PIL import Image

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery import Scenery
from cyclorama.live.avframes import from_av
from cyclorama.live.backdrops import Picture
from cyclorama.live.base import Stream
from cyclorama.live.encoding import Encoder
from cyclorama.live.engine import Engine
from cyclorama.live.sinks.file import FileSink
from cyclorama.live.sources.av_source import AVSource
from cyclorama.live.sources.person import TestPerson
from cyclorama.matting.litert import LiteRT
from cyclorama.picture import Compositor, Format, Matrix
from cyclorama.picture.kernel import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cyclorama.picture import Frame

SIZES = {"480": (640, 480), "720": (1280, 720), "1080": (1920, 1080)}
FPS = Fraction(30)
Result = TypeVar("Result")
STAGES = "decode", "take", "model", "matte", "composite", "out", "encode"
PICTURE = "take", "model", "matte", "composite", "out"
"""The picture path: what is neither decoding nor encoding."""


@dataclass(frozen=True)
class Clip:
    """A file, its frames, and what stands behind the person."""

    path: Path
    coded: list[av.VideoFrame]
    frames: list[Frame]
    background: Image.Image


class Costs:
    """Processor time of each stage of each frame."""

    def __init__(self) -> None:
        self._spent: dict[str, list[float]] = {}

    def of(self, stage: str, work: Callable[[], Result]) -> Result:
        """Do the work and note what it took."""
        start = time.process_time()
        result = work()
        self._spent.setdefault(stage, []).append((time.process_time() - start) * 1000)
        return result

    def figures(self) -> dict[str, float]:
        """Return the lower quartile of each stage, the first frames left out."""
        return {stage: float(np.percentile(spent[3:], 25)) for stage, spent in self._spent.items()}


def clip(size: tuple[int, int], count: int, folder: Path) -> Clip:
    """Film the test person."""
    width, height = size
    path = folder / f"{height}.mp4"
    sink = FileSink(path)
    sink.open(_stream(size))
    for item in TestPerson(size, FPS, paced=False, seconds=count / 30, sound=False):
        sink.write(item)
    sink.close()
    with av.open(str(path)) as file:
        coded = list(file.decode(video=0))
    prompt = Prompt(text="a beach at sunset", width=width, height=height, seed=3)
    background = Scenery().generate(prompt, Report()).image.convert("RGB")
    return Clip(path, coded, [from_av(frame) for frame in coded], background)


def ours(clip: Clip, kernel: str) -> dict[str, float]:
    """Run the engine's own parts one after the other."""
    costs, matter = Costs(), LiteRT()
    with mock.patch.dict("os.environ", CYCLORAMA_KERNEL=kernel):
        compositor = Compositor(matter.model)
    compositor.set_picture(np.asarray(clip.background))
    buffers = [np.empty_like(plane) for plane in clip.frames[0].planes]
    for frame in clip.frames:
        picture = costs.of("take", lambda frame=frame: compositor.take_frame(frame))
        answer = costs.of("model", lambda picture=picture: matter.matte(picture))
        costs.of("matte", lambda answer=answer: compositor.take_matte(answer))
        result = costs.of("composite", compositor.composite)
        costs.of(
            "out",
            lambda result=result: [np.copyto(*each) for each in zip(buffers, result.planes, strict=True)],
        )
    return costs.figures()


def usual(clip: Clip, matter: LiteRT) -> dict[str, float]:
    """Blend as most programs do: RGB, the mask enlarged, floats."""
    costs, model = Costs(), matter.model
    behind = np.asarray(clip.background)
    for coded in clip.coded[:15] if model.channels > 1 else clip.coded:
        size = coded.width, coded.height

        def take(coded: av.VideoFrame = coded) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
            rgb = np.asarray(coded.to_ndarray(format="rgb24"), np.uint8)
            small = Image.fromarray(rgb).resize((model.width, model.height), Image.Resampling.BILINEAR)
            return rgb, (np.asarray(small, np.float32) - model.mean) / model.scale

        def enlarge(answer: NDArray[np.float32], size: tuple[int, int] = size) -> NDArray[np.float32]:
            sure = answer[..., 0] if model.channels == 1 else _softmax_of_person(answer)
            large = Image.fromarray(np.ascontiguousarray(sure)).resize(size, Image.Resampling.BILINEAR)
            return np.clip((np.asarray(large) - 0.3) / 0.6, 0, 1)[..., None]

        rgb, picture = costs.of("take", take)
        answer = costs.of("model", lambda picture=picture: matter.matte(picture))
        alpha = costs.of("matte", lambda answer=answer: enlarge(answer))
        blended = costs.of(
            "composite", lambda rgb=rgb, alpha=alpha: (rgb * alpha + behind * (1 - alpha)).astype(np.uint8)
        )
        costs.of(
            "out",
            lambda blended=blended: av.VideoFrame.from_ndarray(blended, format="rgb24").reformat(
                format="yuv420p"
            ),
        )
    return costs.figures()


def _softmax_of_person(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(answer - answer.max(-1, keepdims=True))
    return np.asarray(1 - powers[..., 0] / powers.sum(-1), np.float32)


def coding(clip: Clip) -> dict[str, float]:
    """Return what decoding and encoding take of a frame, which is the same for all."""
    count = len(clip.coded)
    start = time.process_time()
    with av.open(str(clip.path)) as file:
        file.streams.video[0].thread_type = "AUTO"
        for _ in file.decode(video=0):
            pass
    decoded = time.process_time()
    encoder = Encoder(_stream((clip.coded[0].width, clip.coded[0].height)))
    for frame in clip.frames:
        encoder.encode(frame)
    encoder.flush()
    return {
        "decode": (decoded - start) * 1000 / count,
        "encode": (time.process_time() - decoded) * 1000 / count,
    }


def memcpy(clip: Clip) -> float:
    """Copy the planes of a frame twice: what must be read is twice what must be written."""
    costs, planes = Costs(), clip.frames[0].planes
    targets = [np.empty_like(plane) for plane in planes]
    for _ in range(40):
        costs.of(
            "copy",
            lambda: [np.copyto(to, plane) for to, plane in zip(targets, planes, strict=True) for _ in (1, 2)],
        )
    return costs.figures()["copy"]


def from_file_to_file(
    clip: Path, background: Image.Image, kernel: str, model: str
) -> tuple[float, float, float]:
    """Run the engine. Returns pictures a second by the clock, processor ms a frame, most MB in memory."""
    os.environ["CYCLORAMA_KERNEL"] = kernel
    out = clip.with_name("out.mp4")
    sink = FileSink(out, overwrite=True)
    engine = Engine(AVSource(clip), sink, background=Picture(background), matter=LiteRT(model))
    start, spent = time.perf_counter(), time.process_time()
    engine.run()
    seconds, spent = time.perf_counter() - start, time.process_time() - spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with av.open(str(clip)) as given, av.open(str(out)) as file:
        frames = sum(1 for _ in file.decode(video=0))
        assert frames == sum(1 for _ in given.decode(video=0)), "frames are missing"
    return frames / seconds, spent * 1000 / frames, most


def _stream(size: tuple[int, int]) -> Stream:
    return Stream(*size, FPS, Format.I420, Matrix.BT709, full_range=False, live=False)


def _line(name: str, figures: dict[str, float]) -> str:
    picture = sum(figures[stage] for stage in PICTURE)
    stages = "".join(f"{figures[stage]:10.2f}" if stage in figures else f"{'':10}" for stage in STAGES)
    return f"{name:22}{stages}{picture:12.2f}"


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--native", action="store_true", help="the kernel built for this machine, too")
    given = parser.parse_args()
    kernels = KINDS if given.native else KINDS[:1]
    print(
        f"{'':22}"
        + "".join(f"{stage:>10}" for stage in STAGES)
        + f"{'picture':>12}   ms of processor a frame"
    )
    for name in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            _measure(clip(SIZES[name], given.frames, Path(folder)), kernels)


def _measure(clip: Clip, kernels: tuple[str, ...]) -> None:
    size = f"{clip.coded[0].width}x{clip.coded[0].height}"
    both = coding(clip)
    rows = {f"{size} {kernel}": ours(clip, kernel) for kernel in kernels}
    rows[f"{size} usual"] = usual(clip, LiteRT())
    rows[f"{size} big model"] = usual(clip, LiteRT("multiclass"))
    for name, figures in rows.items():
        print(_line(name, figures | both), flush=True)
    totals = [sum(figures[stage] for stage in PICTURE) for figures in rows.values()]
    for row, total in list(zip(rows, totals, strict=True))[1:]:
        print(f"{row}: {total / totals[0]:.1f} times the picture path of {next(iter(rows))}")
    print(f"{size} memcpy of the planes read and written: {memcpy(clip):.2f} ms")
    for kernel, model in [(kernel, "landscape") for kernel in kernels] + [(kernels[-1], "multiclass")]:
        # A process of its own: its memory is the engine's.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            done = pool.submit(from_file_to_file, clip.path, clip.background, kernel, model)
            fps, spent, memory = done.result()
        print(
            f"{size} {kernel} {model}, file to file: {fps:.0f} pictures a second by the clock, "
            f"{spent:.1f} ms of processor each, {memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
