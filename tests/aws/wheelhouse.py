"""A registry of tiny wheels, for tests of pip that want no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class Wheelhouse:
    """Wheels in a folder, which is all that pip finds; and a lock that names them.

    Attributes:
        lock: the lock, to be changed as a test likes.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder / "wheels"
        self._folder.mkdir()
        self.lock = folder / "tiny.lock"
        for name in os.environ:
            if name.startswith("PIP_"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(self._folder))

    def add(self, name: str, tag: str = "py3-none-any", sha256: str = "") -> None:
        """Put a wheel of one module there, and into the lock; with a hash that may be wrong."""
        path = self._folder / f"{name}-1.0-{tag}.whl"
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", f"NAME = {name!r}\nWORDS = {{'one', 'two', 'three'}}\n")
            wheel.writestr(f"{name}/__init__.pyi", "NAME: str\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
            wheel.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{name} = {name}:NAME.title\n")
            wheel.writestr(f"{info}/licenses/LICENSE", "Do as you like.\n")
            wheel.writestr(f"{info}/RECORD", "")
        with self.lock.open("a") as lock:
            right = hashlib.sha256(path.read_bytes()).hexdigest()
            lock.write(f"{name}==1.0 \\\n    --hash=sha256:{sha256 or right}\n")

    def gone(self) -> None:
        """Be no more."""
        shutil.rmtree(self._folder)
