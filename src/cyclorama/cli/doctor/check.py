"""What `cyclorama doctor` finds out about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "optional", "broken"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it is, and what to do when it isn't well."""

    name: str
    state: State
    found: str
    advice: str = ""
