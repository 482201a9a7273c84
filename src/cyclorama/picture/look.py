"""What a creator can change about the picture."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from importlib.resources import files

_TABLE = json.loads(files(__package__).joinpath("look.json").read_text("utf-8"))
"""Of each field, in the kernel's order: default, least, most, switch, about; scripts/kernel writes it."""


def _default(name: str) -> float:
    value: float = _TABLE[name]["default"]
    return value


@dataclass(frozen=True, slots=True)
class Look:
    """The kernel's `Look`; switches are 0 or 1.

    Defaults, ranges and what each field does are in `kernel/kernel.h`; `look.json` has them from there. A
    test makes sure that the fields are the same ones, in the same order.
    """

    softness: float = _default("softness")
    despill: float = _default("despill")
    wrap: float = _default("wrap")
    match: float = _default("match")
    contact: float = _default("contact")
    blur: float = _default("blur")
    bokeh: float = _default("bokeh")
    scale: float = _default("scale")
    x: float = _default("x")
    y: float = _default("y")
    mirror: float = _default("mirror")
    contain: float = _default("contain")
    focus_x: float = _default("focus_x")
    focus_y: float = _default("focus_y")
    solo: float = _default("solo")
    key: float = _default("key")
    key_red: float = _default("key_red")
    key_green: float = _default("key_green")
    key_blue: float = _default("key_blue")
    key_range: float = _default("key_range")

    def values(self) -> list[float]:
        """Return the fields in the kernel's order."""
        return [getattr(self, field.name) for field in fields(self)]
