"""The seam between Cyclorama and whoever runs a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cyclorama.stage.tokens import Token


@dataclass(frozen=True)
class Muted:
    """What a participant says they have switched off."""

    audio: bool = False
    video: bool = False


@dataclass(frozen=True)
class Participant:
    """Somebody who may publish. `publishing` means that their media arrives right now."""

    id: str
    user_id: str
    attributes: Mapping[str, str]
    publishing: bool
    muted: Muted


class StageBackend(Protocol):
    """One stage."""

    def mint_token(
        self, *, user_id: str, attributes: Mapping[str, str], publish: bool, minutes: int
    ) -> Token:
        """Return a token for a new participant, who may watch, and publish if `publish`."""
        ...

    def participants(self) -> list[Participant]:
        """Return those who are there and may publish."""
        ...
