from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.store import Store
from cyclorama.errors import AccessDenied, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def test_a_file_in_the_folders_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="CYCLORAMA_DATA"):
        Library.at(tmp_path / "file" / "backgrounds")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    store = Store.folder(tmp_path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(AccessDenied, match="CYCLORAMA_DATA"):
            asyncio.run(store.put("a/b", b""))
    finally:
        tmp_path.chmod(0o700)


NO_ROOM = """
import asyncio, resource, sys
from pathlib import Path
from PIL import Image
from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library
from cyclorama.errors import Unavailable

async def main():
    library = Library.at(Path(sys.argv[1]))
    # Pictures no longer fit, which to a program is as if the disk ended there.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
    try:
        await library.add(Painting(Image.effect_noise((300, 300), 50)), Prompt(text="x"), "scenery")
    except Unavailable as error:
        print(error.detail)
    print(await library.page())

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of this kind are POSIX's")
def test_a_write_that_breaks_off_is_a_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", NO_ROOM, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    said, page = run.stdout.splitlines()
    assert said.startswith(f"The library in {tmp_path} cannot be used right now")
    assert "File too large" in said
    assert page == "backgrounds=[] next=None"
    assert not [path for path in tmp_path.rglob("*.png*") if path.is_file()]


@pytest.mark.parametrize(
    ("number", "error", "says"),
    [
        (errno.ENOSPC, Unavailable, "disk with /here is full"),
        (errno.EDQUOT, Unavailable, "disk with /here is full"),
        (errno.EACCES, AccessDenied, "/here is not allowed"),
        (errno.EROFS, AccessDenied, "/here is not allowed"),
    ],
)
async def test_what_the_system_says_is_said_in_words(
    number: int, error: type[Unavailable], says: str
) -> None:
    class Disk:
        async def put_async(self, *_: object, **__: object) -> None:
            raise OSError(f"Generic LocalFileSystem error: Unable to copy data: x (os error {number})")

    with pytest.raises(error, match=says):
        await Store(Disk(), "/here").put("a/b", b"")  # type: ignore[arg-type]


def test_what_a_killed_process_had_begun_to_write_is_swept(tmp_path: Path) -> None:
    store = Store.folder(tmp_path)
    asyncio.run(store.put("whole/image.png", b""))
    for name in ("whole/image.png#1", "half/image.png#1", "young/image.png#1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
        if not name.startswith("young"):
            os.utime(tmp_path / name, (0, 0))
    asyncio.run(store.sweep(timedelta(days=1)))
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")} == {
        "whole",
        "whole/image.png",
        "young",
        "young/image.png#1",
    }
