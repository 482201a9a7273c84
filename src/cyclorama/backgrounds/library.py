"""What was made is kept: a picture, a thumbnail and a JSON sidecar for each background.

Three objects a background, written once and never changed: the picture or the video (`<id>/image.png`,
`image.webp`, `video.mp4` or `video.webm`), `<id>/thumbnail.webp` and, last, `<id>/background.json`. Two marks
without content may stand beside them: `favourites/<id>` and `deleted/<id>`.

What holds, whatever stops or runs at the same time, in any number of processes on one folder or bucket:

- A background is there whole or not at all: it begins with its sidecar, and ends with its mark in `deleted/`.
- A mark is one object: of two that set and remove it at once, one was the last.
- What was restored stays. Only a mark younger than `RESTORABLE` is taken away, only one older than `REMOVED`
  is acted upon, and it goes last: between them lies more time than a request takes, or clocks differ.
- What a crash left half done gets such a mark when it is older than `HALF`, and goes the same way.

One gap is left, as stores cannot remove an object on a condition: a sweeper that stands still between two
requests while another removes the same background, and an import brings it back, removes it again.
A process that is killed loses nothing; a machine that loses power may lose what its disk had not yet.
"""

from __future__ import annotations

import asyncio
import io
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from PIL import Image
from pydantic import ValidationError

from cyclorama.backgrounds import metadata
from cyclorama.backgrounds.background import IMAGES, NOT_KEPT, THUMBNAIL, Background, Page
from cyclorama.backgrounds.base import Painting
from cyclorama.backgrounds.store import Store
from cyclorama.errors import Conflict, InvalidRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cyclorama.backgrounds.base import Prompt
    from cyclorama.backgrounds.video import Clip
    from cyclorama.settings import Settings

THUMBNAIL_SIZE = (320, 320)
ID = re.compile(r"[0-9a-f]{22}")
SIDECAR = "background.json"
FAVOURITES = "favourites"
DELETED = "deleted"
RESTORABLE = timedelta(hours=1)
REMOVED = timedelta(hours=2)
HALF = timedelta(days=1)  # longer than keeping a picture can take
MAX_PAGE = 200
REMEMBERED = 10_000  # sidecars in memory, about 2 kB each
AT_ONCE = 50  # requests to the store


