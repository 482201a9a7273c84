from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cyclorama import matting
from cyclorama.wire.site import STATIC

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the pages are not built: run `make setup`")
def test_a_wheel_needs_neither_node_nor_the_repository(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    for needed in (
        "cyclorama/py.typed",
        "cyclorama/aws/functions.lock",
        "cyclorama/aws/prices.toml",
        "cyclorama/aws/template.yaml",
        "cyclorama/picture/kernel.wasm",
        "cyclorama/matting/models.json",
        *(f"cyclorama/matting/{model.file}" for model in matting.models().values()),
        "cyclorama/server/static/index.html",
        "cyclorama/server/static/watch.html",
    ):
        assert needed in names
    assets = [name for name in names if name.startswith("cyclorama/server/static/assets/")]
    assert not [name for name in assets if name.endswith(".tflite")]
    assert any("litert" in name and name.endswith(".wasm") for name in assets)
    assert not [name for name in names if "node_modules" in name or name.endswith(".map")]


def test_model_files_are_what_they_should_be() -> None:
    for model in matting.models().values():
        assert hashlib.sha256(model.read()).hexdigest() == model.sha256


@pytest.mark.parametrize("lock", ["requirements/run.lock", "requirements/dev.lock", "requirements/node.lock"])
def test_locks_hold_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_the_pages_lock_holds_hashes_and_no_address_of_a_registry() -> None:
    text = (ROOT / "web/package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert '"resolved"' not in text
