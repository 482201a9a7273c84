"""What lies in the site's bucket: the pages, what they load, the models and the styles.

CloudFront shows the bucket, so a key is the path at which a browser asks, without its first slash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama import matting
from cyclorama.backgrounds import styles
from cyclorama.errors import Unavailable
from cyclorama.wire import site

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "index.html"  # what CloudFront shows at `/`
LOADED = re.compile(r'(?:src|href)="/(assets/[^"]+)"')
BUILD = "Run `make studio` in the repository; a wheel of Cyclorama has them."


@dataclass(frozen=True)
class SiteObject:
    """One object of the site.

    Attributes:
        key: its path, without the first slash.
        path: the file with its bytes.
        media_type: as browsers are told.
        cache_control: how long it may be kept, by browsers and CloudFront.
        page: whether it names others, so that it must not be there before them.
    """

    key: str
    path: Path
    media_type: str
    cache_control: str
    page: bool = False

    def read(self) -> bytes:
        """Return its bytes."""
        return self.path.read_bytes()


def objects() -> Iterator[SiteObject]:
    """Return all that the site is made of, pages last.

    Raises:
        Unavailable: the pages are not built, or something that they load is missing.
    """
    pages = [_page(path, name) for path, name in site.PAGES.items()]
    yield from _assets()
    yield SiteObject(site.ICON, _built(site.ICON), site.media_type(site.ICON), site.ASK_AGAIN)
    for model in matting.models().values():
        # Not for good: CloudFront keeps one answer for every `?sha256=`, and for a moment it is an old one.
        yield SiteObject(f"models/{model.file}", model.path, site.MODEL_TYPE, site.ASK_AGAIN)
    folder = Path(styles.__file__).parent
    for style in styles.STYLES:
        yield SiteObject(f"styles/{style}", folder / f"{style}.webp", "image/webp", site.A_DAY)
    yield from pages


def _page(path: str, name: str) -> SiteObject:
    file = _built(name)
    for asset in LOADED.findall(file.read_text("utf-8")):
        if not (site.STATIC / asset).is_file():
            raise Unavailable(f"The studio's pages are half built: {name} wants {asset}. {BUILD}")
    key = path.removeprefix("/") or ROOT
    return SiteObject(key, file, site.media_type(name), site.ASK_AGAIN, page=True)


def _assets() -> Iterator[SiteObject]:
    for file in sorted(site.ASSETS.iterdir()):
        yield SiteObject(f"assets/{file.name}", file, site.media_type(file.name), site.FOR_GOOD)


def _built(name: str) -> Path:
    file = site.STATIC / name
    if not file.is_file():
        raise Unavailable(f"The studio's pages are not built: there is no {name}. {BUILD}")
    return file
