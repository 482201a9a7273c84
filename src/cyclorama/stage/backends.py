"""Which backend runs the stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama import extras

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
        MissingExtra: the backend's package is not installed.
        InvalidSetting, NotConfigured: the backend cannot be used with these settings.
    """
    match settings.stage_backend:
        case "ivs":
            extras.require("ivs", "Amazon IVS")
            from cyclorama.stage.ivs import IvsBackend

            return IvsBackend(settings)
        case "livekit":
            extras.require("livekit", "LiveKit")
            from cyclorama.stage.livekit import LiveKitBackend

            return LiveKitBackend(settings)
        case _:
            return local()
