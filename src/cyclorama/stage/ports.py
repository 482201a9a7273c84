"""The UDP sockets that all connections of a stage share: one for each address of this machine, one port.

A datagram finds its connection by the user name of a connectivity check first (RFC 8445, 7.3), and by the
address that it comes from once such a check was authentic.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aioice import stun
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import get_host_addresses

from cyclorama.errors import Unavailable
from cyclorama.stage.udp import Address, Socket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclorama.stage.link import Link

LOOPBACK = "127.0.0.1"

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


class Port:
    """One socket.

    Raises:
        OSError: there is no such address, or the port is taken.
    """

    def __init__(self, ports: Ports, address: str, number: int) -> None:
        self.address = address
        self._ports = ports
        self._links: dict[Address, Link] = {}
        self._socket = Socket(address, number, self._take)
        self.send = self._socket.send
        self.aclose = self._socket.aclose

    @property
    def number(self) -> int:
        """The port's number."""
        return self._socket.number

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

    def _take(self, data: bytes, address: Address, now: float) -> None:
        """Hand a datagram to whom it is for; from strangers, only connectivity checks are read (RFC 7983)."""
        if not data:
            return
        if data[0] < 4:
            self._on_stun(data, address)
        elif (link := self._links.get(address)) is not None:
            link.received(data, now)

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

    async def aclose(self) -> None:
        """Close all sockets."""
        while self._open:
            await self._open.popitem()[1].aclose()

    async def _refresh(self) -> None:
        """Open a socket for each address that is new, and close those whose address is gone.

        The loopback address is among them: a page on this machine is served where there is no network.
        """
        addresses = [*get_host_addresses(use_ipv4=True, use_ipv6=True), LOOPBACK]
        for gone in self._open.keys() - set(addresses):
            await self._open.pop(gone).aclose()
        problem: OSError | None = None
        for address in addresses:
            if address in self._open:
                continue
            try:
                self._open[address] = Port(self, address, self._number)
            except OSError as error:
                problem = error
                logger.info("no media at %s: %s", address, error.strerror)
        if not self._open:
            what = (
                f"UDP port {self._number} cannot be used" if self._number else "No UDP socket can be opened"
            )
            raise Unavailable(
                f"{what}: {problem.strerror if problem else 'this machine has no address'}. "
                "Stop what uses it, or set another media_port."
            )
