"""Forwarding: what one participant publishes goes to everybody who watches, as encoded packets.

`Feed` is a participant's media, `Channel` one kind of it, `Branch` the way of a channel to one viewer, and a
`Listener` whoever else wants the publisher's packets as they came, such as a recorder. A feed outlives the
publisher's connection: when the publisher comes back, branches carry on where they were, with sequence
numbers and timestamps that go on as if nothing had happened.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiortc.rtp import RtpPacket

    from cyclorama.stage.codecs import Codec, Kind
    from cyclorama.stage.inlet import Inlet
    from cyclorama.stage.outlet import Outlet

HISTORY = 1024  # packets kept to be sent again: over 2 s of 720p
KEY_FRAME_INTERVAL = 0.3  # seconds between two requests to a publisher, however many viewers ask
SILENCE = 5.0  # seconds without a packet after which nobody is publishing any more
AUDIO_ALONE = 2.0  # seconds that a publisher's sound waits for its picture


class Listener(Protocol):
    """Whoever follows one kind of a participant's media. It is called for every packet, so it must be quick.

    `source` is the channel's: with each, sequence numbers, timestamps and clock begin anew.
    """

    def packet(self, source: int, codec: Codec, packet: RtpPacket, now: float) -> None:
        """Take an RTP packet that came at `now` (`time.monotonic`), as the publisher numbered it."""

    def report(self, source: int, ntp: int, timestamp: int) -> None:
        """Take a sender report: the publisher's wall clock (NTP, 32.32) at an RTP timestamp."""


class Branch:
    """One kind of media on its way to one viewer."""

    def __init__(self, channel: Channel, outlet: Outlet) -> None:
        self._channel = channel
        self._outlet = outlet
        self._source = 0
        self._codec: Codec | None = None
        self._payload_type: int | None = None
        # In the lower half, because a sequence number that wraps early confuses SRTP.
        self._last_seq = random.randrange(1 << 15)  # noqa: S311 - not a secret
        self._last_timestamp = random.randrange(1 << 32)  # noqa: S311
        self._last_time = 0.0
        self._seq_offset = 0
        self._timestamp_offset = 0
        outlet.on_ready = channel.want_key_frame
        outlet.on_picture_lost = channel.want_key_frame
        outlet.on_lost = self._send_again

    def forward(self, packet: RtpPacket, now: float) -> None:
        """Send a packet on."""
        if not self._outlet.ready:
            return
        channel = self._channel
        if self._source != channel.source:
            self._splice(packet, now)
        if self._codec is not channel.codec and channel.codec is not None:
            self._codec = channel.codec
            self._payload_type = self._outlet.payload_type(channel.codec)
        if self._payload_type is None:
            return
        seq = (packet.sequence_number + self._seq_offset) & 0xFFFF
        timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        self._outlet.send(self._payload_type, packet.marker, seq, timestamp, packet.payload)
        if (seq - self._last_seq) & 0xFFFF < 0x8000:
            self._last_seq = seq
            self._last_timestamp = timestamp
            self._last_time = now

    def report(self, ntp: int, timestamp: int) -> None:
        """Pass the publisher's clock on."""
        if self._source == self._channel.source:
            self._outlet.report(ntp, (timestamp + self._timestamp_offset) & 0xFFFFFFFF)

    def _splice(self, packet: RtpPacket, now: float) -> None:
        """Let a new source begin where the one before ended, as much later as time has passed."""
        channel = self._channel
        rate = channel.codec.clockRate if channel.codec is not None else 0
        pause = (now - self._last_time) * rate if self._last_time else 0
        self._source = channel.source
        self._seq_offset = self._last_seq + 1 - packet.sequence_number
        self._timestamp_offset = self._last_timestamp + max(1, int(pause)) - packet.timestamp
        if channel.last_report is not None:
            self.report(*channel.last_report)

    def _send_again(self, lost: list[int]) -> None:
        if self._source != self._channel.source or self._payload_type is None:
            return
        for seq in lost:
            packet = self._channel.past((seq - self._seq_offset) & 0xFFFF)
            if packet is not None:
                timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
                self._outlet.send_again(self._payload_type, packet.marker, seq, timestamp, packet.payload)


