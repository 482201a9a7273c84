"""What whoever deploys is told while it goes on, and asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True)
class Change:
    """What would happen to a resource: `action` is Add, Modify, Remove, Import or Dynamic."""

    action: str
    resource: str
    kind: str
    replaced: bool = False


@dataclass(frozen=True)
class Plan:
    """What an agreement is about.

    Attributes:
        new: whether there is no studio yet.
        costs: lines of what it costs roughly, as (what, how much).
        set: parameters that would have another value than now.
    """

    new: bool
    name: str
    account: str
    region: str
    changes: Sequence[Change]
    costs: Sequence[tuple[str, str]]
    set: Mapping[str, str]


@dataclass(frozen=True)
class Happening:
    """An event of a stack. `resource` is its name in the template; for the stack itself, the stack's."""

    id: str
    at: datetime
    resource: str
    kind: str
    status: str
    reason: str

    @property
    def over(self) -> bool:
        """Whether it has come to an end, good or bad."""
        return not self.status.endswith("_IN_PROGRESS")

    @property
    def failed(self) -> bool:
        """Whether it has come to a bad end."""
        return self.status.endswith("_FAILED")


class Teller(Protocol):
    """Tells and asks a person."""

    def step(self, words: str) -> None:
        """Say what is being done now."""

    def say(self, words: str) -> None:
        """Say what they should know."""

    def meanwhile(self, words: str) -> None:
        """Note, without saying it yet, what is true in AWS if they break off now, and what to do then."""

    def agree(self, plan: Plan) -> bool:
        """Show what would be done, and ask."""

    def happened(self, event: Happening, total: int | None) -> None:
        """Tell an event of a stack of which `total` resources change, if that is known."""

    def counted(self, what: str, done: int, total: int) -> None:
        """Tell how far something that is counted has come."""

    def password(self, user: str, password: str) -> None:
        """Show a new password, this once."""
