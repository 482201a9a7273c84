"""`python -m bench.quality`: judge the picture by clips with known alpha. See docs/quality.md."""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bench.quality.clips import CLIPS, shots
from bench.quality.evaluation import Source, Ways, evaluate
from bench.quality.models import Runner
from bench.quality.recordings import recorded, recordings
from bench.quality.report import tables
from bench.quality.sheet import Sheet, backgrounds
from cyclorama.matting import models
from cyclorama.picture import Look

from tests.media.footage import FOOTAGE

if TYPE_CHECKING:
    from bench.quality.evaluation import Figures

FRAMES, QUICK_FRAMES = 50, 12
RECORDINGS = "recordings"
QUICK = "sway", "slide", "passer"


def sources() -> dict[str, Source]:
    """Return everything that can be judged by, by its name."""
    known = {}
    for clip in CLIPS.values():
        group = "a passer-by" if clip.stranger else "exact alpha"
        known[clip.name] = Source(clip.name, group, partial(shots, clip), clip.lag, clip.shown)
    for name in recordings():
        known[name] = Source(name, RECORDINGS, partial(recorded, name))
    return known


def pairs(given: list[str]) -> dict[str, str]:
    """Read NAME=VALUE."""
    return dict(each.split("=", 1) for each in given)


def arguments(known: dict[str, Source]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    add = parser.add_argument
    add("--clips", nargs="+", choices=list(known), metavar="CLIP", help=f"of {', '.join(known)}")
    add("--tiers", nargs="+", choices=list(models()), metavar="TIER", help=f"of {', '.join(models())}")
    add("--methods", nargs="+", help="of bilinear, levels, ours and the names given with --kernel")
    add("--frames", type=int, help=f"of each clip, {FRAMES}")
    add("--quick", action="store_true", help="landscape on few frames of few clips, under a minute")
    add("--look", nargs="+", default=[], metavar="FIELD=VALUE", help="other than the default")
    add(
        "--kernel",
        nargs="+",
        default=[],
        metavar="NAME=PATH",
        help="another kernel.wasm, as a method of that name",
    )
    add("--out", type=Path, default=Path(__file__).parents[1] / "results", help="where figures and sheets go")
    given = parser.parse_args()
    given.clips = given.clips or (QUICK if given.quick else list(known))
    given.tiers = given.tiers or (["landscape"] if given.quick else list(models()))
    given.frames = given.frames or (QUICK_FRAMES if given.quick else FRAMES)
    try:
        given.look = {name: float(value) for name, value in pairs(given.look).items()}
        look = Look(**given.look)
        kernels = {name: Path(path) for name, path in pairs(given.kernel).items()}
    except (ValueError, TypeError) as error:
        parser.error(f"--look takes FIELD=NUMBER, --kernel NAME=PATH: {error}")
    names = ["bilinear", "levels", "ours", *kernels]
    if unknown := set(given.methods or []) - set(names):
        parser.error(f"There is no method {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    given.ways = Ways(given.methods or names, look, kernels)
    return given


def main() -> None:
    """Judge, print, write down."""
    known = sources()
    given = arguments(known)
    console = Console(width=140)
    if not any(source.group == RECORDINGS for source in known.values()):
        console.print(f"There are no recordings in {FOOTAGE}: only clips with exact alpha are judged by.")
    runners = {name: Runner(name) for name in given.tiers}
    sheets = {name: Sheet() for name in given.tiers}
    pictures = backgrounds()
    given.out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, dict[str, Figures]] = {}
    for name in given.clips:
        start = time.monotonic()
        with console.status(name) as status:
            progress = lambda done: status.update(f"{name}: frame {done} of {given.frames}")  # noqa: E731
            found = evaluate(known[name], given.frames, runners, given.ways, sheets, pictures, progress)
        figures.setdefault(known[name].group, {})[name] = found
        console.print(f"{name}: {time.monotonic() - start:.0f} s")
    for table in tables(figures):
        console.print(table)
    for name, sheet in sheets.items():
        sheet.save(given.out / f"sheet-{name}.png")
    report = {"frames": given.frames, "look": given.look, "figures": figures}
    (given.out / "quality.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    console.print(f"Figures and contact sheets are in {given.out}.")


if __name__ == "__main__":
    main()
