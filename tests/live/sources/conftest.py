"""The real local stage, for the sources that watch one."""

from __future__ import annotations

from tests.stage.conftest import server, signer

__all__ = ["server", "signer"]
