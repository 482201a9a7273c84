"""Processes that work in a library until they are stopped, and say what they have done.

`python -m tests.backgrounds.worker PLACE HOW NUMBER`, where HOW is

- work: do sixty things, drawn by the seed NUMBER
- killed: start such a process NUMBER times, and kill each at a moment drawn by chance
- dies: tell one story again and again, to end before its first write, before its second, and so on

Those that end early are forks: a Python takes a second to load all that is needed.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from PIL import Image

from cyclorama.backgrounds import library as library_
from cyclorama.backgrounds import metadata
from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library, thumbnail
from cyclorama.backgrounds.store import Store
from cyclorama.errors import NotFound
from tests.backgrounds.conftest import open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PICTURE = Painting(Image.effect_noise((64, 64), 50).convert("RGB"))


def say(*words: str) -> None:
    """Write one line at once: what was said was done, whatever comes."""
    os.write(1, (" ".join(words) + "\n").encode())


async def work(library: Library, seed: int, count: int) -> None:
    """Do `count` things that creators do, to whatever is there."""
    chance = random.Random(seed)  # noqa: S311 - it shall be the same again
    for _ in range(count):
        known = [background.id for background in (await library.page()).backgrounds]
        deleted = sorted(await library._marked(library_.DELETED))
        what = chance.choice(["add", "add", "favour", "forget", "delete", "restore", "sweep"])
        try:
            match what:
                case "add":
                    say("added", (await library.add(PICTURE, Prompt(text="x"), "scenery")).id)
                case "favour" | "forget" if known:
                    await library.favour(chance.choice(known), what == "favour")
                case "delete" if known:
                    id_ = chance.choice(known)
                    say("deleting", id_)
                    await library.delete(id_)
                case "restore" if deleted:
                    id_ = chance.choice(deleted)
                    await library.restore(id_)
                    say("restored", id_)
                case "sweep":
                    await library.sweep()
        except NotFound:
            pass  # another was faster


async def story(library: Library) -> None:
    """Do everything that writes, once; what is deleted is swept at once."""
    library_.RESTORABLE = library_.REMOVED = library_.HALF = timedelta()
    kept = await library.add(PICTURE, Prompt(text="kept"), "scenery")
    say("added", kept.id)
    await library.favour(kept.id, True)
    gone = await library.add(PICTURE, Prompt(text="gone"), "scenery")
    await library.favour(gone.id, True)
    await library.delete(gone.id)
    await library.sweep()
    say("swept", gone.id)
    await library.favour(kept.id, False)


def ending(write: Callable[..., Awaitable[None]], left: list[int]) -> Callable[..., Awaitable[None]]:
    async def last(self: Store, *rest: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
        await write(self, *rest)

    return last


def dies(place: str) -> None:
    number, status = 0, 9
    while status:
        number += 1
        child = os.fork()
        if child == 0:
            left = [number]
            Store.put = ending(Store.put, left)  # type: ignore[method-assign, assignment]
            Store.remove = ending(Store.remove, left)  # type: ignore[method-assign, assignment]
            asyncio.run(story(Library(open_store(place))))
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        say("ended", str(status))


def killed(place: str, times: int) -> None:
    chance = random.Random(times)  # noqa: S311 - it shall be the same again
    for seed in range(times):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(write, 1)
            os.close(write)
            say("working")
            asyncio.run(work(Library(open_store(place)), seed, 100_000))
        os.close(write)
        with open(read) as lines:  # noqa: PTH123 - a pipe has no path
            for _ in range(chance.randrange(1, 4)):
                sys.stdout.write(lines.readline())
            time.sleep(chance.uniform(0, 0.05))
            os.kill(child, signal.SIGKILL)
            sys.stdout.write(lines.read())
        print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def load() -> None:
    """Load what is loaded at its first use, but start no thread that a fork would not have."""
    import obstore.auth.boto3  # noqa: F401

    metadata.encode(PICTURE, Prompt(text="x"), "scenery", "png")
    thumbnail(PICTURE.image)


if __name__ == "__main__":
    _, place, how, number = sys.argv
    load()
    match how:
        case "work":
            asyncio.run(work(Library(open_store(place)), int(number), 60))
        case "killed":
            killed(place, int(number))
        case "dies":
            dies(place)
