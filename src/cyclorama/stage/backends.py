"""Which backend runs the stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.settings import Settings
    from cyclorama.stage.base import StageBackend


def backend_of(settings: Settings, local: Callable[[], StageBackend]) -> StageBackend:
    """Return the backend that the settings name.

    Args:
        settings: `stage_backend`, and what that one wants.
        local: returns the local one: within the server its own, elsewhere that of a running server.

    Raises:
        Unavailable: the backend's package is not installed, or it is not set up.
    """
    match settings.stage_backend:
        case "ivs":
            from cyclorama.stage.ivs import IvsBackend

            return IvsBackend(settings)
        case "livekit":
            from cyclorama.stage.livekit import LiveKitBackend

            return LiveKitBackend(settings)
        case _:
            return local()
