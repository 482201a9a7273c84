"""Which of the pages' policies an answer gets; see `wire/policy.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from cyclorama.wire import policy
from cyclorama.wire.site import PAGES

if TYPE_CHECKING:
    from starlette.types import Scope

    from cyclorama.settings import Settings


class Policy:
    """The headers of answers, by what is asked for. Pages may speak with a LiveKit server that is set."""

    def __init__(self, settings: Settings) -> None:
        reaching = _origins(settings.livekit_url)
        self._strict = policy.strict(reaching)
        self._ivs = policy.with_amazon(reaching)

    def headers(self, scope: Scope) -> dict[str, str]:
        """Return the headers for the answer to this request."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        asked = scope["path"] in PAGES and query.get("stage") == ["ivs"]
        return self._ivs if asked else self._strict


def _origins(livekit: str) -> list[str]:
    """Return LiveKit's origin twice: it signals over a WebSocket, and tells over HTTP why that failed."""
    if not livekit:
        return []
    address = urlsplit(livekit)
    secure = "s" if address.scheme in {"wss", "https"} else ""
    return [f"ws{secure}://{address.netloc}", f"http{secure}://{address.netloc}"]
