"""The zip that AWS Lambda runs: our own parts that the functions need, and what `functions.lock` names.

The same sources and lock give the same bytes, wherever and whenever the same Python packs them: entries are
sorted, their times and modes are fixed. A zip is there whole or not at all.

Lambda's folder cannot be written to, so every cold start compiles what is not compiled already. Where the
Python that packs is the version that Lambda runs, the compiled modules go along; it can compile for no other.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from cyclorama.aws import leftout, wheels
from cyclorama.aws.wheels import Platform
from cyclorama.backgrounds.base import Cancelled, Progress, Report
from cyclorama.errors import TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = Path(__file__).parents[1]
LOCK = Path(__file__).with_name("functions.lock")

# Amazon Linux 2023, which Lambda's python3.14 runs on, has glibc 2.34: wheels for it and older ones do.
LAMBDA = Platform(
    "AWS Lambda (Python 3.14 on arm64)",
    ("manylinux2014_aarch64", *(f"manylinux_2_{minor}_aarch64" for minor in range(17, 35))),
    (3, 14),
)

PARTS = (
    "__init__.py",
    "aws/__init__.py",
    "aws/functions/*.py",
    "aws_account.py",
    "aws_failures.py",
    "backgrounds/__init__.py",
    "backgrounds/background.py",
    "backgrounds/base.py",
    "backgrounds/bedrock/*.py",
    "backgrounds/easel.py",
    "backgrounds/fit.py",
    "backgrounds/generators.py",
    "backgrounds/library.py",
    "backgrounds/metadata.py",
    "backgrounds/moderation.py",
    "backgrounds/png.py",
    "backgrounds/store.py",
    "backgrounds/styles/__init__.py",
    "backgrounds/styles/styles.toml",
    "backgrounds/upload.py",
    "backgrounds/wordlist.py",
    "errors.py",
    "extras.py",
    "iceurl.py",
    "keyfile.py",
    "settings.py",
    "stage/__init__.py",
    "stage/audience.py",
    "stage/base.py",
    "stage/ivs/*.py",
    "stage/tokens.py",
    "wire/__init__.py",
    "wire/bearer.py",
    "wire/config.py",
    "wire/generating.py",
    "wire/jobs.py",
    "wire/problem.py",
    "wire/stages.py",
)
"""What of this package the functions need; tests hold this against what they import."""

LICENCES = ("LICENSE", "NOTICE")
MAX_BYTES = 20_000_000
MODE = 0o100644  # Lambda wants everyone to be able to read
LEVEL = 6  # of zlib; 9 saves 0.4 % and takes three times as long
TIME = (1980, 1, 1, 0, 0, 0)  # the first one that a zip can say
REMEMBERED = 3  # zips in the cache folder
STALE_S = 3600.0
FULL = {errno.ENOSPC, errno.EDQUOT}
DRAFT = ".draft-"


@dataclass(frozen=True)
class Built:
    """A package that is ready.

    Attributes:
        path: the zip.
        size: of it, in bytes.
        sha256: of it, in hex.
    """

    path: Path
    size: int
    sha256: str


def kept(platform: Platform = LAMBDA, report: Report | None = None, cache: Path | None = None) -> Built:
    """Return the package from the user's cache folder; it is built when it is not there.

    It lies among the caches and not among the data: it can be made anew, and nobody wants it in a backup.

    Args:
        platform: where it shall run.
        report: hears how far the work is, and can cancel it.
        cache: another folder.

    Raises:
        CycloramaError, Cancelled: as `build` does.
    """
    folder = cache or user_cache_path("cyclorama", appauthor=False) / "aws"
    stem = f"functions-{key(platform)[:32]}-"
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{stem}*.zip"):
            built = _described(path)
            if path.name == f"{stem}{built.sha256}.zip":
                path.touch()  # the ones longest unused go first
                return built
            path.unlink()  # somebody else has written there
    with _on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _draft(folder) as draft:  # another process may be building the same
            built = build(draft / "package.zip", platform, report)
            path = built.path.replace(folder / f"{stem}{built.sha256}.zip")
    _tidy(folder)
    return Built(path, built.size, built.sha256)


def build(target: Path, platform: Platform = LAMBDA, report: Report | None = None) -> Built:
    """Build the package anew, as the file `target`, whose folder must be there.

    Args:
        target: the zip; one that is there is replaced once the new one is whole.
        platform: where it shall run.
        report: hears how far the work is, and can cancel it.

    Raises:
        MissingExtra: this Python has no pip.
        TooLarge: it came out larger than 20 MB.
        Unavailable: a package could not be fetched, or the disk is full or not ours to write to.
        Cancelled: by the report.
    """
    report = report or Report()
    with _on_disk(target.parent), _draft(target.parent) as folder:
        tree, zipped = folder / "tree", folder / "package.zip"
        _gather(tree, platform, report)
        _pack(tree, zipped, report)
        built = _described(zipped)
        if built.size > MAX_BYTES:
            raise TooLarge(
                f"The package for AWS Lambda came out at {built.size / 1e6:.1f} MB, and the most that is "
                f"sent is {MAX_BYTES / 1e6:.0f} MB. A dependency has grown: docs/aws-package.md says how the "
                "package is kept small."
            )
        return Built(zipped.replace(target), built.size, built.sha256)


def key(platform: Platform) -> str:
    """Return a hash, in hex, of all that decides what the zip's bytes are."""
    here = Path(__file__)
    recipe = [LOCK, here, Path(leftout.__file__), Path(wheels.__file__)]
    seen = hashlib.sha256(repr((platform, zlib.ZLIB_RUNTIME_VERSION)).encode())
    if platform.runs_here:
        seen.update(sys.version.encode())
    for name, path in [*((path.name, path) for path in recipe), *sorted(_ours().items())]:
        seen.update(f"\n{name}\n".encode())
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def _ours() -> dict[str, Path]:
    """Return our own files by their paths in the zip."""
    found = {
        f"cyclorama/{path.relative_to(OURS).as_posix()}": path for part in PARTS for path in OURS.glob(part)
    }
    for name in LICENCES:
        installed = OURS.parent.glob(f"cyclorama-*.dist-info/licenses/{name}")
        path = next(installed, OURS.parents[1] / name)  # else this is a checkout
        if path.is_file():
            found[f"cyclorama/{name}"] = path
    return found


