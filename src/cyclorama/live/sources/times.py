"""The times of frames and sounds, exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from cyclorama.live.base import Sound
from cyclorama.live.clock import TIMELINE
from cyclorama.picture import Frame

if TYPE_CHECKING:
    from fractions import Fraction

Item = TypeVar("Item", Frame, Sound, Frame | Sound)


def begins(item: Frame | Sound) -> Fraction:
    """Return the time of a frame or sound, in seconds."""
    assert item.pts is not None  # noqa: S101 (sources give every frame a time)
    assert item.time_base is not None  # noqa: S101
    return item.pts * item.time_base


def later(item: Item, shift: Fraction) -> Item:
    """Return it with a time that is `shift` seconds later."""
    assert item.time_base is not None  # noqa: S101
    return replace(item, pts=round((begins(item) + shift) / item.time_base))


def at(item: Item, seconds: float | Fraction) -> Item:
    """Return it with that time, in microseconds."""
    return replace(item, pts=round(seconds / TIMELINE), time_base=TIMELINE)
