from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from cyclorama import matting
from cyclorama.aws import site
from cyclorama.backgrounds import styles
from cyclorama.errors import Unavailable
from cyclorama.wire import site as pages

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.aws.site import SiteObject

pytestmark = pytest.mark.aws

FOR_GOOD = "public, max-age=31536000, immutable"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with pages, in place of the built ones."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    for name in ("index-1.js", "index-1.css", "kernel-1.wasm"):
        (folder / "assets" / name).write_text(name)
    (folder / "index.html").write_text(
        '<link href="/favicon.svg"><link href="/assets/index-1.css">'
        '<script src="/assets/index-1.js"></script>'
    )
    (folder / "watch.html").write_text('<script src="/assets/index-1.js"></script>')
    (folder / "favicon.svg").write_text("<svg/>")
    monkeypatch.setattr(pages, "STATIC", folder)
    monkeypatch.setattr(pages, "ASSETS", folder / "assets")
    return folder


def by_key() -> dict[str, SiteObject]:
    return {each.key: each for each in site.objects()}


def told(key: str) -> tuple[str, str, bool]:
    each = by_key()[key]
    return each.media_type, each.cache_control, each.page


def test_files_that_carry_a_hash_in_their_address_are_kept_for_good(built: Path) -> None:
    assert told("assets/index-1.js") == ("text/javascript; charset=utf-8", FOR_GOOD, False)
    assert told("assets/index-1.css") == ("text/css; charset=utf-8", FOR_GOOD, False)
    assert told("assets/kernel-1.wasm") == ("application/wasm", FOR_GOOD, False)
    for model in matting.models().values():
        assert told(f"models/{model.file}") == ("application/octet-stream", "no-cache", False)


def test_pages_are_asked_for_anew_and_styles_are_kept_for_a_day(built: Path) -> None:
    assert told("index.html") == ("text/html; charset=utf-8", "no-cache", True)
    assert told("watch") == ("text/html; charset=utf-8", "no-cache", True)
    assert told("favicon.svg") == ("image/svg+xml", "no-cache", False)
    for style in styles.STYLES:
        assert told(f"styles/{style}") == ("image/webp", "public, max-age=86400", False)


def test_the_bytes_are_those_of_the_files(built: Path) -> None:
    found = by_key()
    assert found["watch"].read() == (built / "watch.html").read_bytes()
    assert found["styles/ink"].read() == styles.style("ink").picture()
    for model in matting.models().values():
        assert hashlib.sha256(found[f"models/{model.file}"].read()).hexdigest() == model.sha256


def test_pages_come_last(built: Path) -> None:
    assert [each.key for each in site.objects() if each.page] == [each.key for each in site.objects()][-2:]


@pytest.mark.parametrize("name", ["index.html", "watch.html", "favicon.svg"])
def test_pages_that_are_not_built_are_an_error(built: Path, name: str) -> None:
    (built / name).unlink()
    with pytest.raises(Unavailable, match=rf"not built: there is no {name}\. Run `make studio`"):
        list(site.objects())


def test_no_page_without_what_it_loads(built: Path) -> None:
    (built / "assets/index-1.css").unlink()
    with pytest.raises(Unavailable, match=r"index\.html wants assets/index-1\.css\. Run `make studio`"):
        list(site.objects())


@pytest.mark.skipif(
    not (pages.STATIC / "index.html").is_file(), reason="the pages are not built: run `make setup`"
)
def test_everything_that_was_built_is_part_of_the_site() -> None:
    there = {path for path in pages.STATIC.rglob("*") if path.is_file()}
    assert there <= {each.path for each in site.objects()}