def _gather(tree: Path, platform: Platform, report: Report) -> None:
    """Put all that goes into the zip into the folder `tree`, which is made."""
    pieces = tree.with_name("pieces")
    pieces.mkdir()
    wheels.install(LOCK, tree, platform, report, drafts=pieces)
    for path in _files(tree):
        if leftout.left_out(path.relative_to(tree).as_posix()):
            path.unlink()
    _copy_ours(tree)
    if platform.runs_here:
        steps = wheels.count(LOCK)
        report(Progress(steps, steps, "Compiling"))
        _compile(tree)


def _copy_ours(tree: Path) -> None:
    for name, path in _ours().items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(path.read_bytes())


def _files(tree: Path) -> list[Path]:
    """Return the files below a folder, in the order of their names in a zip."""
    found = (path for path in tree.rglob("*") if path.is_file())
    return sorted(found, key=lambda path: path.relative_to(tree).as_posix())


def _compile(tree: Path) -> None:
    """Compile all modules, in a process that has compiled nothing before: so the bytes are always the same.

    Lambda need not look whether a source is newer, so the files say that nobody shall.
    """
    command = [sys.executable, "-I", "-m", "compileall", "-q", "-f", "-s", str(tree)]
    try:
        subprocess.run(  # noqa: S603 # our own interpreter
            [*command, "--invalidation-mode", "unchecked-hash", str(tree)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
    except subprocess.CalledProcessError as error:
        said = (error.stdout + error.stderr).decode(errors="replace").strip()
        raise Unavailable(f"The package for AWS Lambda does not compile: {said[-500:]}") from error


def _pack(tree: Path, target: Path, report: Report) -> None:
    steps = wheels.count(LOCK)
    report(Progress(steps, steps, "Packing"))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for path in _files(tree):
            if report.cancelled:
                raise Cancelled
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), TIME)
            entry.create_system = 3  # Unix, also when it is packed on Windows
            entry.external_attr = MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=LEVEL)


def _described(path: Path) -> Built:
    data = path.read_bytes()
    return Built(path, len(data), hashlib.sha256(data).hexdigest())


def _tidy(folder: Path) -> None:
    """Take away the zips that were not used for longest, and what a killed process left behind."""
    with contextlib.suppress(OSError):
        zips = sorted(folder.glob("functions-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in zips[REMEMBERED:]:
            path.unlink(missing_ok=True)
        for path in folder.glob(f"{DRAFT}*"):
            if time.time() - path.stat().st_mtime > STALE_S:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Make a folder that is gone again afterwards, on the disk of what shall be moved out of it."""
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder, ignore_cleanup_errors=True) as draft:
        yield Path(draft)


@contextlib.contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    """Say in words what the disk does not do."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise wheels.disk_full() from error
        raise Unavailable(
            f"The package for AWS Lambda cannot be written to {folder}: {error.strerror or error}. Choose a "
            "folder that you may write to, or mend this one."
        ) from error
