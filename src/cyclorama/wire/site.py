"""The built pages: where they lie, what they are, and how long a browser may keep them."""

from __future__ import annotations

from pathlib import Path, PurePath

STATIC = Path(__file__).parents[1] / "server/static"
ASSETS = STATIC / "assets"
PAGES = {"/": "index.html", "/watch": "watch.html"}
"""The files of the pages, by the paths at which they are served."""
ICON = "favicon.svg"

# Not left to the machine: some say text/plain for modules, and then nothing starts.
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
MODEL_TYPE = "application/octet-stream"

ASK_AGAIN = "no-cache"  # keep it, and ask each time whether it is still the same
FOR_GOOD = "public, max-age=31536000, immutable"  # whose address carries a hash of its content
A_DAY = "public, max-age=86400"


def media_type(name: str) -> str:
    """Return the media type of a page's file, with the charset where it is text.

    Raises:
        KeyError: pages have no files of that kind.
    """
    found = TYPES[PurePath(name).suffix]
    return f"{found}; charset=utf-8" if found.startswith("text/") else found
