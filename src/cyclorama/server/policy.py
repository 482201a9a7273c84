"""What a browser may do with an answer: the headers that say so.

Pages may load from, and speak with, nobody but this server. There are two exceptions:

- At `/?stage=ivs` and `/watch?stage=ivs` Amazon's web SDK may be loaded and may reach Amazon. It is not open
  source, so it has to come from Amazon's own address. A page goes there by itself once it has a token for
  Amazon IVS.
- Where a LiveKit server is set, pages may speak with it. Its client is part of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from starlette.types import Scope

    from cyclorama.settings import Settings

STRICT = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
# What Amazon documents for its player (docs.aws.amazon.com/ivs, "Working With Content Security Policy"), the
# SDK's own address, and WebSockets, which the SDK speaks with the same hosts. It starts a worker from a blob.
IVS = {
    "script-src": "https://web-broadcast.live-video.net",
    "worker-src": "blob:",
    "connect-src": "https://*.live-video.net wss://*.live-video.net",
}
IVS_PAGES = {"/", "/watch"}

# wasm threads and exact clocks want a page that nothing foreign is part of
ISOLATED = "require-corp"
# Amazon documents neither CORP nor CORS for its script, without which `require-corp` blocks it. So it is
# fetched without cookies instead. Browsers that do not know this word isolate nothing and load it, too: our
# model runs on one thread and needs no isolation.
WITH_STRANGERS = "credentialless"


class Policy:
    """The headers of answers, by what is asked for."""

    def __init__(self, settings: Settings) -> None:
        reachable = {"connect-src": " ".join(_origins(settings.livekit_url))}
        self._strict = _headers(ISOLATED, reachable)
        self._ivs = _headers(WITH_STRANGERS, reachable, IVS)

    def headers(self, scope: Scope) -> dict[str, str]:
        """Return the headers for the answer to this request."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        asked = scope["path"] in IVS_PAGES and query.get("stage") == ["ivs"]
        return self._ivs if asked else self._strict


def _origins(livekit: str) -> list[str]:
    """Return LiveKit's origin twice: it signals over a WebSocket, and tells over HTTP why that failed."""
    if not livekit:
        return []
    address = urlsplit(livekit)
    secure = "s" if address.scheme in {"wss", "https"} else ""
    return [f"ws{secure}://{address.netloc}", f"http{secure}://{address.netloc}"]


def _headers(embedder: str, *more: dict[str, str]) -> dict[str, str]:
    policy = "; ".join(
        " ".join([name, sources, *(extra[name] for extra in more if extra.get(name))])
        for name, sources in STRICT.items()
    )
    return {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": embedder,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), display-capture=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
