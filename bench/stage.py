"""The stage beside Janus and aiortc's relay in one run; most viewers on a core; first picture; latency.

python bench/stage.py [--parts beside,crowd,most,first,latency] [--seconds S] [--sizes 720p] [--viewers 1,4]

One publisher sends VP8 that was encoded before, and Opus. Viewers count what they receive and decode nothing.
Publisher, viewers and server are processes of their own; of the server alone is told what it spends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.stage import load, soon
from bench.stage.processes import ends_cleanly
from bench.stage.servers import janus_version

PARTS = ("beside", "crowd", "most", "first", "latency")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="[%(default)s]")
    parser.add_argument("--seconds", type=float, default=10, help="how long to look at each [10]")
    parser.add_argument("--sizes", default="480p,720p", help="[%(default)s]")
    parser.add_argument("--viewers", default="1,4,8,16,32,64", help="[%(default)s]")
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    ends_cleanly()
    print(f"Janus {janus_version()}")
    with tempfile.TemporaryDirectory(prefix="cyclorama-bench-") as name:
        folder, seconds = Path(name), asked.seconds
        for part in parts:
            print(f"\n{part}\n", flush=True)
            if part == "beside":
                counts = [int(count) for count in asked.viewers.split(",")]
                load.beside(folder, seconds, asked.sizes.split(","), counts)
            elif part == "crowd":
                load.crowd(folder, seconds)
            elif part == "most":
                load.most(folder, seconds)
            elif part == "first":
                soon.first(folder)
            else:
                soon.latency(folder, seconds)


if __name__ == "__main__":
    main()
