"""What a browser may do with a page: the headers that say so.

Pages may load from, and speak with, nobody but the address that they came from. There are exceptions:

- At `/?stage=ivs` and `/watch?stage=ivs` Amazon's web SDK may be loaded and may reach Amazon. It is not open
  source, so it has to come from Amazon's own address. A page goes there by itself once it has a token for
  Amazon IVS.
- Whoever serves the pages may name others with whom they speak: a LiveKit server, an issuer for signing in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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

# wasm threads and exact clocks want a page that nothing foreign is part of
ISOLATED = "require-corp"
# Amazon documents neither CORP nor CORS for its script, without which `require-corp` blocks it. So it is
# fetched without cookies instead. Browsers that do not know this word isolate nothing and load it, too: our
# model runs on one thread and needs no isolation.
WITH_STRANGERS = "credentialless"


def strict(reaching: Iterable[str] = ()) -> dict[str, str]:
    """Return the headers of a page that may speak with its own address and the origins in `reaching`."""
    return _headers(ISOLATED, {"connect-src": " ".join(reaching)})


def with_amazon(reaching: Iterable[str] = ()) -> dict[str, str]:
    """Return the headers of a page that may load Amazon's SDK, too."""
    return _headers(WITH_STRANGERS, {"connect-src": " ".join(reaching)}, IVS)


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
