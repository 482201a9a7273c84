"""One pass over a clip: every tier and method on every frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from bench.quality.camera import rgb_of
from bench.quality.methods import NEUTRAL, Carried, Enlarged, Kernel, Method
from bench.quality.scores import Scores
from bench.quality.sheet import SETTLES, Finished, Sheet

from cyclorama.picture import Compositor, Look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bench.quality.clips import Shot
    from bench.quality.sheet import Pixels, Plane
    from numpy.typing import NDArray

    from cyclorama.matting.litert import LiteRT

    Figures = dict[str, dict[str, dict[str, float]]]
    """Of a tier, a method: what it gets in each measure."""

LEVELS = 0.3, 0.9
"""What `softness` .5 means to the kernel."""
SHEET_COLOUR = 40, 110, 190
"""What the sheet shows the baseline over: plain, so that what shines through is seen."""


@dataclass(frozen=True)
class Source:
    """Something to judge by.

    Attributes:
        shots: plays so many frames.
        group: what it is averaged with.
        lag: whether its motion is fast enough to measure the lag.
        shown: the frame that the contact sheet shows.
    """

    name: str
    group: str
    shots: Callable[[int], Iterator[Shot]]
    lag: bool = False
    shown: int = 33


@dataclass(frozen=True)
class Ways:
    """The methods asked for.

    Attributes:
        names: of `bilinear`, `levels`, `ours`, `carried` and the kernels' names.
        look: what the kernel gets.
        kernels: other files of the kernel, by the method's name.
    """

    names: list[str]
    look: Look
    kernels: dict[str, Path]

    def start(self, runner: LiteRT) -> dict[str, Method]:
        """Make each method anew."""
        made: dict[str, Method] = {}
        for name in self.names:
            if name == "bilinear":
                made[name] = Enlarged()
            elif name == "levels":
                made[name] = Enlarged(*LEVELS)
            elif name == "carried":
                made[name] = Carried(runner.model, replace(self.look, **NEUTRAL))
            else:
                made[name] = Kernel(runner.model, replace(self.look, **NEUTRAL), self.kernels.get(name))
        return made


def evaluate(
    source: Source,
    count: int,
    runners: dict[str, LiteRT],
    ways: Ways,
    sheets: dict[str, Sheet],
    pictures: list[NDArray[np.uint8]],
    progress: Callable[[int], None],
) -> Figures:
    """Play a source once and return what each tier and method gets; add its rows to each tier's sheet."""
    methods = {tier: ways.start(runner) for tier, runner in runners.items()}
    scores = {tier: {name: Scores() for name in ways.names} for tier in runners}
    inputs = {tier: Compositor(runner.model) for tier, runner in runners.items()}
    finished = {tier: Finished(runners[tier].model, ways.look, pictures) for tier in sheets}
    shown = min(source.shown, count - 1)
    before: NDArray[np.float32] | None = None
    for index, shot in enumerate(source.shots(count)):
        progress(index + 1)
        for tier, runner in runners.items():
            answer = runner.matte(inputs[tier].take_frame(shot.frame))
            alphas = {}
            for name, method in methods[tier].items():
                alphas[name] = method.take(shot.frame, answer)
                scores[tier][name].add(shot, alphas[name], method.over)
            if tier in sheets and shown - SETTLES <= index <= shown:
                composites = finished[tier].take(shot, answer)
                if index == shown:
                    columns: dict[str, Plane | Pixels] = {"frame": rgb_of(shot.frame), "truth": shot.alpha}
                    columns |= alphas
                    for name, method in methods[tier].items():
                        plain = method.over(SHEET_COLOUR)
                        columns[f"{name} on blue"] = (np.clip(plain, 0, 1) * 255 + 0.5).astype(np.uint8)
                    columns |= {f"the picture {number + 1}": each for number, each in enumerate(composites)}
                    sheets[tier].add(source.name, shot, before, columns)
        before = shot.alpha
    return {
        tier: {name: gathered.figures(lag=source.lag) for name, gathered in each.items()}
        for tier, each in scores.items()
    }
