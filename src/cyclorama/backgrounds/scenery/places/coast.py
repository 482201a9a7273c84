"""What places on land share with those at the water."""

from __future__ import annotations

from ..birds import paint as birds
from ..heavens import paint as heavens

__all__ = ["birds", "heavens"]
