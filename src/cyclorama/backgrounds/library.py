"""What was made is kept: a picture, a thumbnail and a JSON sidecar for each background.

Three objects a background, which are written once and never changed: `<id>/image.png` or `<id>/image.webp`,
`<id>/thumbnail.webp` and, last, `<id>/background.json`. Two more may stand beside them and have no content:
`favourites/<id>` and `deleted/<id>`.

What holds, whatever stops or runs at the same time, in any number of processes:

- A background is there whole or not at all: it begins with its sidecar, and ends with its mark in `deleted/`.
- A mark is one object: where two set and remove it at once, one was the last.
- What was restored stays. Only a mark younger than `RESTORABLE` is taken away, only one older than `SWEPT` is
  acted upon, and it goes last: between them lies more time than a request takes, or clocks may differ.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from PIL import Image
from pydantic import BaseModel, ConfigDict, computed_field

from cyclorama.backgrounds import store as store_
from cyclorama.errors import InvalidRequest, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from obstore.store import ObjectStore

    from cyclorama.backgrounds.base import Painting, Prompt
    from cyclorama.settings import Settings

THUMBNAIL = (320, 320)
ID = re.compile(r"[0-9a-f]{22}")
SIDECAR = "background.json"
PREVIEW = "thumbnail.webp"
FAVOURITES = "favourites"
DELETED = "deleted"
IMAGES = {"image/png": "image.png", "image/webp": "image.webp"}
RESTORABLE = timedelta(hours=1)
SWEPT = timedelta(hours=2)
HALF = timedelta(days=1)  # longer than keeping a picture can take
MAX_PAGE = 200
REMEMBERED = 10_000  # sidecars in memory, about 2 kB each
AT_ONCE = 50  # requests to the store


class Background(BaseModel):
    """A picture to stand in front of, and everything that made it."""

    model_config = ConfigDict(frozen=True)

    id: str
    prompt: str
    negative_prompt: str = ""
    style: str = ""
    generator: str
    model: str = ""
    licence: str = ""
    seed: int
    width: int
    height: int
    created_at: datetime
    understood: tuple[str, ...] = ()
    note: str = ""
    media_type: str = "image/png"
    favourite: bool = False
    url: str = ""

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


NOT_KEPT = {"favourite", "url", "image", "thumbnail"}


class Page(BaseModel):
    """Some backgrounds, newest first, and the `after` of the page behind them, or None."""

    backgrounds: list[Background]
    next: str | None = None


def png(image: Image.Image) -> bytes:
    """Encode a picture as PNG, fast rather than small: somebody waits for it."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