class Library:
    """Backgrounds in a store.

    Args:
        store: where they are.
        kind: how new pictures are kept: png or webp.
        public_url: address under which the store's objects are public, or "".
        path: where pages find the store's objects on their own server, such as "/library"; "" where that
            gives them out by their ids.
    """

    def __init__(self, store: Store, kind: str = "png", public_url: str = "", path: str = "") -> None:
        self._store = store
        self._kind = kind
        self._public_url = public_url.rstrip("/")
        self._path = path
        self._known: OrderedDict[str, Background] = OrderedDict()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Open the library that the settings name.

        Raises:
            InvalidSetting: its address is none.
            Unavailable: its folder cannot be made or read, or there are no credentials for its bucket.
        """
        url = settings.library
        store = Store.bucket(url) if url else Store.folder(settings.data / "backgrounds")
        return cls(store, settings.library_format, settings.public_url)

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Open the library in a local folder, which is made if it is not there.

        Raises:
            Unavailable: the folder cannot be made or read.
        """
        return cls(Store.folder(folder))

    async def add(self, painting: Painting, prompt: Prompt, generator: str) -> Background:
        """Keep a painting, as a video where it moves, and return the background that it became.

        Raises:
            Unavailable: the store does not take it; nothing of it can be seen.
        """
        kind, media_type = ("webm", "video/webm") if painting.video else (self._kind, f"image/{self._kind}")
        background = _described(painting, prompt, generator, media_type)
        picture, preview = await asyncio.gather(
            asyncio.to_thread(metadata.encode, painting, prompt, generator, kind),
            asyncio.to_thread(thumbnail, painting.image),
        )
        return await self._keep(background, picture, preview)

    async def add_video(self, clip: Clip, prompt: Prompt, generator: str) -> Background:
        """Keep a video as it is, its first picture as thumbnail; return the background that it became.

        Raises:
            Unavailable: the store does not take it; nothing of it can be seen.
        """
        background = _described(Painting(clip.image), prompt, generator, clip.media_type)
        return await self._keep(background, clip.data, await asyncio.to_thread(thumbnail, clip.image))

    async def add_again(self, background: Background, picture: bytes, preview: bytes) -> Background | None:
        """Keep a background that has been in a library before; return None where it is there already.

        What was deleted less than an hour ago is restored.

        Raises:
            Conflict: it is being removed for good right now.
            Unavailable: the store does not take it; nothing of it can be seen.
        """
        mark = f"{DELETED}/{background.id}"
        deleted = await self._store.age(mark)
        if deleted is not None:
            if deleted > RESTORABLE:
                raise Conflict("It was deleted and is just being removed. Import it again in two hours.")
            await self._store.remove(mark)
        if await self._read(background.id):
            return await self.get(background.id) if deleted is not None else None
        if background.favourite:
            await self._store.put(f"{FAVOURITES}/{background.id}", b"")
        return await self._keep(background, picture, preview)

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
            self._store.folders(), self._marked(FAVOURITES), self._marked(DELETED)
        )
        wanted = (ids & liked if favourites else ids) - deleted
        ordered = sorted(
            (id_ for id_ in wanted if ID.fullmatch(id_) and (after is None or id_ < after)), reverse=True
        )
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
            self._read(id_), self._store.age(f"{FAVOURITES}/{id_}"), self._store.age(f"{DELETED}/{id_}")
        )
        if background is None or deleted is not None:
            raise _missing()
        return self._shown(background, favourite is not None)

    async def image(self, id_: str) -> bytes:
        """Return the picture or the video, of the background's `media_type`.

        Raises:
            NotFound: there is no background with that id.
        """
        return await self._bytes(_image_path(await self.get(id_)))

    async def thumbnail(self, id_: str) -> bytes:
        """Return the thumbnail, at most 320 px a side, as WebP.

        Raises:
            NotFound: there is no background with that id.
        """
        return await self._bytes(f"{(await self.get(id_)).id}/{THUMBNAIL}")

    async def favour(self, id_: str, favourite: bool) -> Background:
        """Make a background a favourite, or not any more.

        Raises:
            NotFound: there is none with that id.
        """
        background = await self.get(id_)
        if favourite:
            await self._store.put(f"{FAVOURITES}/{id_}", b"")
        else:
            await self._store.remove(f"{FAVOURITES}/{id_}")
        return self._shown(background, favourite)

    async def delete(self, id_: str) -> None:
        """Hide a background, which can be had back for an hour.

        Raises:
            NotFound: there is none with that id.
        """
        await self.get(id_)
        await self._store.put(f"{DELETED}/{id_}", b"")

    async def restore(self, id_: str) -> Background:
        """Have back what was deleted less than an hour ago; what is not deleted stays as it is.

        Raises:
            NotFound: there is none with that id, or it is too late.
        """
        if not ID.fullmatch(id_):
            raise _missing()
        deleted = await self._store.age(f"{DELETED}/{id_}")
        if deleted is not None:
            if deleted > RESTORABLE:
                raise NotFound("That background was deleted over an hour ago; it cannot be had back.")
            await self._store.remove(f"{DELETED}/{id_}")
        return await self.get(id_)

    async def sweep(self) -> None:
        """Remove for good what was deleted long ago, and what a crash left half done."""
        for entry in await self._store.list(DELETED):
            # Asked again, as another process may have removed it, and an import brought it back, meanwhile.
            if entry.age > REMOVED and (await self._store.age(entry.path) or RESTORABLE) > REMOVED:
                await self._remove(entry.path.partition("/")[2])
                await self._store.remove(entry.path)
        for id_ in await self._halves():
            await self._store.put(f"{DELETED}/{id_}", b"")
        await self._store.sweep(HALF)

    async def _remove(self, id_: str) -> None:
        self._known.pop(id_, None)
        await self._store.remove(f"{id_}/{SIDECAR}")
        for entry in await self._store.list(id_):
            await self._store.remove(entry.path)
        await self._store.remove(f"{FAVOURITES}/{id_}")

    async def _halves(self) -> set[str]:
        """Return the ids without a sidecar where nothing was written for long, and that have no mark."""
        ids: set[str] = set()
        not_so: set[str] = set()
        for entry in await self._store.list():
            folder, _, name = entry.path.partition("/")
            if folder == DELETED:
                not_so.add(name)
            elif name == SIDECAR or entry.age < HALF:
                not_so.add(folder)
            elif ID.fullmatch(folder):
                ids.add(folder)
        return ids - not_so

    async def _keep(self, background: Background, picture: bytes, preview: bytes) -> Background:
        await asyncio.gather(
            self._store.put(_image_path(background), picture, background.media_type),
            self._store.put(f"{background.id}/{THUMBNAIL}", preview, "image/webp"),
        )
        sidecar = background.model_dump_json(exclude=NOT_KEPT, indent=2).encode()
        await self._store.put(f"{background.id}/{SIDECAR}", sidecar, "application/json")
        return self._shown(background, background.favourite)

    async def _marked(self, mark: str) -> set[str]:
        return {entry.path.partition("/")[2] for entry in await self._store.list(mark)}

    async def _sidecar(self, id_: str) -> Background | None:
        """Return what a sidecar says, from memory where it is known: it never changes."""
        if background := self._known.get(id_):
            self._known.move_to_end(id_)
            return background
        return await self._read(id_)

    async def _read(self, id_: str) -> Background | None:
        """Return what a sidecar says; None where there is none, or one that makes no sense."""
        try:
            background = Background.model_validate_json(await self._store.get(f"{id_}/{SIDECAR}") or b"")
        except ValidationError:
            return None
        if background.id != id_ or background.media_type not in IMAGES:
            return None
        self._known[id_] = background
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return background

    def _shown(self, background: Background, favourite: bool) -> Background:
        url = f"{self._public_url}/{_image_path(background)}" if self._public_url else ""
        return background.model_copy(update={"favourite": favourite, "url": url, "objects": self._path})

    async def _bytes(self, path: str) -> bytes:
        data = await self._store.get(path)
        if data is None:
            raise _missing()
        return data


def thumbnail(image: Image.Image) -> bytes:
    """Return a picture at most 320 px a side, as WebP."""
    small = image.copy()
    # Means of whole blocks first, and WebP's quick way: a third of the time, for no difference that one sees.
    small.thumbnail(THUMBNAIL_SIZE, Image.Resampling.LANCZOS, reducing_gap=1)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=80, method=0)
    return out.getvalue()


def _described(painting: Painting, prompt: Prompt, generator: str, media_type: str) -> Background:
    return Background(
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
        seconds=prompt.seconds if painting.video else 0,
        created_at=datetime.now(UTC),
        understood=painting.understood,
        note=painting.note,
        media_type=media_type,
    )


def _image_path(background: Background) -> str:
    return f"{background.id}/{IMAGES[background.media_type]}"


def _missing() -> NotFound:
    return NotFound("There is no such background; it may have been deleted. Reload the list.")


def _new_id() -> str:
    # Milliseconds first, so that ids sort by age.
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(5)}"


def _plain(text: str) -> str:
    """Return `text` without case and accents."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _has(text: str, words: Iterable[str]) -> bool:
    plain = _plain(text)
    return all(word in plain for word in words)
