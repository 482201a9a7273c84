"""Backgrounds from the library of the studio that an engine is linked to."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import quote

from cyclorama.backgrounds.background import Background
from cyclorama.live.state import LIBRARY
from cyclorama.stage.running import RunningStudio

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.backgrounds.base import Progress
    from cyclorama.live.base import Backdrop
    from cyclorama.live.control import Opener
    from cyclorama.stage.running import Access


def borrowing(open_backdrop: Opener, access: Access, size: tuple[int, int] | None = None) -> Opener:
    """Return an opener that fetches "library:ID" from a studio, and leaves the rest to `open_backdrop`.

    Args:
        open_backdrop: for all else.
        access: to the studio.
        size: of the frames behind which it will stand, (width, height); None: videos keep their own.
    """

    def opened(text: str, *, files: bool, on_progress: Callable[[Progress], object]) -> Backdrop:
        if not text.startswith(LIBRARY):
            return open_backdrop(text, files=files, on_progress=on_progress)
        return asyncio.run(_fetched(text.removeprefix(LIBRARY), access, size))

    return opened


async def _fetched(id_: str, access: Access, size: tuple[int, int] | None) -> Backdrop:
    # They bring the decoders, for which nobody waits who borrows nothing.
    from cyclorama.live.backdrops import Picture, Video

    path = f"/backgrounds/{quote(id_, safe='')}"
    async with aclosing(RunningStudio(access.server, access.key, access.certificate)) as studio:
        background, data = await asyncio.gather(
            studio.ask(Background, "GET", path), studio.fetch(f"{path}/image")
        )
    if background.media_type.startswith("video/"):
        return Video(data, background.prompt, size=size)
    return Picture.decode(data, background.prompt)
