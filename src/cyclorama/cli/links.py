"""Where the studio is, in links that can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama import network
from cyclorama.settings import ANY_ADDRESS, LOOPBACK

if TYPE_CHECKING:
    from cyclorama.server.tls import Certificate
    from cyclorama.settings import Settings


def links(
    settings: Settings, port: int, key: str | None, certificate: Certificate | None
) -> tuple[str, list[str]]:
    """Return the studio's link for whoever started it, and those for other devices on the network."""
    here, elsewhere = _hosts(settings, certificate)
    return _link(here, port, key, certificate), [_link(host, port, key, certificate) for host in elsewhere]


def _hosts(settings: Settings, certificate: Certificate | None) -> tuple[str, list[str]]:
    if certificate and not certificate.self_signed:
        # Any other name than those that it is for would make the browser warn.
        names = [name for name in settings.allowed_hosts or certificate.names if "*" not in name]
        return (names or ["localhost"])[0], []
    if settings.host in ANY_ADDRESS:
        return "localhost", [*settings.allowed_hosts, *network.reachable_addresses()]
    return ("localhost" if settings.host in LOOPBACK else settings.host), []


def _link(host: str, port: int, key: str | None, certificate: Certificate | None) -> str:
    scheme, usual = ("https", 443) if certificate else ("http", 80)
    shown = f"[{host}]" if ":" in host else host
    where = shown if port == usual else f"{shown}:{port}"
    return f"{scheme}://{where}/" + (f"#key={key}" if key else "")
