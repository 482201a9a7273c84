"""Processes that are killed, and processes at the same time: the library stays whole."""

from __future__ import annotations

import asyncio
import io
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cyclorama.backgrounds import library as library_
from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library
from tests.backgrounds.conftest import PLACES, open_store

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from cyclorama.backgrounds.store import Store
    from tests.backgrounds.conftest import Clock

pytestmark = [
    pytest.mark.parametrize("place", PLACES, indirect=True),
    pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are POSIX's"),
]

ROOT = Path(__file__).parents[2]
WRITES = 15  # at least, of the story that ends at each of them


async def start(place: str, *args: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.backgrounds.worker", place, *args, cwd=ROOT, stdout=PIPE
    )


def told(output: bytes, what: str) -> set[str]:
    lines = [line.split() for line in output.decode().splitlines()]
    return {words[1] for words in lines if words[0] == what}


async def visible(place: str) -> set[str]:
    """Return the ids of all backgrounds, each of which is whole."""
    library = Library(open_store(place))
    found = await library.list()
    for each in found:
        assert await library.get(each.id) == each
        for data in (await library.image(each.id), await library.thumbnail(each.id)):
            Image.open(io.BytesIO(data)).load()
    return {each.id for each in found}


async def is_usable(place: str) -> None:
    library = Library(open_store(place))
    kept = await library.add(Painting(Image.new("RGB", (64, 64))), Prompt(text="after"), "scenery")
    await library.favour(kept.id, True)
    assert kept.id in {each.id for each in (await library.page(favourites=True)).backgrounds}
    await library.delete(kept.id)
    await library.restore(kept.id)
    await library.delete(kept.id)
    await library.sweep()


async def marked(store: Store, mark: str) -> set[str]:
    return {entry.path.partition("/")[2] for entry in await store.list(mark)}


async def test_a_process_that_ends_at_any_write_leaves_no_half_background(
    place: str, store: Store, clock: Clock
) -> None:
    process = await start(place, "dies", "0")
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert output.count(b"ended 9\n") >= WRITES
    assert output.endswith(b"ended 0\n")
    there = await visible(place)
    assert told(output, "added") <= there
    assert not told(output, "swept") & there
    await is_usable(place)
    for _ in range(3):
        clock.forward(hours=26)
        await Library(store).sweep()
    there = await visible(place)
    assert told(output, "added") <= there
    objects = {entry.path for entry in await store.list()}
    assert {path.partition("/")[0] for path in objects} <= there | {library_.FAVOURITES}
    assert await marked(store, library_.FAVOURITES) <= there


async def test_processes_that_are_killed_lose_nothing_they_said_was_kept(place: str, store: Store) -> None:
    kills = 20 if place.startswith("s3://") else 100
    process = await start(place, "killed", str(kills))
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert output.count(b"ended -9\n") == kills
    added, there = told(output, "added"), await visible(place)
    assert added - told(output, "deleting") <= there
    assert added <= there | await marked(store, library_.DELETED)
    assert added
    await is_usable(place)


async def test_two_processes_at_once_lose_nothing(place: str, store: Store) -> None:
    workers = [await start(place, "work", seed) for seed in ("1", "2")]
    outputs = await asyncio.gather(*(worker.communicate() for worker in workers))
    assert [worker.returncode for worker in workers] == [0, 0]
    output = b"".join(said for said, _ in outputs)
    added = told(output, "added")
    there, deleted = await visible(place), await marked(store, library_.DELETED)
    assert there | deleted == added
    assert not there & deleted
    assert added - told(output, "deleting") <= there
    assert await marked(store, library_.FAVOURITES) <= added
    library = Library(store)
    for id_ in deleted:
        await library.restore(id_)
    assert await visible(place) == added
