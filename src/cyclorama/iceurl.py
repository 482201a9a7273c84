"""Addresses of STUN and TURN servers (RFC 7064, RFC 7065)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from typing import Self

PORT = 3478  # RFC 8489, RFC 8656
TLS_PORT = 5349
LAST_PORT = 65535
TRANSPORTS = ("udp", "tcp")

URL = re.compile(
    r"(?P<scheme>[a-z]+):(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)"
    r"(?::(?P<port>\d{1,5}))?(?:\?transport=(?P<transport>[a-z]+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class IceUrl:
    """A server that helps peers to find a way to each other.

    Attributes:
        scheme: stun, turn or turns (TURN over TLS).
        host: its name or address, without brackets.
        port: its port, the scheme's usual one where the URL has none.
        transport: how a client reaches it: udp or tcp.
    """

    scheme: str
    host: str
    port: int
    transport: str

    @property
    def is_turn(self) -> bool:
        """Whether it relays media, and so wants credentials."""
        return self.scheme != "stun"

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a URL.

        Raises:
            ValueError: says what is wrong with it.
        """
        example = "Write stun:HOST:PORT or turn:HOST:PORT?transport=udp"
        found = URL.fullmatch(url)
        if not found:
            slashes = " There are no slashes in such addresses." if "//" in url else ""
            raise ValueError(f"{url} is not the address of a STUN or TURN server.{slashes} {example}")
        scheme, transport = found["scheme"].lower(), (found["transport"] or "").lower()
        if scheme not in {"stun", "turn", "turns"}:
            raise ValueError(f"{url} begins with {scheme}:, which browsers do not speak. {example}")
        if transport and scheme == "stun":
            raise ValueError(f"{url} has a transport, which only TURN servers have. {example}")
        if transport and transport not in TRANSPORTS:
            raise ValueError(f"{url} has the transport {transport}. There are udp and tcp")
        host = found["host"]
        if host.startswith("["):
            host = host[1:-1]
            try:
                IPv6Address(host)
            except AddressValueError:
                raise ValueError(f"{url} has brackets around what is no IPv6 address") from None
        port = int(found["port"]) if found["port"] else (TLS_PORT if scheme == "turns" else PORT)
        if not 1 <= port <= LAST_PORT:
            raise ValueError(f"{url} has the port {port}. Ports are 1 to {LAST_PORT}")
        return cls(scheme, host, port, transport or ("tcp" if scheme == "turns" else "udp"))
