"""`python -m bench.quality`: judge the picture by clips with known alpha. See docs/quality.md."""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.quality.clips import shots
from bench.quality.evaluation import Source, Ways, evaluate
from bench.quality.recordings import recorded, recordings
from bench.quality.report import tables
from bench.quality.scripts import CLIPS
from bench.quality.sheet import Sheet, backgrounds
from rich.console import Console
from tests.media.footage import FOOTAGE

from cyclorama.matting import models
from cyclorama.matting.litert import LiteRT
from cyclorama.picture import Look

if TYPE_CHECKING:
    from bench.quality.evaluation import Figures
    from rich.status import Status

METHODS = "bilinear", "levels", "ours"
MORE = ("carried",)
"""Only when they are named."""
FRAMES, QUICK_FRAMES = 50, 12
RECORDINGS = "recordings"
APART = {"passer": "a passer-by", "lab": "exact alpha in a real room"}
"""What has a table of its own: not all have it, or not all mean to be good at it."""
QUICK = "sway", "slide", "passer"


def sources() -> dict[str, Source]:
    """Return everything that can be judged by, by its name."""
    known = {}
    for clip in CLIPS.values():
        if clip.room == "lab" and not recordings():
            continue
        group = APART.get(clip.name, "exact alpha")
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
    add(
        "--methods",
        nargs="+",
        choices=[*METHODS, *MORE],
        default=METHODS,
        metavar="METHOD",
        help=f"of {', '.join([*METHODS, *MORE])}",
    )
    add("--frames", type=int, help=f"of each clip, {FRAMES}")
    add("--quick", action="store_true", help="landscape on few frames of few clips, under a minute")
    add("--look", nargs="+", default=[], metavar="FIELD=VALUE", help="other than the default")
    add(
        "--kernel",
        nargs="+",
        default=[],
        metavar="NAME=PATH",
        help="another kernel.wasm as a method",
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
    given.ways = Ways([*given.methods, *kernels], look, kernels)
    return given


def main() -> None:
    """Judge, print, write down."""
    known = sources()
    given = arguments(known)
    console = Console(width=140)
    if not any(source.group == RECORDINGS for source in known.values()):
        console.print(f"There are no recordings in {FOOTAGE}: only clips with exact alpha are judged by.")
    runners = {name: LiteRT(name) for name in given.tiers}
    sheets = {name: Sheet() for name in given.tiers}
    pictures = backgrounds()
    given.out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, dict[str, Figures]] = {}
    for name in given.clips:
        start = time.monotonic()
        with console.status(name) as status:

            def progress(done: int, name: str = name, status: Status = status) -> None:
                status.update(f"{name}: frame {done} of {given.frames}")

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
