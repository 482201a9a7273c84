"""Names of recordings: they sort by time, say whose they are, and can never lead out of their folder."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".mkv"
MAX_USER = 40  # characters of a user id that are kept
NAME = re.compile(r"\d{8}T\d{6}Z-[A-Za-z0-9-]{1,60}\.mkv", re.ASCII)


def new_path(folder: Path, began: float, user_id: str) -> Path:
    """Return a path in `folder` where nothing is yet, for a recording that began then, in Unix seconds."""
    moment = datetime.fromtimestamp(began, UTC).strftime("%Y%m%dT%H%M%SZ")
    plain = unicodedata.normalize("NFKD", user_id).encode("ascii", "ignore").decode()
    user = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:MAX_USER].strip("-") or "somebody"
    path = folder / f"{moment}-{user}{SUFFIX}"
    number = 2
    while path.exists():
        path = folder / f"{moment}-{user}-{number}{SUFFIX}"
        number += 1
    return path


def is_name(name: str) -> bool:
    """Return whether this can be the name of a recording."""
    return NAME.fullmatch(name) is not None
