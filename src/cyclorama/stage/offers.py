"""What may stand in an SDP offer before anything acts on it."""

from __future__ import annotations

from cyclorama.errors import InvalidRequest, TooLarge

MAX_BYTES = 64_000
MAX_SECTIONS = 8
KINDS = frozenset({"audio", "video"})
NEEDED = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:")


def read(body: bytes) -> str:
    """Return the offer in `body`, without its ICE candidates.

    Peers are only ever answered: they reach our candidates first and are learnt as peer-reflexive. So the
    stage never sends a packet to an address that an offer merely claims, does not look up `.local` names
    by multicast, and does not spend checks on a peer that is not ready for them.

    Raises:
        TooLarge: it is longer than `MAX_BYTES`.
        InvalidRequest: it is not an SDP offer of audio and video in one bundle.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"The SDP offer is larger than {MAX_BYTES // 1000} kB. An offer needs a few kB.")
    try:
        lines = body.decode().splitlines()
    except UnicodeDecodeError:
        raise InvalidRequest("The SDP offer is not UTF-8 text.") from None
    if not lines or lines[0].strip() != "v=0":
        raise InvalidRequest("The body is not an SDP offer: it does not begin with v=0.")
    kinds = [line[2:].partition(" ")[0] for line in lines if line.startswith("m=")]
    if not kinds or len(kinds) > MAX_SECTIONS or not KINDS.issuperset(kinds):
        raise InvalidRequest("The SDP offer must have audio or video sections, and no others.")
    if len(kinds) > 1 and not any(line.startswith("a=group:BUNDLE ") for line in lines):
        raise InvalidRequest("The SDP offer does not bundle its sections. Offer one transport (max-bundle).")
    for needed in NEEDED:
        if not any(line.startswith(needed) for line in lines):
            raise InvalidRequest(f"The SDP offer has no {needed[2:-1]} line, so no connection can be made.")
    kept = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    return "\r\n".join(kept) + "\r\n"