class Channel:
    """One kind of a participant's media: a `Sink` for whoever publishes it, and the branches to its viewers.

    `source` counts the streams that came one after the other, by new connections or by a new SSRC on the same
    one; `on_first` is called with the first packet of each.
    """

    def __init__(self, on_first: Callable[[], None]) -> None:
        self.source = 0
        self.codec: Codec | None = None
        self.last_report: tuple[int, int] | None = None
        self._on_first = on_first
        self._branches: list[Branch] = []
        self._listeners: list[Listener] = []
        self._history: list[RtpPacket | None] = []
        self._inlet: Inlet | None = None
        self._first: RtpPacket | None = None
        self._first_at = 0.0  # on `time.monotonic`, as all times here
        self._last_at = -SILENCE
        self._flows_since = 0.0
        self._asked_at = 0.0
        self._asking: asyncio.TimerHandle | None = None

    @property
    def open(self) -> bool:
        """Whether somebody may send into it."""
        return self._inlet is not None

    @property
    def flowing(self) -> float:
        """For how many seconds packets have been coming; 0 when they do not."""
        now = time.monotonic()
        return max(now - self._flows_since, 1e-9) if self.open and now - self._last_at < SILENCE else 0.0

    def begin(self, inlet: Inlet) -> None:
        """Take packets from `inlet` from now on, and from no other."""
        self._release()
        self._inlet = inlet
        self.codec = inlet.codec
        self._renew()
        inlet.sink = self

    def end(self, inlet: Inlet) -> None:
        """Take nobody's packets, if it was `inlet` that they came from."""
        if self._inlet is inlet:
            self.close()

    def close(self) -> None:
        """Take nobody's packets."""
        self._release()
        self._last_at = -SILENCE

    def attach(self, outlet: Outlet) -> Branch:
        """Forward to `outlet` from now on."""
        branch = Branch(self, outlet)
        self._branches.append(branch)
        return branch

    def detach(self, branch: Branch) -> None:
        """Forward to a viewer no more."""
        self._branches.remove(branch)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Let `listener` have all packets from now on; the returned function ends it."""
        self._listeners.append(listener)
        if self.last_report is not None:
            listener.report(self.source, *self.last_report)
        return lambda: self._listeners.remove(listener)

    def packet(self, packet: RtpPacket, codec: Codec) -> None:
        """Take a packet of the publisher and forward it."""
        now = time.monotonic()
        if now - self._last_at >= SILENCE:
            self._flows_since = now
        self._last_at = now
        self.codec = codec
        if self._first is not None and self._first.ssrc != packet.ssrc:
            self._renew()
        if self._first is None:
            self._first = packet
            self._first_at = now
            if self._branches or self._listeners:
                self.want_key_frame()
            self._on_first()
        elif now - self._first_at < 1 and _before(packet, self._first):
            return  # it was overtaken, and its number is that of the last packet of the source before
        self._history[packet.sequence_number % HISTORY] = packet
        for branch in self._branches:
            branch.forward(packet, now)
        for listener in self._listeners:
            listener.packet(self.source, codec, packet, now)

    def report(self, ntp: int, timestamp: int) -> None:
        """Take the publisher's clock and pass it on."""
        self.last_report = ntp, timestamp
        for branch in self._branches:
            branch.report(ntp, timestamp)
        for listener in self._listeners:
            listener.report(self.source, ntp, timestamp)

    def past(self, seq: int) -> RtpPacket | None:
        """Return a packet that was forwarded lately, by the publisher's number."""
        packet = self._history[seq % HISTORY]
        return packet if packet is not None and packet.sequence_number == seq else None

    def want_key_frame(self) -> None:
        """Ask the publisher for a key frame: now, or as soon as the last request is long enough ago."""
        if self._inlet is None or self._asking is not None or self.codec is None:
            return
        if not self.codec.mimeType.startswith("video/"):
            return
        wait = self._asked_at + KEY_FRAME_INTERVAL - time.monotonic()
        if wait > 0:
            self._asking = asyncio.get_running_loop().call_later(wait, self._ask)
        else:
            self._ask()

    def _renew(self) -> None:
        self.source += 1
        self.last_report = self._first = None
        self._history = [None] * HISTORY

    def _ask(self) -> None:
        self._asking = None
        if self._inlet is not None and self._inlet.ask_key_frame():
            self._asked_at = time.monotonic()

    def _release(self) -> None:
        if self._inlet is not None:
            self._inlet.sink = None
            self._inlet = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None


class Feed:
    """A participant's media. `on_live` is called when it begins to arrive."""

    def __init__(self, on_live: Callable[[], None]) -> None:
        self._on_live = on_live
        self._channels: dict[Kind, Channel] = {"audio": Channel(self._began), "video": Channel(self._began)}

    @property
    def codecs(self) -> dict[Kind, Codec]:
        """What is published, by kind."""
        return {
            kind: channel.codec
            for kind, channel in self._channels.items()
            if channel.open and channel.codec is not None
        }

    @property
    def live(self) -> bool:
        """Whether a viewer who came now would get the picture, or the sound of who has none."""
        audio, video = self._channels["audio"].flowing, self._channels["video"].flowing
        return video > 0 or audio > (AUDIO_ALONE if self._channels["video"].open else 0)

    def begin(self, inlets: Mapping[Kind, Inlet]) -> Callable[[], None]:
        """Take a publisher's media instead of whoever's came before; the returned function ends it."""
        for kind, channel in self._channels.items():
            if kind in inlets:
                channel.begin(inlets[kind])
            else:
                channel.close()

        def end() -> None:
            for kind, inlet in inlets.items():
                self._channels[kind].end(inlet)

        return end

    def attach(self, outlets: Mapping[Kind, Outlet]) -> Callable[[], None]:
        """Forward to a viewer from now on; the returned function ends it."""
        branches = {kind: self._channels[kind].attach(outlet) for kind, outlet in outlets.items()}

        def detach() -> None:
            for kind, branch in branches.items():
                self._channels[kind].detach(branch)

        return detach

    def listen(self, listeners: Mapping[Kind, Listener]) -> Callable[[], None]:
        """Let listeners follow from now on; the returned function ends it."""
        ends = [self._channels[kind].listen(listener) for kind, listener in listeners.items()]

        def end() -> None:
            for each in ends:
                each()

        return end

    def want_key_frame(self) -> None:
        """Ask the publisher for a key frame, if there is a picture."""
        self._channels["video"].want_key_frame()

    def _began(self) -> None:
        if self.live:
            self._on_live()


def _before(one: RtpPacket, other: RtpPacket) -> bool:
    return (one.sequence_number - other.sequence_number) & 0xFFFF >= 0x8000
