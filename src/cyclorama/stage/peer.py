"""One peer connection that answers an offer: negotiation, ICE and signs of life.

Parts of it reach below aiortc's public face, for the one version that pyproject.toml pins.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from aioice.candidate import candidate_priority
from aioice.ice import get_host_addresses
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.rtcpeerconnection import is_codec_compatible
from aiortc.sdp import SessionDescription

from cyclorama.errors import InvalidRequest, UnsupportedMedia
from cyclorama.stage.rtc import Codec, Inlet, Outlet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aioice import Connection as IceConnection
    from aiortc import RTCDtlsTransport, RTCRtpCodecCapability

Kind = str  # audio or video

LOOPBACK = "127.0.0.1"
CLOSE_TIMEOUT = 5.0  # seconds

logger = logging.getLogger(__name__)


class Peer:
    """One connection. `on_state` is called whenever its state changes."""

    def __init__(self, on_state: Callable[[], None]) -> None:
        # An empty list of servers: aiortc's default would ask Google's.
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._pc.on("connectionstatechange", on_state)
        self._transport: RTCDtlsTransport | None = None
        self._checks = 0

    @property
    def state(self) -> str:
        """`new`, `connecting`, `connected`, `failed` or `closed`."""
        return str(self._pc.connectionState)

    @property
    def heard(self) -> int:
        """A number that grows whenever anything comes from the peer: media, reports, connectivity checks."""
        if self._transport is None:
            return 0
        received: int = vars(self._transport)["_RTCDtlsTransport__rx_packets"]
        return received + self._checks

    async def answer_publisher(self, offer: str) -> tuple[str, dict[Kind, Inlet]]:
        """Return the SDP answer to a publisher, and an inlet for each kind of media that it sends.

        Raises:
            InvalidRequest: the offer cannot be read, or sends nothing.
        """
        taken = await self._negotiate(offer, "recvonly", {"audio": None, "video": None})
        if not taken:
            raise InvalidRequest("The SDP offer sends neither audio nor video.")
        inlets = {kind: Inlet(each.receiver, each._codecs[0]) for kind, each in taken.items()}
        return await self._answer(), inlets

    async def answer_viewer(self, offer: str, codecs: Mapping[Kind, Codec]) -> tuple[str, dict[Kind, Outlet]]:
        """Return the SDP answer to a viewer, and an outlet for each kind of `codecs` that it wants.

        Raises:
            InvalidRequest: the offer cannot be read, or wants nothing of what there is.
            UnsupportedMedia: the viewer cannot play one of `codecs`.
        """
        taken = await self._negotiate(offer, "sendonly", codecs)
        if not taken:
            raise InvalidRequest("The SDP offer wants nothing of what is published.")
        for kind, each in taken.items():
            if not any(is_codec_compatible(codecs[kind], codec) for codec in each._codecs):
                raise UnsupportedMedia(
                    f"What is published is {codecs[kind].name}, which this player cannot play. "
                    "Try another browser."
                )
        outlets = {kind: Outlet(each.sender, each._codecs) for kind, each in taken.items()}
        return await self._answer(), outlets

    async def close(self) -> None:
        """End the connection and free its sockets."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._pc.close()
        except TimeoutError:
            logger.warning("a peer connection did not close within %.0f s", CLOSE_TIMEOUT)

    async def _negotiate(
        self, offer: str, direction: Literal["recvonly", "sendonly"], kinds: Mapping[Kind, Codec | None]
    ) -> dict[Kind, RTCRtpTransceiver]:
        """Take the first section of each kind whose direction fits; the others become inactive."""
        theirs = {"sendrecv", "sendonly" if direction == "recvonly" else "recvonly"}
        taken: dict[Kind, RTCRtpTransceiver] = {}
        with _readable():
            description = SessionDescription.parse(offer)
            bundle = [mid for group in description.group for mid in group.items]
            sections = list(enumerate(description.media))
            if bundle and bundle[0] not in {media.rtp.muxId for media in description.media}:
                raise ValueError("a bundle of sections that are not there")
            # A transceiver must be there before the offer for its codec preferences to count; and that of the
            # bundle's first section must come first, because aiortc stops the transports of the others.
            for index, media in sorted(sections, key=lambda each: _place(bundle, each[1].rtp.muxId)):
                if media.dtls is None or not media.dtls.fingerprints:
                    raise ValueError("a section without a DTLS fingerprint")
                fits = media.kind in kinds and media.kind not in taken and media.direction in theirs
                transceiver = self._pc.addTransceiver(media.kind, direction if fits else "inactive")
                transceiver._set_mid(media.rtp.muxId)
                transceiver._set_mline_index(index)
                if fits:
                    transceiver.setCodecPreferences(_preferences(media.kind, kinds[media.kind]))
                    taken[media.kind] = transceiver
            if taken:
                await self._pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        return taken

    async def _answer(self) -> str:
        self._transport = transport = self._pc.getTransceivers()[0].receiver.transport
        ice = transport.transport._connection
        heed = ice.request_received

        def counted(*request: Any) -> None:
            self._checks += 1
            heed(*request)

        vars(ice).update(request_received=counted, gather_candidates=partial(_gather, ice))
        with _readable():
            await self._pc.setLocalDescription(await self._pc.createAnswer())
        return str(self._pc.localDescription.sdp)


@contextmanager
def _readable() -> Iterator[None]:
    """Answer for whatever aiortc raises: it has no error of its own for an offer that it cannot read."""
    try:
        yield
    except Exception as error:
        raise InvalidRequest(
            f"The SDP offer cannot be used ({type(error).__name__}). Offer VP8 or H.264, and Opus."
        ) from error


async def _gather(ice: IceConnection) -> None:
    """Do what `Connection.gather_candidates` does, with the loopback address, which aioice leaves out.

    A page on this machine can then be served where there is no network at all.
    """
    ice._local_candidates_start = True
    addresses = [*get_host_addresses(use_ipv4=True, use_ipv6=True), LOOPBACK]
    candidates = await ice.get_component_candidates(1, addresses)
    for rank, candidate in enumerate(candidates):
        candidate.priority = candidate_priority(1, "host", 65535 - rank)
    ice._local_candidates = candidates
    ice._local_candidates_end = True


def _place(bundle: list[int | str], mid: str) -> int:
    return bundle.index(mid) if mid in bundle else len(bundle)


def _preferences(kind: str, first: Codec | None) -> list[RTCRtpCodecCapability]:
    """Return what aiortc can negotiate, `first` before the others. Of itself it puts VP8 first, and Opus."""
    codecs = RTCRtpSender.getCapabilities(kind).codecs
    if kind == "audio":
        codecs = [codec for codec in codecs if codec.name == "opus"]  # what everybody plays
    if first is None:
        return codecs
    return sorted(codecs, key=lambda codec: codec.mimeType.lower() != first.mimeType.lower())
