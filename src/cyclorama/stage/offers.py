"""What may stand in an SDP offer, and what of it a stage takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiortc.sdp import SessionDescription

from cyclorama.errors import InvalidRequest, TooLarge
from cyclorama.stage.codecs import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aiortc.rtcdtlstransport import RTCDtlsParameters
    from aiortc.rtcicetransport import RTCIceParameters
    from aiortc.sdp import MediaDescription

MAX_BYTES = 64_000
MAX_SECTIONS = 8
KINDS = frozenset({"audio", "video"})
NEEDED = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:")


@dataclass(frozen=True)
class Offer:
    """An SDP offer of audio and video over one transport.

    Attributes:
        sections: its media sections, in their order; of other kinds than audio and video, too.
        bundled: the identifiers (mid) of those that share the transport.
        ice: how the peer's connectivity checks are told from those of others.
        dtls: how the peer is known in the handshake, and who begins it.
        layers: by section (mid), the layer (rid) of a simulcast that is asked for.
    """

    sections: list[MediaDescription]
    bundled: list[str]
    ice: RTCIceParameters
    dtls: RTCDtlsParameters
    layers: Mapping[str, str]

    def shares_transport(self, section: MediaDescription) -> bool:
        """Whether a section is to be had over that transport."""
        return len(self.sections) == 1 or section.rtp.muxId in self.bundled


def read(body: bytes) -> Offer:
    """Return the offer in `body`, without its ICE candidates.

    Peers are only ever answered: they reach our candidates first, and so their addresses are learnt. The
    stage never sends a packet to an address that an offer merely claims, and does not look up `.local`
    names by multicast.

    Raises:
        TooLarge: it is longer than `MAX_BYTES`.
        InvalidRequest: it is not an SDP offer of audio or video in one bundle.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"The SDP offer is larger than {MAX_BYTES // 1000} kB. An offer needs a few kB.")
    try:
        lines = body.decode().splitlines()
    except UnicodeDecodeError:
        raise InvalidRequest("The SDP offer is not UTF-8 text.") from None
    _check(lines)
    kept = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    try:
        description = SessionDescription.parse("\r\n".join(kept) + "\r\n")
        bundled = [
            str(mid) for group in description.group if group.semantic == "BUNDLE" for mid in group.items
        ]
        # ffmpeg names a section in its bundle that it does not have, when it sends picture or sound alone.
        named = (each for mid in bundled for each in description.media if each.rtp.muxId == mid)
        first = next(named) if bundled else description.media[0]
    except Exception as error:  # aiortc has no error of its own for an offer that it cannot read
        raise InvalidRequest(
            f"The SDP offer cannot be used ({type(error).__name__}). Offer {NAMES}."
        ) from error
    ice, dtls = first.ice, first.dtls
    if ice is None or not ice.usernameFragment or not ice.password or dtls is None or not dtls.fingerprints:
        raise InvalidRequest("The SDP offer's first section does not describe its transport (ICE and DTLS).")
    return Offer(description.media, bundled, ice, dtls, _layers(kept))


def _layers(lines: Iterable[str]) -> dict[str, str]:
    """Return the last layer of each simulcast (RFC 8853, 5.1), by section.

    Pages put their largest picture there, and a browser that gets no answer to its simulcast sends the first.
    """
    layers = {}
    mid = layer = ""
    for line in [*lines, "m="]:
        if line.startswith("m="):
            if layer:
                layers[mid] = layer
            mid = layer = ""
        elif line.startswith("a=mid:"):
            mid = line[6:].strip()
        elif line.startswith("a=simulcast:"):
            words = line[12:].split()
            sent = dict(zip(words[::2], words[1::2], strict=False)).get("send", "")
            layer = sent.split(";")[-1].split(",")[0].lstrip("~")
    return layers


def _check(lines: Iterable[str]) -> None:
    lines = list(lines)
    if not lines or lines[0].strip() != "v=0":
        raise InvalidRequest("The body is not an SDP offer: it does not begin with v=0.")
    kinds = [line[2:].partition(" ")[0] for line in lines if line.startswith("m=")]
    if not KINDS.intersection(kinds) or len(kinds) > MAX_SECTIONS:
        raise InvalidRequest(f"The SDP offer must have audio or video, and at most {MAX_SECTIONS} sections.")
    if len(kinds) > 1 and not any(line.startswith("a=group:BUNDLE ") for line in lines):
        raise InvalidRequest("The SDP offer does not bundle its sections. Offer one transport (max-bundle).")
    for needed in NEEDED:
        if not any(line.startswith(needed) for line in lines):
            raise InvalidRequest(f"The SDP offer has no {needed[2:-1]} line, so no connection can be made.")
