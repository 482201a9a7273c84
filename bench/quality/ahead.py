"""What looking ahead adds: `python -m bench.quality.ahead [--clips NAME …] [--tier NAME] [--frames N]`.

The mattes of `cyclorama replace`, which know the frames that come, beside those of a live stream.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from bench.quality.clips import shots
from bench.quality.methods import NEUTRAL, Finished, Kernel
from bench.quality.scores import Scores
from bench.quality.scripts import CLIPS

from cyclorama.live.replace.painting import matted
from cyclorama.matting.litert import LiteRT
from cyclorama.picture import Compositor, Look

if TYPE_CHECKING:
    from bench.quality.clips import Clip

    Figures = dict[str, float]

EXACT = ("sway", "slide", "lean", "still", "lamp", "cut", "phone")
MEASURES = ("MAD", "MSE", "grad", "conn", "dtSSD", "flicker", "lag", "spill", "dE")


def judge(clip: Clip, tier: str, count: int) -> tuple[Figures, Figures]:
    """Return what the live way gets in each measure, and what the one that looks ahead gets."""
    look, matter = replace(Look(), **NEUTRAL), LiteRT(tier, threads=2)
    taken = list(shots(clip, count))
    live, ahead = Kernel(matter.model, look), Finished(matter.model, look)
    inputs = Compositor(matter.model)
    scores = Scores(), Scores()
    for shot in taken:
        answer = matter.matte(inputs.take_frame(shot.frame))
        scores[0].add(shot, live.take(shot.frame, answer), live.over)
    mattes = matted((shot.frame for shot in taken), matter, look)
    for shot, (frame, matte) in zip(taken, mattes, strict=True):
        scores[1].add(shot, ahead.take(frame, matte), ahead.over)
    before, after = (each.figures(lag=clip.lag) for each in scores)
    return before, after


def main() -> None:
    """Print a line for each clip, and the average of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", nargs="+", default=EXACT, choices=list(CLIPS))
    parser.add_argument("--tier", default="landscape")
    parser.add_argument("--frames", type=int, default=30)
    wanted = parser.parse_args()
    gathered: dict[str, list[tuple[float, float]]] = {}
    for name in wanted.clips:
        before, after = judge(CLIPS[name], wanted.tier, wanted.frames)
        for measure in MEASURES:
            if measure in before and measure in after:
                gathered.setdefault(measure, []).append((before[measure], after[measure]))
        print(name, *(said(each, [(before[each], after[each])]) for each in MEASURES if each in before))
    print("average", *(said(measure, pairs) for measure, pairs in gathered.items()))


def said(measure: str, pairs: list[tuple[float, float]]) -> str:
    """Return both figures' means and how they differ."""
    before, after = np.abs(pairs).mean(0)
    return f"  {measure} {before:.3f} -> {after:.3f} ({100 * (after / before - 1):+.0f} %)"


if __name__ == "__main__":
    main()
