"""What `POST /backgrounds` is asked in these tests, and how its answer is read."""

from __future__ import annotations

import json
from typing import Any

WISH = {"prompt": "beach", "width": 64, "height": 64, "seed": 5, "generator": "fake"}


def events(body: str) -> list[tuple[str, Any]]:
    """Read server-sent events the short way: our server sends one line each of event and data."""
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found
