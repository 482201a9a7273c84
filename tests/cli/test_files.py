from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from cyclorama.cli import files
from cyclorama.errors import InvalidRequest, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "beach.png"
    file.write_bytes(b"old")

    def interrupted() -> None:
        with files.whole(file) as part:
            part.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["beach.png"]


def test_many_at_once_find_a_name_each(tmp_path: Path) -> None:
    def write(number: int) -> Path:
        return files.write_first_free((tmp_path / f"{n}.png" for n in range(100)), bytes([number]))

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(write, range(40)))
    assert [path.read_bytes() for path in written] == [bytes([number]) for number in range(40)]
    assert names(tmp_path) == sorted(f"{n}.png" for n in range(40))


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="not a file"), files.whole(tmp_path):
        raise AssertionError("it must not begin")


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(Unavailable, match=r"no/beach\.png cannot be written: No such"),
        files.whole(tmp_path / "no/beach.png"),
    ):
        raise AssertionError("it must not begin")


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Beach, at sunset!", "beach-at-sunset"),
        ("../../etc/passwd", "etc-passwd"),
        ("Strand für Möwen 海滩", "strand-für-möwen-海滩"),
        ("?!", "background"),
        ("long " * 40, "long-" * 11 + "long"),
    ],
)
def test_a_file_is_named_for_its_prompt(prompt: str, name: str) -> None:
    assert files.name_for(prompt) == name
