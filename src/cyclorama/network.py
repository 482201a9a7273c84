"""Under which addresses and names this machine is reached."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import ip_address

# TEST-NET-1 and the documentation prefix (RFC 5737, RFC 3849): connecting a UDP socket sends nothing, but the
# system has to choose the address that it would send from.
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def own_addresses() -> list[str]:
    """Return this machine's IP addresses, without loopback and link-local ones.

    IPv4 comes first, and of each kind the address that the machine itself sends from.
    """
    from aioice.ice import get_host_addresses

    usual = [address for family, peer in ELSEWHERE.items() if (address := _sends_from(family, peer))]
    found = {address.partition("%")[0] for address in get_host_addresses(use_ipv4=True, use_ipv6=True)}
    return sorted(
        (address for address in found if not ip_address(address).is_link_local),
        key=lambda address: (ip_address(address).version, address not in usual, address),
    )


def reachable_addresses() -> list[str]:
    """Return those under which others on the network are told to come: IPv4, and IPv6 only where that is all.

    IPv6 addresses are long to type, and many machines change theirs daily (RFC 8981).
    """
    own = own_addresses()
    return [address for address in own if ip_address(address).version == 4] or own


def own_names() -> list[str]:
    """Return this machine's name, and the one that multicast DNS gives it (RFC 6762)."""
    name = socket.gethostname().rstrip(".").lower()
    local = f"{name.partition('.')[0]}.local"
    return list(dict.fromkeys(each for each in (name, local) if each and each.isascii()))


def _sends_from(family: socket.AddressFamily, peer: str) -> str:
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((peer, 9))
        return str(probe.getsockname()[0])
    return ""
