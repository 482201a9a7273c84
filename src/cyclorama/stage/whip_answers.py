"""What WHIP and WHEP servers answer: ICE servers, SDP, refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from aiortc import RTCIceServer as IceServer
from aiortc.rtcicetransport import parse_stun_turn_uri

from cyclorama.errors import (
    Conflict,
    CycloramaError,
    Forbidden,
    InvalidRequest,
    NotFound,
    TooLarge,
    TooMany,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx2

__all__ = ["IceServer", "ice_servers", "refusal", "with_candidates"]

MOST_WORDS = 300  # of a server's own words
KINDS: dict[int, type[CycloramaError]] = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: NotFound,
    406: UnsupportedMedia,
    409: Conflict,
    410: NotFound,
    413: TooLarge,
    415: UnsupportedMedia,
    422: InvalidRequest,
}
# RFC 8839, 5.1, and RFC 8840, 8.2. Text is put in, because aiortc loses lines when it writes what it read.
CANDIDATES = re.compile(r"^a=(?:candidate:.*|end-of-candidates)(?:\r?\n|\Z)", re.MULTILINE)
# RFC 8288, 3: a link's target and its parameters, whose values are tokens or quoted strings.
LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]+))*)')
PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+))')


def ice_servers(links: Iterable[str]) -> list[IceServer]:
    """Return the STUN and TURN servers that `Link` headers name (RFC 9725, 4.6); others are left out."""
    servers = []
    for target, parameters in (found for link in links for found in LINK.findall(link)):
        values = {
            name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
            for name, quoted, plain in PARAMETER.findall(parameters)
        }
        uri = unquote(target)  # LiveKit escapes the question mark
        if "ice-server" not in values.get("rel", "").split() or not _usable(uri):
            continue
        servers.append(IceServer(uri, values.get("username"), values.get("credential")))
    return servers


def _usable(uri: str) -> bool:
    try:
        parse_stun_turn_uri(uri)
    except ValueError:
        return False
    return True


def with_candidates(answer: str) -> str:
    """Return the SDP with the candidates of the first section that has some in those that have none.

    Amazon IVS names them once for all sections, which share one transport; aiortc takes those of the last.
    """
    head, *sections = re.split(r"^(?=m=)", answer, flags=re.MULTILINE)
    found = [CANDIDATES.findall(section) for section in sections]
    named = "".join(next(filter(None, found), []))
    return head + "".join(
        section if own else section.rstrip("\r\n") + "\r\n" + named
        for section, own in zip(sections, found, strict=True)
    )


def refusal(response: httpx2.Response, token: str) -> CycloramaError:
    """Return what it means that an offer was not answered with a session."""
    status, host = response.status_code, response.url.host
    said = _words(response).replace(token, "…")
    if status == 429:
        return TooMany(f"{host} has too much to do: {said}", _retry_after(response))
    if status >= 500:
        return Unavailable(f"{host} cannot do it right now: {said}", _retry_after(response))
    kind = KINDS.get(status)
    if kind is None:
        return Unavailable(
            f"{host} answers {status} to an offer, as no WHIP or WHEP endpoint does. Check the address."
        )
    return kind(f"{host} refuses: {said}")


def _words(response: httpx2.Response) -> str:
    """Return what the server says: a problem document's `detail` (RFC 9457), or plain text, or the status."""
    kind = response.headers.get("content-type", "")
    said = ""
    if "json" in kind:
        try:
            document = response.json()
        except ValueError:
            document = None
        if isinstance(document, dict):
            said = str(document.get("detail") or document.get("title") or document.get("message") or "")
    elif kind.startswith("text/plain"):
        said = response.text
    said = " ".join(said.split()) or f"{response.status_code} {response.reason_phrase}"
    said = said if len(said) <= MOST_WORDS else f"{said[: MOST_WORDS - 1]}…"
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _retry_after(response: httpx2.Response) -> int | None:
    """Return the seconds of Retry-After, which may be a date (RFC 9110, 10.2.3)."""
    header = response.headers.get("retry-after", "").strip()
    if header.isdecimal():
        return int(header)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0, round((then - datetime.now(UTC)).total_seconds())) if then.tzinfo else None
