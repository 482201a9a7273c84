"""The package that AWS Lambda runs: how long building takes, how large it is, how soon its functions start.

python -m bench functions [runs]

Packages come from the registry that pip is set to; what pip has in its cache already is not fetched again. A
start is a fresh process that has nothing but Python, the unpacked package and boto3, as on Lambda; what is
counted is the import of a function, once boto3 is there. It is work of one processor alone, so that on a busy
machine processor time says more than the clock. Lambda's processor is another: the ratios travel.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.fakes.lambda_runtime import runtime_folder

from cyclorama.aws import package
from cyclorama.aws.wheels import HERE, Platform

LIMIT_S = 1.5
ENTRIES = ("cyclorama.aws.functions.api", "cyclorama.aws.functions.painter")
START = """
import json, sys, time
sys.path += {places}
clock, processor = time.perf_counter(), time.process_time()
import boto3
boto = time.perf_counter() - clock
clock, processor = time.perf_counter(), time.process_time()
import {entry}
print(json.dumps([boto, time.perf_counter() - clock, time.process_time() - processor, len(sys.modules)]))
"""


def main() -> None:
    """Print seconds and megabytes."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        places = Path(folder)
        built(places, package.LAMBDA)
        local = built(places, HERE)
        compiled, bare = places / "compiled", places / "bare"
        with zipfile.ZipFile(local) as archive:
            archive.extractall(compiled)
            archive.extractall(bare, [name for name in archive.namelist() if not name.endswith(".pyc")])
        runtime = runtime_folder(places / "runtime")
        print(f"\n{'import, after boto3':32}{'median':>8}{'worst':>8}{'cpu median':>12}{'modules':>9}   s")
        worst = 0.0
        for entry in ENTRIES:
            for code in (compiled, bare):
                worst = max(worst, started(entry, code, runtime, runs))
    kept = "kept" if worst < LIMIT_S else "BROKEN"
    print(f"slowest, processor time, median of {runs} starts: {worst:.2f} s; limit {LIMIT_S} s: {kept}")


def built(folder: Path, platform: Platform) -> Path:
    """Build a package, and print how long that took and how large it is."""
    began = time.perf_counter()
    made = package.build(folder / f"{platform.python[1]}.zip", platform)
    took = time.perf_counter() - began
    with zipfile.ZipFile(made.path) as archive:
        files = archive.infolist()
    unpacked = sum(file.file_size for file in files)
    compiled = sum(file.compress_size for file in files if file.filename.endswith(".pyc"))
    print(
        f"{platform.name}: built in {took:.1f} s, {made.size / 1e6:.2f} MB "
        f"({compiled / 1e6:.2f} MB compiled modules), {unpacked / 1e6:.1f} MB unpacked, {len(files)} files"
    )
    return made.path


def started(entry: str, code: Path, runtime: Path, runs: int) -> float:
    """Print how long an import took, and return the median of processor time in seconds."""
    program = START.format(places=[str(code), str(runtime)], entry=entry)
    seconds, processor, modules = [], [], 0
    for _ in range(runs + 1):
        said = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", program], check=True, capture_output=True
        ).stdout
        _, wall, cpu, modules = json.loads(said)
        seconds.append(wall)
        processor.append(cpu)
    # the first one warms the disk's cache
    seconds, processor = seconds[1:], processor[1:]
    name = f"{entry.rpartition('.')[2]}, {code.name}"
    median = statistics.median(processor)
    print(f"{name:32}{statistics.median(seconds):8.3f}{max(seconds):8.3f}{median:12.3f}{modules:9}")
    return median


if __name__ == "__main__":
    main()
