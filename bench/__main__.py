"""`python -m bench [NAME...] [OPTION...]`: run the benchmarks, or those named, one after the other.

Options go to those named: `python -m bench soak --minutes 60`. Those that take long or want the network,
`engine_memory`, `faults`, `functions` and `soak`, run only when they are named.
"""

import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = sorted(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))
LONG = {"engine_memory", "faults", "functions", "soak"}


def main() -> None:
    """Run each benchmark in a process of its own, so that none warms another's caches."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = sys.argv[1:]
    chosen = list(takewhile(lambda each: not each.startswith("-"), given))
    options = given[len(chosen) :]
    if unknown := set(chosen) - set(NAMES):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
    if options and not chosen:
        sys.exit("Options need the name of a benchmark before them.")
    for name in chosen or [name for name in NAMES if name not in LONG]:
        print(f"\n== {name} ==", flush=True)
        with subprocess.Popen([sys.executable, FOLDER / f"{name}.py", *options]) as running:
            try:
                code = running.wait()
            finally:
                running.terminate()  # where we are stopped: it ends what it started
        if code != 0:
            sys.exit(code)


if __name__ == "__main__":
    main()
