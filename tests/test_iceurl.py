from __future__ import annotations

import pytest

from cyclorama.iceurl import IceUrl

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("url", "parsed"),
    [
        # RFC 7064, appendix B; RFC 7065, appendix B
        ("stun:example.org", IceUrl("stun", "example.org", 3478, "udp")),
        ("stun:example.org:8000", IceUrl("stun", "example.org", 8000, "udp")),
        ("turn:example.org", IceUrl("turn", "example.org", 3478, "udp")),
        ("turns:example.org", IceUrl("turns", "example.org", 5349, "tcp")),
        ("turn:example.org:8000?transport=tcp", IceUrl("turn", "example.org", 8000, "tcp")),
        ("turns:example.org:443?transport=tcp", IceUrl("turns", "example.org", 443, "tcp")),
        ("TURN:192.0.2.7?transport=UDP", IceUrl("turn", "192.0.2.7", 3478, "udp")),
        ("stun:[2001:db8::7]:3478", IceUrl("stun", "2001:db8::7", 3478, "udp")),
    ],
)
def test_urls_are_read(url: str, parsed: IceUrl) -> None:
    assert IceUrl.parse(url) == parsed


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "not the address"),
        ("example.org", "not the address"),
        ("stun:", "not the address"),
        ("stun://example.org", "no slashes"),
        ("http://example.org", "no slashes"),
        ("stuns:example.org", "browsers do not speak"),
        ("sip:example.org", "browsers do not speak"),
        ("turn:user@example.org", "not the address"),
        ("turn:exa mple.org", "not the address"),
        ('turn:example.org">', "not the address"),
        ("turn:example.org?transport=sctp", "transport sctp"),
        ("stun:example.org?transport=udp", "only TURN servers"),
        ("stun:example.org:0", "port 0"),
        ("stun:example.org:65536", "port 65536"),
        ("stun:example.org:port", "not the address"),
        ("stun:[1:2]", "no IPv6 address"),
        ("stun:2001:db8::7", "not the address"),
    ],
)
def test_what_is_wrong_is_said(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        IceUrl.parse(url)
