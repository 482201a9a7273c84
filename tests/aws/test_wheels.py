from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from cyclorama.aws import wheels
from cyclorama.aws.package import LAMBDA
from cyclorama.aws.wheels import HERE
from cyclorama.backgrounds.base import Cancelled, Report
from cyclorama.errors import MissingExtra, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.aws.wheels import Platform
    from cyclorama.backgrounds.base import Progress
    from tests.aws.wheelhouse import Wheelhouse

pytestmark = pytest.mark.aws


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    folder = tmp_path / "drafts"
    folder.mkdir()
    return folder


@pytest.fixture
def pip_that(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> PipThat:
    return PipThat(tmp_path / "pip_that", monkeypatch)


class PipThat:
    """A pip that does something else."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "pip").mkdir(parents=True)
        self._main = folder / "pip/__main__.py"
        (folder / "pip/__init__.py").touch()
        monkeypatch.setenv("PYTHONPATH", str(folder))

    def fails(self, said: str) -> None:
        self._main.write_text(f"import sys\nprint({said!r})\nsys.exit(1)\n")

    def hangs(self) -> None:
        self._main.write_text(
            "import os, pathlib, tempfile, time\n"
            "pathlib.Path(tempfile.mkdtemp(), str(os.getpid())).touch()\n"
            "print('Collecting tiny==1.0', flush=True)\n"
            "time.sleep(600)\n"
        )


def install(lock: Path, drafts: Path, platform: Platform = HERE, report: Report | None = None) -> Path:
    target = drafts.with_name("target")
    wheels.install(lock, target, platform, report or Report(), drafts=drafts)
    return target


def test_what_a_lock_names_is_installed_and_told(wheelhouse: Wheelhouse, drafts: Path) -> None:
    told: list[Progress] = []
    target = install(wheelhouse.lock, drafts, report=Report(told.append))
    assert (target / "tiny/__init__.py").is_file()
    assert (target / "small/__init__.py").is_file()
    assert not list(target.rglob("*.pyc"))
    assert [(each.step, each.total) for each in told] == [(0, 2), (0, 2), (1, 2)]
    assert told[0].message == "Fetching 2 packages for this machine"
    assert {each.message for each in told[1:]} == {"Fetching tiny 1.0", "Fetching small 1.0"}


def test_settings_of_pip_that_forbid_it_do_not_matter(
    wheelhouse: Wheelhouse, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_REQUIRE_VIRTUALENV", "1")
    assert (install(wheelhouse.lock, drafts) / "tiny").is_dir()


def test_a_pip_in_the_working_directory_is_not_run(
    wheelhouse: Wheelhouse, drafts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('a stranger')")
    (drafts / "pip.py").write_text("raise SystemExit('a stranger')")
    monkeypatch.chdir(tmp_path)
    assert (install(wheelhouse.lock, drafts) / "tiny").is_dir()


def test_the_wheels_of_lambda_are_taken(wheelhouse: Wheelhouse, drafts: Path) -> None:
    wheelhouse.add("native", "cp314-cp314-manylinux_2_28_aarch64")
    wheelhouse.add("stable", "cp311-abi3-manylinux_2_24_aarch64")
    wheelhouse.add("old", "cp39-abi3-manylinux2014_aarch64")
    target = install(wheelhouse.lock, drafts, LAMBDA)
    for name in ("native", "stable", "old", "tiny"):
        assert (target / name).is_dir()


@pytest.mark.parametrize(
    "tag",
    [
        "cp313-cp313-manylinux_2_28_aarch64",
        "cp314-cp314-manylinux_2_28_x86_64",
        "cp314-cp314-manylinux_2_35_aarch64",
        "cp314-cp314-macosx_11_0_arm64",
        "cp314-cp314-musllinux_1_2_aarch64",
        "cp314-cp314t-manylinux_2_28_aarch64",
    ],
)
def test_a_wheel_that_lambda_cannot_run_is_none(wheelhouse: Wheelhouse, drafts: Path, tag: str) -> None:
    wheelhouse.add("native", tag)
    with pytest.raises(
        Unavailable, match=r"no wheel of native==1\.0 for AWS Lambda \(Python 3\.14 on arm64\)"
    ):
        install(wheelhouse.lock, drafts, LAMBDA)


def test_a_wheel_that_was_tampered_with_is_not_used(wheelhouse: Wheelhouse, drafts: Path) -> None:
    wheelhouse.add("forged", sha256="0" * 64)
    with pytest.raises(Unavailable, match=r"(?s)came for forged==1\.0 is not what .* hash is another"):
        install(wheelhouse.lock, drafts)
    assert not (drafts.with_name("target") / "forged").exists()


def test_without_a_network_it_says_so(
    wheelhouse: Wheelhouse, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # discard: nobody listens
    with pytest.raises(Unavailable, match=r"does not reach its registry\. .* Connection refused"):
        install(wheelhouse.lock, drafts)


def test_without_pip_it_says_how_to_get_it(
    wheelhouse: Wheelhouse, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels, "find_spec", {}.get)
    with pytest.raises(MissingExtra) as caught:
        install(wheelhouse.lock, drafts)
    assert f"`{sys.executable} -m ensurepip`" in caught.value.detail


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded: '/x'",
    ],
)
def test_a_full_disk_is_named(pip_that: PipThat, wheelhouse: Wheelhouse, drafts: Path, said: str) -> None:
    pip_that.fails(said)
    with pytest.raises(Unavailable, match="The disk is full"):
        install(wheelhouse.lock, drafts)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ERROR: It is Tuesday.\nhint: wait", "It says: It is Tuesday."),
        ("Segmentation fault", "It says: Segmentation fault"),
        ("", "It says: nothing."),
    ],
)
def test_what_pip_says_beyond_that_is_shown(
    pip_that: PipThat, wheelhouse: Wheelhouse, drafts: Path, said: str, shown: str
) -> None:
    pip_that.fails(said)
    with pytest.raises(Unavailable) as caught:
        install(wheelhouse.lock, drafts)
    assert caught.value.detail.endswith(shown)


def test_cancelling_ends_pip(pip_that: PipThat, wheelhouse: Wheelhouse, drafts: Path) -> None:
    pip_that.hangs()
    at_work = threading.Event()
    report = Report(lambda progress: at_work.set() if progress.message == "Fetching tiny 1.0" else None)

    def cancel() -> None:
        at_work.wait()
        report.cancel()

    threading.Thread(target=cancel).start()
    with pytest.raises(Cancelled):
        install(wheelhouse.lock, drafts, report=report)
    assert_gone(drafts)


def test_an_interrupt_ends_pip(pip_that: PipThat, wheelhouse: Wheelhouse, drafts: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.message == "Fetching tiny 1.0":
            raise KeyboardInterrupt

    pip_that.hangs()
    with pytest.raises(KeyboardInterrupt):
        install(wheelhouse.lock, drafts, report=Report(interrupt))
    assert_gone(drafts)


def assert_gone(drafts: Path) -> None:
    """Assert that the process is over which left its number in a folder that pip would have made."""
    (left,) = [path for path in drafts.glob("*/*") if path.name.isdigit()]
    with pytest.raises(ProcessLookupError):
        os.kill(int(left.name), 0)


def test_one_that_was_cancelled_before_does_not_begin(wheelhouse: Wheelhouse, drafts: Path) -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        install(wheelhouse.lock, drafts, report=report)
    assert list(drafts.iterdir()) == []
