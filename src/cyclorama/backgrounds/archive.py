"""Backgrounds as a zip: to take along, to keep, to hand on.

The zip is laid out as the library's own folder is, favourites and all, and written while it is read. What is
read comes from anywhere: names are never used as paths, every picture is decoded, and what is no good is left
out with a reason.
"""

from __future__ import annotations

import asyncio
import io
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZipFile, ZipInfo

from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError

from cyclorama.backgrounds import metadata, unzip, upload
from cyclorama.backgrounds.background import IMAGES, NOT_KEPT, THUMBNAIL, Background
from cyclorama.backgrounds.base import Prompt
from cyclorama.backgrounds.library import (
    DELETED,
    FAVOURITES,
    ID,
    MAX_PAGE,
    SIDECAR,
    thumbnail,
)
from cyclorama.errors import Conflict, InvalidRequest, NotFound, TooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cyclorama.backgrounds.library import Library
    from cyclorama.backgrounds.video import Clip

ALREADY = "It is in the library already."
MAX_SIDECAR = 200_000
MAX_PICTURE = unzip.MAX_READ  # more than 8.3 megapixels without any compression
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".mp4", ".mov", ".webm"}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Step:
    """How far an import is."""

    done: int
    total: int


@dataclass(frozen=True)
class Skipped:
    """What an import left out: its name in the zip, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of a zip."""

    imported: list[Background]
    skipped: list[Skipped]


async def pack(library: Library, ids: Sequence[str] | None = None) -> AsyncIterator[bytes]:
    """Yield a zip of the backgrounds with these ids, or of all; at most one picture is in memory.

    What is deleted meanwhile is left out.

    Raises:
        NotFound: there is no background with one of the ids; before anything is yielded.
    """
    pipe = _Pipe()
    chosen = None if ids is None else [await library.get(id_) for id_ in dict.fromkeys(ids)]
    with ZipFile(pipe, "w") as archive:  # type: ignore[call-overload] # it writes to whatever has write()
        async for background in _all(library) if chosen is None else _each(chosen):
            try:
                picture = await library.image(background.id)
                preview = await library.thumbnail(background.id)
            except NotFound:
                continue
            contents = {
                f"{background.id}/{IMAGES[background.media_type]}": picture,
                f"{background.id}/{THUMBNAIL}": preview,
                f"{background.id}/{SIDECAR}": background.model_dump_json(exclude=NOT_KEPT, indent=2).encode(),
            }
            if background.favourite:
                contents[f"{FAVOURITES}/{background.id}"] = b""
            for name, data in contents.items():
                info = ZipInfo(name, background.created_at.timetuple()[:6])
                info.external_attr = 0o644 << 16
                archive.writestr(info, data)
            yield pipe.take()
    yield pipe.take()


async def unpack(library: Library, file: BinaryIO) -> AsyncIterator[Step | Imported]:
    """Take a zip in, one background after the other, and yield how far it is; last, what became of it.

    Backgrounds that are in the library already are left alone. Pictures that no library wrote are taken as
    the creator's own, by their names. Whoever stops iterating keeps what is in by then.

    Raises:
        UnsupportedMedia: it is no zip.
        InvalidRequest: it is broken, or made to fill memory or time.
        Unavailable: the store takes no more.
    """
    archive = await asyncio.to_thread(unzip.opened, file)
    items, skipped = _sorted_out(archive)
    imported: list[Background] = []
    for done, item in enumerate(items):
        yield Step(done, len(items))
        try:
            imported.append(await item.into(library, archive))
        except (InvalidRequest, TooLarge, UnsupportedMedia, Conflict) as error:
            skipped.append(_skipped(item.name, error.detail))
    yield Step(len(items), len(items))
    yield Imported(imported, skipped)


