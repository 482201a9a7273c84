"""One peer connection that answers an offer: what a publisher sends, or what a viewer gets."""

from __future__ import annotations

import asyncio
import secrets
import struct
import time
from typing import TYPE_CHECKING, Literal

from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.rtp import (
    HeaderExtensionsMap,
    RtcpPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    RtpPacket,
)

from cyclorama.errors import InvalidRequest, UnsupportedMedia
from cyclorama.stage import answer, codecs
from cyclorama.stage.codecs import NAMES
from cyclorama.stage.congestion import Arrivals, Estimate, remb
from cyclorama.stage.inlet import Inlet
from cyclorama.stage.link import Link
from cyclorama.stage.outlet import Outlet
from cyclorama.stage.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiortc.rtp import AnyRtcpPacket

    from cyclorama.stage.answer import Section
    from cyclorama.stage.codecs import Codec, Kind
    from cyclorama.stage.offers import Offer
    from cyclorama.stage.ports import Ports

TICK = 0.05  # seconds between two looks at what is missing and what has arrived
REPORT_TICKS = 20  # ticks between two receiver reports


class Peer:
    """One connection. `on_state` is called whenever its state changes."""

    def __init__(self, ports: Ports, on_state: Callable[[], None]) -> None:
        self._ports = ports
        self._on_state = on_state
        self._link = Link(ports, self._changed)
        self._tasks = Tasks()
        self._outlets: list[Outlet] = []
        self._intake: _Intake | None = None

    @property
    def state(self) -> str:
        """`new`, `connecting`, `connected`, `failed` or `closed`."""
        return self._link.state

    @property
    def heard(self) -> int:
        """A number that grows whenever anything comes from the peer: media, reports, connectivity checks."""
        return self._link.heard

    @property
    def octets(self) -> int:
        """How much media a publisher has sent, headers left out."""
        return sum(inlet.octets for inlet in self._intake.inlets.values()) if self._intake else 0

    async def answer_publisher(self, offer: Offer, max_kbps: int) -> tuple[str, dict[Kind, Inlet]]:
        """Return the SDP answer to a publisher, and an inlet for each kind of media that it sends.

        Args:
            offer: what it offers.
            max_kbps: the bit rate that its video may have, in kbit/s.

        Raises:
            InvalidRequest: the offer sends nothing.
            UnsupportedMedia: it sends nothing that a stage forwards.
            Unavailable: no socket can be opened.
        """
        sections = answer.receiving(offer)
        taken = [section for section in sections if section.taken]
        if not taken:
            if any(section.theirs.direction in {None, "sendonly", "sendrecv"} for section in sections):
                raise UnsupportedMedia(f"The SDP offer sends nothing that can be forwarded. Offer {NAMES}.")
            raise InvalidRequest("The SDP offer sends neither audio nor video.")
        text = await self._answer(offer, sections, stream="-", max_kbps=max_kbps)
        self._intake = _Intake(taken, self._link, max_kbps * 1000)
        return text, self._intake.inlets

    async def answer_viewer(
        self, offer: Offer, published: Mapping[Kind, Codec], stream: str
    ) -> tuple[str, dict[Kind, Outlet]]:
        """Return the SDP answer to a viewer, and an outlet for each kind of `published` that it wants.

        Args:
            offer: what it offers.
            published: what there is.
            stream: names the stream for the player.

        Raises:
            InvalidRequest: the offer wants nothing of what there is.
            UnsupportedMedia: the viewer cannot play one of `published`.
            Unavailable: no socket can be opened.
        """
        sections = answer.sending(offer, published)
        for section in sections:
            wanted = published.get(section.kind) if section.direction == "sendonly" else None
            if wanted is not None and codecs.match(wanted, section.codecs) is None:
                raise UnsupportedMedia(
                    f"What is published is {wanted.name}, which this player cannot play. Try another browser."
                )
        taken = [section for section in sections if section.taken]
        if not taken:
            raise InvalidRequest("The SDP offer wants nothing of what is published.")
        outlets = {section.kind: Outlet(section, stream, self._link) for section in taken}
        self._outlets = list(outlets.values())
        self._link.on_rtcp = self._heed
        return await self._answer(offer, sections, stream=stream), outlets

    async def close(self) -> None:
        """End the connection."""
        await self._link.close()  # first: a handshake that ends meanwhile still starts a task
        await self._tasks.aclose()

    async def _answer(
        self, offer: Offer, sections: list[Section], *, stream: str, max_kbps: int | None = None
    ) -> str:
        # Who leaves it to us is greeted by us: the viewer's browser waits for nobody then (RFC 8842, 5.3).
        setup: Literal["active", "passive"] = "passive" if offer.dtls.role == "client" else "active"
        candidates = await self._ports.candidates()
        self._link.listen(offer.ice, offer.dtls, setup)
        return answer.write(
            offer,
            sections,
            candidates=candidates,
            ufrag=self._link.ufrag,
            password=self._link.password,
            fingerprint=self._link.fingerprint,
            setup=setup,
            stream=stream,
            max_kbps=max_kbps,
        )

    def _changed(self) -> None:
        if self._link.state == "connected":
            for outlet in self._outlets:
                outlet.begin()
            if self._intake is not None:
                self._tasks.start(self._intake.run())
        self._on_state()

    def _heed(self, data: bytes, _: float) -> None:
        for packet in _parsed(data):
            for outlet in self._outlets:
                outlet.heed(packet)


