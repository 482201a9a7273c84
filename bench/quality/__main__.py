"""`python -m bench.quality`: judge the picture. See docs/quality.md."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.quality.clips import CLIPS, shots
from bench.quality.methods import Enlarged, Kernel, Method
from bench.quality.models import Runner
from bench.quality.report import show
from bench.quality.scores import Scores
from cyclorama.matting import models
from cyclorama.picture import Compositor, Look

if TYPE_CHECKING:
    from collections.abc import Callable

LEVELS = 0.3, 0.9
"""What `softness` .5 means."""
FRAMES, QUICK_FRAMES = 50, 12
QUICK = ["sway", "slide", "passer"]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--clips", nargs="+", metavar="CLIP", help=f"of {', '.join(CLIPS)}")
    parser.add_argument("--tiers", nargs="+", choices=sorted(models()), help="default: all; quick: landscape")
    parser.add_argument(
        "--methods", nargs="+", help="of bilinear, levels, ours and the names given with --kernel"
    )
    parser.add_argument("--frames", type=int, help=f"of each clip; default: {FRAMES}; quick: {QUICK_FRAMES}")
    parser.add_argument("--quick", action="store_true", help="few frames of few clips, under a minute")
    parser.add_argument("--look", nargs="+", default=[], metavar="FIELD=VALUE", help="other than the default")
    parser.add_argument(
        "--kernel",
        nargs="+",
        default=[],
        metavar="NAME=PATH",
        help="another kernel.wasm, as a method of that name",
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "results")
    given = parser.parse_args()
    given.clips = given.clips or (QUICK if given.quick else list(CLIPS))
    given.tiers = given.tiers or (["landscape"] if given.quick else list(models()))
    given.frames = given.frames or (QUICK_FRAMES if given.quick else FRAMES)
    if unknown := set(given.clips) - set(CLIPS):
        parser.error(f"There is no clip {', '.join(sorted(unknown))}. There are: {', '.join(CLIPS)}.")
    given.kernel = {name: Path(path) for name, _, path in (each.partition("=") for each in given.kernel)}
    given.look = {name: float(value) for name, _, value in (each.partition("=") for each in given.look)}
    if unknown := set(given.look) - set(Look.__dataclass_fields__):
        parser.error(f"The look has no field {', '.join(sorted(unknown))}.")
    known = ["bilinear", "levels", "ours", *given.kernel]
    given.methods = given.methods or known
    if unknown := set(given.methods) - set(known):
        parser.error(f"There is no method {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    return given


def makers(given: argparse.Namespace) -> dict[str, Callable[[Runner], Method]]:
    """Return how each method is made anew."""
    ways: dict[str, Callable[[Runner], Method]] = {
        "bilinear": lambda _: Enlarged(),
        "levels": lambda _: Enlarged(*LEVELS),
        "ours": lambda runner: Kernel(runner.model, given.look),
    }
    for name, path in given.kernel.items():
        ways[name] = lambda runner, path=path: Kernel(runner.model, given.look, path)
    return {name: ways[name] for name in given.methods}


def main() -> None:
    """Run what is asked for, print it, write it down."""
    given = arguments()
    runners = {name: Runner(name) for name in given.tiers}
    figures: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for name in given.clips:
        start = time.monotonic()
        clip = CLIPS[name]
        ways = {tier: {way: make(runners[tier]) for way, make in makers(given).items()} for tier in runners}
        scores = {tier: {way: Scores() for way in makers(given)} for tier in runners}
        inputs = {tier: Compositor(runner.model) for tier, runner in runners.items()}
        for index, shot in enumerate(shots(clip, given.frames)):
            if sys.stderr.isatty():
                print(f"\r{name} {index + 1}/{given.frames} ", end="", file=sys.stderr)
            for tier, runner in runners.items():
                answer = runner.answer(inputs[tier].take_frame(shot.frame))
                for way, method in ways[tier].items():
                    alpha = method.take(shot.frame, answer)
                    scores[tier][way].add(shot, alpha, method.over)
        for tier, each in scores.items():
            for way, gathered in each.items():
                figures.setdefault(tier, {}).setdefault(way, {})[name] = gathered.figures(lag=clip.lag)
        print(f"\r{name}: {time.monotonic() - start:.0f} s   ", file=sys.stderr)
    show(figures, apart={name for name in given.clips if CLIPS[name].stranger})
    given.out.mkdir(parents=True, exist_ok=True)
    target = given.out / "quality.json"
    target.write_text(
        json.dumps({"frames": given.frames, "look": given.look, "figures": figures}, indent=1) + "\n"
    )
    print(f"Written to {target}.")


if __name__ == "__main__":
    main()
