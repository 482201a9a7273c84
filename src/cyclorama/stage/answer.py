"""The SDP answer to an offer: which sections and codecs are taken, and how the stage is reached.

The stage is an ICE lite agent (RFC 8445, 2.5): its candidates are all in the answer, and it waits for the
other side's checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from aiortc.sdp import ipaddress_to_sdp, parameters_to_sdp

from cyclorama.stage import codecs
from cyclorama.stage.offers import KINDS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters
    from aiortc.sdp import MediaDescription

    from cyclorama.stage.codecs import Codec, Kind
    from cyclorama.stage.offers import Offer
    from cyclorama.stage.ports import Candidate

Direction = Literal["recvonly", "sendonly", "inactive"]

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

LOSS = {("nack", None), ("nack", "pli"), ("ccm", "fir")}
FROM_PUBLISHERS = LOSS | {("transport-cc", None), ("goog-remb", None)}


@dataclass
class Section:
    """One media section of an answer.

    Attributes:
        theirs: the offer's section.
        direction: as seen from here.
        codecs: what was agreed on, the preferred one first, retransmissions included; empty: it is refused.
        extensions: the RTP header extensions that were agreed on.
        ssrcs: what we send with, the retransmission's last; empty where we don't send.
    """

    theirs: MediaDescription
    direction: Direction
    codecs: list[Codec] = field(default_factory=list)
    extensions: list[RTCRtpHeaderExtensionParameters] = field(default_factory=list)
    ssrcs: list[int] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """Audio or video, or what else was offered."""
        return self.theirs.kind

    @property
    def taken(self) -> bool:
        """Whether media flows."""
        return bool(self.codecs) and self.direction != "inactive"


def receiving(offer: Offer) -> list[Section]:
    """Take what an offer sends: the first section of each kind, with all codecs that pass."""
    extensions = {MID, ABS_SEND_TIME, TRANSPORT_CC}
    sections = []
    for theirs, fits in _sections(offer, {"sendonly", "sendrecv"}, KINDS):
        agreed = _codecs(theirs, FROM_PUBLISHERS)
        wanted = extensions | {RID} if theirs.rtp.muxId in offer.layers else extensions
        known = [each for each in theirs.rtp.headerExtensions if each.uri in wanted]
        sections.append(Section(theirs, "recvonly" if fits and agreed else "inactive", agreed, known))
    return sections


def sending(offer: Offer, published: Mapping[Kind, Codec]) -> list[Section]:
    """Take what an offer wants of what is `published`: the first section of each kind, that codec first."""
    sections = []
    for theirs, fits in _sections(offer, {"recvonly", "sendrecv"}, published):
        agreed = _codecs(theirs, LOSS)
        if fits and (first := codecs.match(published[theirs.kind], agreed)):
            number = codecs.payload_type(first)
            ahead = {number, codecs.retransmissions(agreed).get(number)}
            agreed.sort(key=lambda codec: codec.payloadType not in ahead)
        sections.append(Section(theirs, "sendonly" if fits and agreed else "inactive", agreed))
    return sections


def write(
    offer: Offer,
    sections: Sequence[Section],
    *,
    candidates: Sequence[Candidate],
    ufrag: str,
    password: str,
    fingerprint: str,
    setup: Literal["active", "passive"],
    stream: str,
    max_kbps: int | None = None,
) -> str:
    """Return the answer as text.

    Args:
        offer: what is answered.
        sections: one for each of its sections.
        candidates: where the stage is reached, the best first.
        ufrag: our half of the ICE user name.
        password: our ICE password.
        fingerprint: of our DTLS certificate, SHA-256.
        setup: whether we begin the DTLS handshake.
        stream: names the stream and its sender (msid, CNAME), so that players keep sound and picture in step.
        max_kbps: the bit rate that a publisher's video may have.
    """
    shared = [each for each in sections if each.codecs and offer.shares_transport(each.theirs)]
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite"]
    if offer.bundled:
        lines.append(" ".join(["a=group:BUNDLE", *(each.theirs.rtp.muxId for each in shared)]))
    lines.append("a=msid-semantic: WMS *")
    host = candidates[0].address if candidates else "127.0.0.1"
    port = candidates[0].port if candidates else 9
    transport = [f"a=candidate:{candidate}" for candidate in candidates]
    transport += ["a=end-of-candidates", f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password}"]
    transport += [f"a=fingerprint:sha-256 {fingerprint}", f"a=setup:{setup}"]
    for section in sections:
        theirs = section.theirs
        mid = [f"a=mid:{theirs.rtp.muxId}"] if theirs.rtp.muxId else []
        if section not in shared:
            formats = " ".join(map(str, theirs.fmt))
            lines += [f"m={theirs.kind} 0 {theirs.profile} {formats}", "c=IN IP4 0.0.0.0", "a=inactive", *mid]
            continue
        types = " ".join(str(codec.payloadType) for codec in section.codecs)
        lines += [f"m={theirs.kind} {port} {theirs.profile} {types}", f"c={ipaddress_to_sdp(host)}"]
        if max_kbps is not None and section.kind == "video":
            lines += [f"b=AS:{max_kbps}", f"b=TIAS:{max_kbps * 1000}"]
        lines += [f"a={section.direction}", *mid, "a=rtcp-mux", "a=rtcp-rsize"]
        lines += [f"a=extmap:{each.id} {each.uri}" for each in section.extensions]
        for codec in section.codecs:
            lines += _described(codec)
        if section.taken:
            lines += _sources(section, stream)
            if section.direction == "recvonly" and (layer := offer.layers.get(theirs.rtp.muxId)):
                lines += [f"a=rid:{layer} recv", f"a=simulcast:recv {layer}"]
        lines += transport
    return "\r\n".join(lines) + "\r\n"


def _sections(
    offer: Offer, directions: Container[str], kinds: Container[Kind]
) -> list[tuple[MediaDescription, bool]]:
    """Return all sections, and whether each is the first of its kind to go in one of these directions."""
    seen: set[Kind] = set()
    sections = []
    for theirs in offer.sections:
        # no direction means both ways (RFC 8866, 6.7)
        fits = (
            theirs.kind in kinds
            and theirs.kind not in seen
            and (theirs.direction or "sendrecv") in directions
        )
        fits = fits and offer.shares_transport(theirs)
        if fits:
            seen.add(theirs.kind)
        sections.append((theirs, fits))
    return sections


def _codecs(theirs: MediaDescription, feedback: set[tuple[str, str | None]]) -> list[Codec]:
    return codecs.passed(theirs.kind, theirs.rtp.codecs, feedback) if theirs.kind in KINDS else []


def _described(codec: Codec) -> list[str]:
    lines = [f"a=rtpmap:{codec.payloadType} {codec}"]
    for feedback in codec.rtcpFeedback:
        words = [feedback.type, feedback.parameter] if feedback.parameter else [feedback.type]
        lines.append(f"a=rtcp-fb:{codec.payloadType} {' '.join(words)}")
    if codec.parameters:
        lines.append(f"a=fmtp:{codec.payloadType} {parameters_to_sdp(codec.parameters)}")
    return lines


def _sources(section: Section, stream: str) -> list[str]:
    if not section.ssrcs:
        return []
    lines = [f"a=msid:{stream} {section.kind}"]
    if len(section.ssrcs) > 1:
        lines.append("a=ssrc-group:FID " + " ".join(map(str, section.ssrcs)))
    return lines + [f"a=ssrc:{ssrc} cname:{stream}" for ssrc in section.ssrcs]