class _Intake:
    """Everything that comes from one publisher, and what it is told about it."""

    def __init__(self, sections: list[Section], link: Link, max_bit_rate: int) -> None:
        reporter = 1 + secrets.randbelow(0xFFFFFFFE)
        self.inlets = {section.kind: Inlet(section, reporter, link.send_rtcp) for section in sections}
        self._by_mid = {section.theirs.rtp.muxId: self.inlets[section.kind] for section in sections}
        self._reporter = reporter
        self._link = link
        self._max_bit_rate = max_bit_rate
        self._extensions = HeaderExtensionsMap()
        for section in sections:
            self._extensions.configure(RTCRtpReceiveParameters(headerExtensions=section.extensions))
        agreed = [codec for section in sections for codec in section.codecs]
        self._arrivals = Arrivals(reporter) if codecs.has_feedback(agreed, "transport-cc") else None
        only_remb = self._arrivals is None and codecs.has_feedback(agreed, "goog-remb")
        self._estimate = Estimate(reporter, max_bit_rate) if only_remb else None
        link.on_rtp = self._take
        link.on_rtcp = self._heed

    async def run(self) -> None:
        """Tell the publisher what is missing, what arrived and how much it may send, until cancelled."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            ticks += 1
            for inlet in self.inlets.values():
                inlet.tick(now)
            ssrcs = [inlet.ssrc for inlet in self.inlets.values() if inlet.ssrc is not None]
            if ssrcs and self._arrivals is not None and (feedback := self._arrivals.feedback(ssrcs[0])):
                self._link.send_rtcp(feedback)
            if ssrcs and ticks % REPORT_TICKS == 0:
                self._report(now, ssrcs)

    def _report(self, now: float, ssrcs: list[int]) -> None:
        reports = [report for inlet in self.inlets.values() if (report := inlet.report(now))]
        packets = bytes(RtcpRrPacket(self._reporter, reports))
        if self._arrivals is not None:
            packets += remb(self._reporter, self._max_bit_rate, ssrcs)
        if self._estimate is not None:
            self._estimate.loss = max((report.fraction_lost for report in reports), default=0) / 256
        self._link.send_rtcp(packets)

    def _take(self, data: bytes, now: float) -> None:
        try:
            packet = RtpPacket.parse(data, self._extensions)
        except (ValueError, struct.error):
            return
        about = packet.extensions
        inlet = self._inlet(packet)
        if inlet is None:
            return
        if self._arrivals is not None and about.transport_sequence_number is not None:
            self._arrivals.arrived(about.transport_sequence_number, now)
        if self._estimate is not None and about.abs_send_time is not None:
            size = len(packet.payload) + packet.padding_size
            told = self._estimate.arrived(about.abs_send_time, now, size, inlet.ssrc or packet.ssrc)
            if told is not None:
                self._link.send_rtcp(told)
        inlet.take(packet, now)

    def _inlet(self, packet: RtpPacket) -> Inlet | None:
        """Return whose packet it is (RFC 9143, 9.2): by its section's name, else by its payload type."""
        if packet.extensions.mid is not None and (inlet := self._by_mid.get(packet.extensions.mid)):
            return inlet
        fits = [inlet for inlet in self.inlets.values() if packet.payload_type in inlet.payload_types]
        return fits[0] if len(fits) == 1 else next((each for each in fits if each.ssrc == packet.ssrc), None)

    def _heed(self, data: bytes, now: float) -> None:
        for packet in _parsed(data):
            if isinstance(packet, RtcpSrPacket):
                for inlet in self.inlets.values():
                    inlet.take_report(packet, now)


def _parsed(data: bytes) -> list[AnyRtcpPacket]:
    try:
        return RtcpPacket.parse(data)
    except (ValueError, struct.error, IndexError):
        return []