@dataclass(frozen=True)
class _Kept:
    """A background that a library wrote."""

    name: str
    id: str
    pictures: dict[str, ZipInfo]  # by their names in the library
    sidecar: ZipInfo
    favourite: bool

    async def into(self, library: Library, archive: ZipFile) -> Background:
        """Keep it under its own id."""
        background, picture, preview = await asyncio.to_thread(self._load, archive)
        kept = await library.add_again(background, picture, preview)
        if kept is None:
            raise Conflict(ALREADY)
        return kept

    def _load(self, archive: ZipFile) -> tuple[Background, bytes, bytes]:
        try:
            background = Background.model_validate_json(unzip.read(archive, self.sidecar, MAX_SIDECAR))
            Prompt(  # has the limits
                text=background.prompt,
                negative=background.negative_prompt,
                width=background.width,
                height=background.height,
                seed=background.seed,
            )
        except ValidationError as error:
            raise InvalidRequest(f"Its {SIDECAR} makes no sense.") from error
        picture = self.pictures.get(IMAGES.get(background.media_type, ""))
        if background.id != self.id or picture is None:
            raise InvalidRequest(f"Its {SIDECAR} belongs to another picture.")
        data = unzip.read(archive, picture, MAX_PICTURE)
        background = background.model_copy(update={"favourite": self.favourite})
        if background.media_type.startswith("video/"):
            clip = _clip(data, background)
            return background, clip.data, thumbnail(clip.image)
        return background, data, thumbnail(_decoded(data, background))


@dataclass(frozen=True)
class _Own:
    """A picture or a video that comes from elsewhere."""

    name: str
    info: ZipInfo

    async def into(self, library: Library, archive: ZipFile) -> Background:
        """Keep it as an upload of that name."""
        data = await asyncio.to_thread(unzip.read, archive, self.info, upload.MAX_BYTES)
        return await upload.keep(library, data, _readable(PurePosixPath(self.name).stem))


def _sorted_out(archive: ZipFile) -> tuple[list[_Kept | _Own], list[Skipped]]:
    """Return what may be a background, oldest first, and what is none."""
    files = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    items: list[_Kept | _Own] = []
    skipped: list[Skipped] = []
    for name, info in sorted(files.items()):
        path = PurePosixPath(name.replace("\\", "/"))
        folder, id_ = path.parent, path.parent.name
        root = folder.parent
        if any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in path.parts):
            continue  # what systems add on their own
        if ID.fullmatch(id_) and path.name in {SIDECAR, THUMBNAIL, *IMAGES.values()}:
            if str(root / DELETED / id_) in files:
                continue
            if path.name == SIDECAR:
                pictures = {
                    kind: files[str(folder / kind)] for kind in IMAGES.values() if str(folder / kind) in files
                }
                favourite = str(root / FAVOURITES / id_) in files
                items.append(_Kept(str(folder), id_, pictures, info, favourite))
            elif path.name != THUMBNAIL and str(folder / SIDECAR) not in files:
                skipped.append(_skipped(name, f"It has no {SIDECAR} beside it."))
        elif ID.fullmatch(path.name) and id_ in {FAVOURITES, DELETED}:
            continue
        elif path.suffix.lower() in PICTURES:
            items.append(_Own(str(path), info))
        else:
            skipped.append(_skipped(name, "It is no picture and no video."))
    return items, skipped


def _clip(data: bytes, background: Background) -> Clip:
    if not upload.video_kind(data):
        raise InvalidRequest("Its video is broken.")
    # PyAV comes with it; most archives have no video.
    from cyclorama.backgrounds import video

    clip = video.decode(data, keep=metadata.TAGS if background.generator != upload.NAME else ())
    if (clip.media_type, clip.image.size) != (background.media_type, (background.width, background.height)):
        raise InvalidRequest(f"Its video is not the one that its {SIDECAR} describes.")
    return clip


def _decoded(data: bytes, background: Background) -> Image.Image:
    kind = background.media_type.removeprefix("image/").upper()
    try:
        image = Image.open(io.BytesIO(data), formats=(kind,))
        if image.size != (background.width, background.height) or getattr(image, "n_frames", 1) != 1:
            raise InvalidRequest(f"Its picture is not the one that its {SIDECAR} describes.")
        return image.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise InvalidRequest("Its picture is broken.") from error


def _skipped(name: str, reason: str) -> Skipped:
    return Skipped(_readable(name), reason)


def _readable(name: str) -> str:
    return CONTROL.sub("", name)[-200:]


async def _all(library: Library) -> AsyncIterator[Background]:
    after = None
    while True:
        page = await library.page(limit=MAX_PAGE, after=after)
        for background in page.backgrounds:
            yield background
        after = page.next
        if after is None:
            return


async def _each(backgrounds: Sequence[Background]) -> AsyncIterator[Background]:
    for background in backgrounds:
        yield background


class _Pipe:
    """A file that can only be written, and is emptied as it fills."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
