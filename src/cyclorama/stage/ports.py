"""The UDP sockets that all connections of a stage share: one for each address of this machine, one port.

A datagram finds its connection by the user name of a connectivity check first (RFC 8445, 7.3), and by the
address that it comes from once such a check was authentic.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from aioice import stun
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import get_host_addresses

from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclorama.stage.link import Link

Address = tuple[str, int]

LOOPBACK = "127.0.0.1"
BUFFER = 4 << 20  # bytes; the system may allow less
MAX_UNSENT = 1 << 20  # bytes that may wait for a socket before packets to it are dropped

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A host candidate (RFC 8839, 5.1); `rank` 0 is the best."""

    address: str
    port: int
    rank: int

    def __str__(self) -> str:
        foundation = candidate_foundation("host", "udp", self.address)[:8]
        priority = candidate_priority(1, "host", 65535 - self.rank)
        return f"{foundation} 1 udp {priority} {self.address} {self.port} typ host"


class Port(asyncio.DatagramProtocol):
    """One socket."""

    transport: asyncio.DatagramTransport

    def __init__(self, ports: Ports, address: str) -> None:
        self.address = address
        self._ports = ports
        self._links: dict[Address, Link] = {}

    @property
    def number(self) -> int:
        """The port's number."""
        return int(self.transport.get_extra_info("sockname")[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; asyncio calls it."""
        self.transport = cast("asyncio.DatagramTransport", transport)
        sock = transport.get_extra_info("socket")
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, BUFFER)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Hand a datagram to whom it is for; from strangers, only connectivity checks are read (RFC 7983)."""
        if not data:
            return
        address = addr[:2]
        if data[0] < 4:
            self._on_stun(data, address)
        elif (link := self._links.get(address)) is not None:
            link.received(data)

    def send(self, data: bytes, address: Address) -> None:
        """Send a datagram now, or drop it where the way is not free. Never waits."""
        transport: Any = self.transport  # the type does not know of its buffer
        if transport.get_write_buffer_size() <= MAX_UNSENT and not transport.is_closing():
            transport.sendto(data, address)

    def bind(self, address: Address, link: Link) -> bool:
        """Let what comes from `address` be of `link`; False where another is connected from there.

        So nobody takes the packets of somebody else by forging their address.
        """
        other = self._links.get(address)
        if other is not None and other.state == "connected" and other.uses(self, address):
            return False
        self._links[address] = link
        return True

    def unbind(self, address: Address, link: Link) -> None:
        """Let what comes from `address` be nobody's, if it was of `link`."""
        if self._links.get(address) is link:
            del self._links[address]

    def _on_stun(self, data: bytes, address: Address) -> None:
        try:
            message = stun.parse_message(data)
        except Exception:  # whatever a stranger's bytes make of the parser
            return
        if message.message_method != stun.Method.BINDING:
            return
        if message.message_class == stun.Class.REQUEST:
            ours = str(message.attributes.get("USERNAME", "")).partition(":")[0]
            link = self._ports.links.get(ours)
            # No answer to who does not know the password, not even that it is wrong: nothing is reflected.
            if link is not None and message.check_message_integrity(link.password.encode()):
                self._answer(message, address, link)
        elif message.message_class == stun.Class.RESPONSE:
            link = self._ports.asking.pop(message.transaction_id, None)
            if link is not None:
                link.answered(message, self, address)

    def _answer(self, request: stun.Message, address: Address, link: Link) -> None:
        conflict = "ICE-CONTROLLED" in request.attributes  # RFC 8445, 7.3.1.1: a lite agent is controlled
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.ERROR if conflict else stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
        )
        if conflict:
            response.attributes["ERROR-CODE"] = (487, "Role Conflict")
        else:
            response.attributes["XOR-MAPPED-ADDRESS"] = address
        response.add_message_integrity(link.password.encode())
        self.send(bytes(response), address)
        if not conflict:
            link.checked(self, address, nominated="USE-CANDIDATE" in request.attributes)


class Ports:
    """All sockets of a stage, opened when the first connection wants them.

    Args:
        number: the UDP port; 0 takes any free one for each address.
        advertised: the addresses at which the stage is reached, where they are not this machine's own.

    Attributes:
        links: by their half of the ICE user name, who waits for connectivity checks.
        asking: by its transaction, who has sent a check and waits for the response.
    """

    def __init__(self, number: int = 0, advertised: Sequence[str] = ()) -> None:
        self.links: dict[str, Link] = {}
        self.asking: dict[bytes, Link] = {}
        self._number = number
        self._advertised = advertised
        self._open: dict[str, Port] = {}
        self._opening = asyncio.Lock()

    async def candidates(self) -> list[Candidate]:
        """Return where the stage is reached now, the best first, and last on this machine alone.

        Raises:
            Unavailable: no socket can be opened.
        """
        async with self._opening:
            await self._refresh()
        own = [port for address, port in self._open.items() if address != LOOPBACK]
        found = [(port.address, port.number) for port in own]
        if self._advertised:
            numbers = {port.number for port in own}
            found = [(address, number) for address in self._advertised for number in sorted(numbers)]
        if LOOPBACK in self._open:
            found.append((LOOPBACK, self._open[LOOPBACK].number))
        return [Candidate(address, number, rank) for rank, (address, number) in enumerate(found)]

    def close(self) -> None:
        """Close all sockets."""
        for port in self._open.values():
            port.transport.close()
        self._open.clear()

    async def _refresh(self) -> None:
        """Open a socket for each address that is new, and close those whose address is gone.

        The loopback address is among them: a page on this machine is served where there is no network.
        """
        addresses = [*get_host_addresses(use_ipv4=True, use_ipv6=True), LOOPBACK]
        for gone in self._open.keys() - set(addresses):
            self._open.pop(gone).transport.close()
        loop = asyncio.get_running_loop()
        problem: OSError | None = None
        for address in addresses:
            if address in self._open:
                continue
            try:
                _, port = await loop.create_datagram_endpoint(
                    lambda address=address: Port(self, address),  # type: ignore[misc]
                    local_addr=(address, self._number),
                )
            except OSError as error:
                problem = error
                logger.info("no media at %s: %s", address, error.strerror)
            else:
                self._open[address] = port
        if not self._open:
            what = (
                f"UDP port {self._number} cannot be used" if self._number else "No UDP socket can be opened"
            )
            raise Unavailable(
                f"{what}: {problem.strerror if problem else 'this machine has no address'}. "
                "Stop what uses it, or set another media_port."
            )
