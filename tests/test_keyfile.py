from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from cyclorama import keyfile
from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def test_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    assert keyfile.keep(path, lambda: b"first") == b"first"
    assert keyfile.keep(path, lambda: b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_all_who_start_at_once_get_the_same(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    got: list[bytes] = []

    def start(number: int) -> None:
        barrier.wait()
        got.append(keyfile.keep(tmp_path / "key", lambda: str(number).encode() * 1000))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1


def test_a_folder_in_its_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(Unavailable, match=r"key file .* cannot be used"):
        keyfile.keep(tmp_path / "key", lambda: b"x")


def test_reads_what_is_there_and_makes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "key"
    assert keyfile.read(path) == b""
    assert not path.parent.exists()
    keyfile.keep(path, lambda: b"secret")
    assert keyfile.read(path) == b"secret"
    with pytest.raises(Unavailable, match="CYCLORAMA_DATA"):
        keyfile.read(path.parent)
