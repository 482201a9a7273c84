"""What a creator can change about the picture."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from importlib.resources import files
from numbers import Real
from typing import Any

from cyclorama.errors import InvalidRequest, instead

_TABLE: dict[str, dict[str, Any]] = json.loads(files(__package__).joinpath("look.json").read_text("utf-8"))
"""Of each field, in the kernel's order: default, least, most, switch, about; scripts/kernel writes it."""

VERSION = 1
"""Of the format, which docs/look.md describes."""

EXPORT_ONE = "Export one in the studio, or with Look().to_json()."


def _default(name: str) -> float:
    value: float = _TABLE[name]["default"]
    return value


@dataclass(frozen=True, slots=True)
class Look:
    """The kernel's `Look`; switches are 0 or 1.

    Defaults, ranges and what each field does are in `kernel/kernel.h`; `look.json` has them from there. A
    test makes sure that the fields are the same ones, in the same order.

    A value outside its range raises `InvalidRequest`.
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

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))

    @classmethod
    def from_json(cls, text: str) -> Look:
        """Read what `to_json`, or the studio's export, wrote; fields that are not there have their defaults.

        Raises `InvalidRequest`, which says what is wrong, where the text is no look. The page reads looks by
        the same rules (`web/src/picture/look-file.ts`), and the same examples test both.
        """
        try:
            file = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidRequest(f"This is not JSON, so it holds no look. {EXPORT_ONE}") from error
        if not isinstance(file, dict) or file.get("cyclorama") != "look":
            raise InvalidRequest(f'This is not a look: it lacks "cyclorama": "look". {EXPORT_ONE}')
        if isinstance(file.get("version"), bool) or file.get("version") != VERSION:
            raise InvalidRequest(
                f'The look has not the "version" that is read here, which is {VERSION}. Update Cyclorama, or '
                "export the look anew."
            )
        look = file.get("look")
        if not isinstance(look, dict):
            raise InvalidRequest(f'The file has no "look": {{name: number}}. {EXPORT_ONE}')
        for name, value in look.items():
            if name not in _TABLE:
                raise InvalidRequest(
                    f'A look has no "{name}". {instead(name, _TABLE)} A newer Cyclorama may know more.'
                )
            if isinstance(value, bool):
                raise InvalidRequest(_complaint(name))
        return cls(**look)

    def to_json(self) -> str:
        """Return the look as the text of a file. All fields are in it, so that it looks the same everywhere.

        A file that left defaults out would change with them.
        """
        look = dict(zip(_TABLE, self.values(), strict=True))
        return json.dumps({"cyclorama": "look", "version": VERSION, "look": look}, indent=2) + "\n"

    def values(self) -> list[float]:
        """Return the fields in the kernel's order."""
        return [float(getattr(self, field.name)) for field in fields(self)]


def _check(name: str, value: object) -> None:
    field = _TABLE[name]
    fits = isinstance(value, Real) and field["least"] <= value <= field["most"]
    if not fits or (field["switch"] and value not in {0, 1}):
        raise InvalidRequest(_complaint(name))


def _complaint(name: str) -> str:
    field = _TABLE[name]
    if field["switch"]:
        return f"{name} is a switch, 0 (off) or 1 (on): {field['about']}."
    least, most, default = (f"{field[key]:g}" for key in ("least", "most", "default"))
    return f"{name} takes a number from {least} to {most}, and {default} is usual: {field['about']}."
