"""The stage in trouble: lossy, slow and interrupted networks, a killed server, crowds, rubbish.

python bench/faults.py [--parts losses,outages,joins,abuse] [--seconds S]

Networks are links into namespaces of their own (`bench/stage/link.py`), so losses and outages want Linux and
root.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.stage import crowds, troubles
from bench.stage.link import link, why_not
from bench.stage.processes import ends_cleanly
from tests.media.clip import write_clip

NETWORKS = ("losses", "outages")
PARTS = (*NETWORKS, "joins", "abuse")


def main() -> None:
    """Run what was asked for, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="[%(default)s]")
    parser.add_argument("--seconds", type=float, default=20, help="how long to look at each [20]")
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    ends_cleanly()
    for part in parts:
        print(f"\n{part}\n", flush=True)
        with tempfile.TemporaryDirectory(prefix="cyclorama-bench-") as name:
            folder = Path(name)
            if part == "joins":
                crowds.joins(folder)
            elif part == "abuse":
                crowds.abuse(folder)
            elif reason := why_not():
                print(f"not run: {reason}")
            else:
                _in_networks(part, folder, asked.seconds)


def _in_networks(part: str, folder: Path, seconds: float) -> None:
    with (
        link("cyclorama-viewer", 1) as viewer,
        link("cyclorama-publisher", 2) as publisher,
        sync_playwright() as playwright,
    ):
        place = troubles.Place(playwright, folder, viewer, publisher)
        if part == "losses":
            troubles.losses(place, seconds)
        else:
            troubles.outages(place, seconds, write_clip(folder, 1280, 720))


if __name__ == "__main__":
    main()
