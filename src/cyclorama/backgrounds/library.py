"""What was made is kept: a picture, a thumbnail and a JSON sidecar for each background.

Three objects a background: `<id>/image.png`, `<id>/thumbnail.webp`, `<id>/background.json`. The sidecar is
written last and removed first, so a background is there whole or not at all, whatever happens in between.
"""

from __future__ import annotations

import asyncio
import io
import re
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from obstore.store import LocalStore
from PIL import Image
from pydantic import BaseModel, ConfigDict, computed_field

from cyclorama.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from obstore.store import ObjectStore

    from cyclorama.backgrounds.base import Painting, Prompt

THUMBNAIL = (320, 320)
ID = re.compile(r"[0-9a-f]{22}")
SIDECAR = "background.json"
IMAGE = "image.png"
PREVIEW = "thumbnail.webp"


class Background(BaseModel):
    """A picture to stand in front of, and everything that made it."""

    model_config = ConfigDict(frozen=True)

    id: str
    prompt: str
    negative_prompt: str = ""
    generator: str
    seed: int
    width: int
    height: int
    created_at: datetime
    understood: tuple[str, ...] = ()
    note: str = ""

    @computed_field  # type: ignore[prop-decorator] # pydantic's own documented form
    @property
    def image(self) -> str:
        """Path of the picture on the server."""
        return f"/backgrounds/{self.id}/image"

    @computed_field  # type: ignore[prop-decorator] # pydantic's own documented form
    @property
    def thumbnail(self) -> str:
        """Path of the thumbnail on the server."""
        return f"/backgrounds/{self.id}/thumbnail"


def png(image: Image.Image) -> bytes:
    """Encode a picture as PNG, fast rather than small: somebody waits for it."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


class Library:
    """Backgrounds in an object store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Open the library in a local folder, which is made if it is not there.

        Raises:
            Unavailable: the folder cannot be made or read.
        """
        try:
            return cls(LocalStore(folder, mkdir=True, automatic_cleanup=True))
        except Exception as error:
            raise Unavailable(
                f"The library's folder {folder} cannot be used: {error}. "
                "Set CYCLORAMA_DATA to a folder that you may write to."
            ) from error

    async def add(self, painting: Painting, prompt: Prompt, generator: str) -> Background:
        """Keep a painting, and return the background that it became."""
        background = Background(
            id=_new_id(),
            prompt=prompt.text,
            negative_prompt=prompt.negative,
            generator=generator,
            seed=prompt.seed,
            width=painting.image.width,
            height=painting.image.height,
            created_at=datetime.now(UTC),
            understood=painting.understood,
            note=painting.note,
        )
        picture, preview = await asyncio.to_thread(lambda: (png(painting.image), _thumbnail(painting.image)))
        await self._put(background.id, IMAGE, picture)
        await self._put(background.id, PREVIEW, preview)
        stored = background.model_dump_json(exclude={"image", "thumbnail"}, indent=2)
        await self._put(background.id, SIDECAR, stored.encode())
        return background

    async def list(self) -> list[Background]:
        """Return all backgrounds, newest first."""
        paths = [meta["path"] async for batch in self._store.list() for meta in batch]
        ids = sorted((path.split("/")[0] for path in paths if path.endswith(f"/{SIDECAR}")), reverse=True)
        found = await asyncio.gather(*(self._read(id_) for id_ in ids if ID.fullmatch(id_)))
        return [background for background in found if background]

    async def get(self, id_: str) -> Background:
        """Return one background.

        Raises:
            NotFound: there is none with that id.
        """
        background = await self._read(id_) if ID.fullmatch(id_) else None
        if background is None:
            raise _missing()
        return background

    async def image(self, id_: str) -> bytes:
        """Return the picture as PNG.

        Raises:
            NotFound: there is no background with that id.
        """
        return await self._bytes((await self.get(id_)).id, IMAGE)

    async def thumbnail(self, id_: str) -> bytes:
        """Return the thumbnail, at most 320 px a side, as WebP.

        Raises:
            NotFound: there is no background with that id.
        """
        return await self._bytes((await self.get(id_)).id, PREVIEW)

    async def delete(self, id_: str) -> None:
        """Remove a background.

        Raises:
            NotFound: there is none with that id.
        """
        background = await self.get(id_)
        for name in (SIDECAR, PREVIEW, IMAGE):
            await self._store.delete_async(f"{background.id}/{name}")

    async def _read(self, id_: str) -> Background | None:
        try:
            return Background.model_validate_json(await self._bytes(id_, SIDECAR))
        except (NotFound, ValueError):
            return None

    async def _put(self, id_: str, name: str, data: bytes) -> None:
        try:
            await self._store.put_async(f"{id_}/{name}", data)
        except Exception as error:
            raise Unavailable(f"The background could not be kept: {error}. Is the disk full?") from error

    async def _bytes(self, id_: str, name: str) -> bytes:
        try:
            result = await self._store.get_async(f"{id_}/{name}")
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise _missing() from error


def _missing() -> NotFound:
    return NotFound("There is no such background; it may have been deleted. Reload the list.")


def _new_id() -> str:
    # Milliseconds first, so that ids sort by age.
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(5)}"


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS, reducing_gap=2)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()