class Library:
    """Backgrounds in an object store.

    Args:
        store: where they are.
        public_url: address under which the store's objects are public, or "".
    """

    def __init__(self, store: ObjectStore, public_url: str = "") -> None:
        self._store = store
        self._public_url = public_url.rstrip("/")
        self._known: OrderedDict[str, Background] = OrderedDict()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Open the library that the settings name.

        Raises:
            InvalidSetting: its address is none.
            Unavailable: its folder cannot be made or read.
        """
        if settings.library:
            return cls(store_.bucket(settings.library), settings.public_url)
        return cls(store_.folder(settings.data / "backgrounds"), settings.public_url)

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Open the library in a local folder, which is made if it is not there.

        Raises:
            Unavailable: the folder cannot be made or read.
        """
        return cls(store_.folder(folder))

    async def add(self, painting: Painting, prompt: Prompt, generator: str) -> Background:
        """Keep a painting, and return the background that it became.

        Raises:
            Unavailable: the store does not take it; nothing of it can be seen.
        """
        background = Background(
            id=_new_id(),
            prompt=prompt.text,
            negative_prompt=prompt.negative,
            style=prompt.style,
            generator=generator,
            model=painting.model,
            licence=painting.licence,
            seed=prompt.seed if painting.seed is None else painting.seed,
            width=painting.image.width,
            height=painting.image.height,
            created_at=datetime.now(UTC),
            understood=painting.understood,
            note=painting.note,
        )
        picture, preview = await asyncio.to_thread(lambda: (png(painting.image), _thumbnail(painting.image)))
        await self._put(f"{background.id}/{IMAGES[background.media_type]}", picture)
        await self._put(f"{background.id}/{PREVIEW}", preview)
        stored = background.model_dump_json(exclude=NOT_KEPT, indent=2)
        await self._put(f"{background.id}/{SIDECAR}", stored.encode())
        return self._shown(background, favourite=False)

    async def page(
        self, search: str = "", favourites: bool = False, limit: int = 60, after: str | None = None
    ) -> Page:
        """Return backgrounds, newest first.

        Args:
            search: words that must all be in the prompt, in upper or lower case, with or without accents.
            favourites: only these.
            limit: at most so many, 1 to 200.
            after: `next` of the page before. What others add or delete meanwhile neither repeats nor
                hides anything else.

        Raises:
            InvalidRequest: `limit` or `after` cannot be.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidRequest(f"A page has 1 to {MAX_PAGE} backgrounds; {limit} were asked for.")
        if after is not None and not ID.fullmatch(after):
            raise InvalidRequest("There is no such page; `after` is what the page before called `next`.")
        ids, liked, deleted = await asyncio.gather(
            self._ids(), self._marked(FAVOURITES), self._marked(DELETED)
        )
        wanted = (ids & liked if favourites else ids) - deleted
        ordered = sorted((id_ for id_ in wanted if after is None or id_ < after), reverse=True)
        words = _plain(search).split()
        found: list[Background] = []
        for start in range(0, len(ordered), AT_ONCE):
            sidecars = await asyncio.gather(*(self._sidecar(id_) for id_ in ordered[start : start + AT_ONCE]))
            found += [
                self._shown(background, background.id in liked)
                for background in sidecars
                if background and _has(background.prompt, words)
            ]
            if len(found) > limit:
                return Page(backgrounds=found[:limit], next=found[limit - 1].id)
        return Page(backgrounds=found)

    async def list(self) -> list[Background]:
        """Return all backgrounds, newest first."""
        page = await self.page(limit=MAX_PAGE)
        found = page.backgrounds
        while page.next:
            page = await self.page(limit=MAX_PAGE, after=page.next)
            found += page.backgrounds
        return found

    async def get(self, id_: str) -> Background:
        """Return one background.

        Raises:
            NotFound: there is none with that id, or it is deleted.
        """
        if not ID.fullmatch(id_):
            raise _missing()
        background, favourite, deleted = await asyncio.gather(
            self._read(id_), self._has_mark(FAVOURITES, id_), self._has_mark(DELETED, id_)
        )
        if background is None or deleted:
            raise _missing()
        return self._shown(background, favourite)

    async def image(self, id_: str) -> bytes:
        """Return the picture, of the background's `media_type`.

        Raises:
            NotFound: there is no background with that id.
        """
        background = await self.get(id_)
        return await self._bytes(f"{id_}/{IMAGES[background.media_type]}")

    async def thumbnail(self, id_: str) -> bytes:
        """Return the thumbnail, at most 320 px a side, as WebP.

        Raises:
            NotFound: there is no background with that id.
        """
        return await self._bytes(f"{(await self.get(id_)).id}/{PREVIEW}")

    async def favour(self, id_: str, favourite: bool) -> Background:
        """Make a background a favourite, or not any more.

        Raises:
            NotFound: there is none with that id.
        """
        background = await self.get(id_)
        if favourite:
            await self._put(f"{FAVOURITES}/{id_}", b"")
        else:
            await self._remove(f"{FAVOURITES}/{id_}")
        return self._shown(background, favourite)

    async def delete(self, id_: str) -> None:
        """Hide a background, which can be had back for an hour.

        Raises:
            NotFound: there is none with that id.
        """
        await self.get(id_)
        await self._put(f"{DELETED}/{id_}", b"")

    async def restore(self, id_: str) -> Background:
        """Have back what was deleted less than an hour ago; what is not deleted stays as it is.

        Raises:
            NotFound: there is none with that id, or it is too late.
        """
        if not ID.fullmatch(id_):
            raise _missing()
        mark = f"{DELETED}/{id_}"
        since = await self._age(mark)
        if since is not None:
            if since > RESTORABLE:
                raise NotFound("That background was deleted over an hour ago; it cannot be had back.")
            await self._remove(mark)
        return await self.get(id_)

    async def sweep(self) -> None:
        """Remove for good what can no longer be restored, and what a crash left half done."""
        async for batch in self._store.list(DELETED):
            for meta in batch:
                id_ = meta["path"].partition("/")[2]
                since = await self._age(meta["path"])
                if since is not None and since > SWEPT:
                    for name in (SIDECAR, *IMAGES.values(), PREVIEW):
                        await self._remove(f"{id_}/{name}")
                    self._known.pop(id_, None)
                    await self._remove(f"{FAVOURITES}/{id_}")
                    await self._remove(meta["path"])

    async def _ids(self) -> set[str]:
        result = await self._store.list_with_delimiter_async()
        return {name for name in result["common_prefixes"] if ID.fullmatch(name)}

    async def _marked(self, mark: str) -> set[str]:
        return {meta["path"].partition("/")[2] async for batch in self._store.list(mark) for meta in batch}

    async def _has_mark(self, mark: str, id_: str) -> bool:
        return await self._age(f"{mark}/{id_}") is not None

    async def _age(self, path: str) -> timedelta | None:
        try:
            return datetime.now(UTC) - (await self._store.head_async(path))["last_modified"]
        except FileNotFoundError:
            return None

    async def _sidecar(self, id_: str) -> Background | None:
        """Return the sidecar from memory, where it is: it never changes."""
        if background := self._known.get(id_):
            self._known.move_to_end(id_)
            return background
        return await self._read(id_)

    async def _read(self, id_: str) -> Background | None:
        try:
            background = Background.model_validate_json(await self._bytes(f"{id_}/{SIDECAR}"))
        except (NotFound, ValueError):
            return None
        if background.id != id_ or background.media_type not in IMAGES:
            return None
        self._known[id_] = background
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return background

    def _shown(self, background: Background, favourite: bool) -> Background:
        path = f"{background.id}/{IMAGES[background.media_type]}"
        url = f"{self._public_url}/{path}" if self._public_url else ""
        return background.model_copy(update={"favourite": favourite, "url": url})

    async def _put(self, path: str, data: bytes) -> None:
        try:
            await self._store.put_async(path, data, use_multipart=False)
        except Exception as error:
            raise Unavailable(f"The background could not be kept: {error}. Is the disk full?") from error

    async def _remove(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            await self._store.delete_async(path)

    async def _bytes(self, path: str) -> bytes:
        try:
            result = await self._store.get_async(path)
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise _missing() from error


def _missing() -> NotFound:
    return NotFound("There is no such background; it may have been deleted. Reload the list.")


def _new_id() -> str:
    # Milliseconds first, so that ids sort by age.
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(5)}"


def _plain(text: str) -> str:
    """Return `text` without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _has(text: str, words: Iterable[str]) -> bool:
    plain = _plain(text)
    return all(word in plain for word in words)


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS, reducing_gap=2)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()
