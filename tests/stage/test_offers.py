"""What may stand in an offer."""

from __future__ import annotations

import pytest

from cyclorama.errors import InvalidRequest, TooLarge
from cyclorama.stage import offers

pytestmark = pytest.mark.unit

OFFER = """v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF 96
a=ice-ufrag:abcd
a=ice-pwd:0123456789012345678901
a=fingerprint:sha-256 00
a=setup:actpass
a=candidate:1 1 udp 2113937151 0de6ef9d-e2db-412b-bedc-eaa0e75eb64a.local 56636 typ host
a=candidate:2 1 udp 2113937151 198.51.100.7 9 typ host
a=end-of-candidates
a=mid:0
"""


def test_candidates_are_not_believed() -> None:
    read = offers.read(OFFER.encode())
    assert [section.rtp.muxId for section in read.sections] == ["0"]
    assert not any(section.ice_candidates for section in read.sections)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v=0", "hello"),
        ("m=video", "m=application"),
        ("a=ice-ufrag", "a=x"),
        ("a=ice-pwd", "a=x"),
        ("a=fingerprint", "a=x"),
        ("a=setup", "a=x"),
        ("m=video", "m=audio 9 UDP/TLS/RTP/SAVPF 97\n" * 9 + "m=video"),
        ("a=group:BUNDLE 0", "m=audio 9 UDP/TLS/RTP/SAVPF 97"),
    ],
)
def test_what_is_no_offer_of_audio_and_video_is_refused(old: str, new: str) -> None:
    with pytest.raises(InvalidRequest):
        offers.read(OFFER.replace(old, new).encode())


def test_a_bundle_may_name_a_section_that_is_not_there() -> None:
    read = offers.read(OFFER.replace("BUNDLE 0", "BUNDLE 1 0").encode())
    assert read.ice.usernameFragment == "abcd"
    assert read.shares_transport(read.sections[0])


def test_an_offer_is_text_and_short() -> None:
    with pytest.raises(InvalidRequest):
        offers.read(b"v=0\n\xff")
    with pytest.raises(TooLarge):
        offers.read(OFFER.encode() + b"a=x\n" * offers.MAX_BYTES)
