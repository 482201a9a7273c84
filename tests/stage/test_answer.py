"""Answers to the offers that other people's programs make."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiortc.sdp import MediaDescription, SessionDescription

from cyclorama.stage import answer, codecs, offers
from cyclorama.stage.ports import Candidate

pytestmark = pytest.mark.unit

OFFERS = Path(__file__).parent / "offers"
CANDIDATES = [Candidate("192.0.2.7", 5000, 0), Candidate("127.0.0.1", 5001, 1)]


def offered(name: str, *changes: tuple[str, str]) -> offers.Offer:
    text = (OFFERS / f"{name}.sdp").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return offers.read(text.encode())


def written(offer: offers.Offer, sections: list[answer.Section], max_kbps: int | None = None) -> str:
    return answer.write(
        offer,
        sections,
        candidates=CANDIDATES,
        ufrag="ours",
        password="our-password-is-long-enough",
        fingerprint="AA:BB",
        setup="active",
        stream="ann",
        max_kbps=max_kbps,
    )


def parsed(text: str) -> list[MediaDescription]:
    return SessionDescription.parse(text).media


def published(name: str, **parameters: str) -> codecs.Codec:
    return codecs.Codec(f"video/{name}", 90000, payloadType=96, parameters=dict(parameters))


def test_a_publisher_keeps_its_order_of_codecs_and_all_that_pass() -> None:
    offer = offered("chromium-publisher")
    audio, video = parsed(written(offer, answer.receiving(offer)))
    assert [codec.name for codec in audio.rtp.codecs] == ["opus"]
    assert audio.rtp.codecs[0].parameters == {"minptime": 10, "useinbandfec": 1}
    names = [codec.name for codec in codecs.media(video.rtp.codecs)]
    assert names == ["VP8", *["H264"] * 6, "AV1", "VP9", "VP9"]
    assert codecs.retransmissions(video.rtp.codecs)[96] == 97
    assert {audio.direction, video.direction} == {"recvonly"}


def test_a_publisher_is_asked_for_what_congestion_control_needs_and_for_nothing_that_would_be_lost() -> None:
    offer = offered("chromium-publisher")
    text = written(offer, answer.receiving(offer), max_kbps=2500)
    _, video = parsed(text)
    assert {each.uri for each in video.rtp.headerExtensions} == {
        answer.MID,
        answer.ABS_SEND_TIME,
        answer.TRANSPORT_CC,
    }
    feedback = {(each.type, each.parameter) for each in video.rtp.codecs[0].rtcpFeedback}
    assert feedback == answer.FROM_PUBLISHERS
    assert "b=AS:2500\r\nb=TIAS:2500000\r\n" in text[text.index("m=video") :]
    assert "b=" not in text[: text.index("m=video")]
    assert "rid" not in text
    # who turns a phone sends a turned picture, because nobody would tell the viewers to turn it
    assert "video-orientation" not in text


def test_the_answer_is_of_a_lite_agent_with_all_its_candidates() -> None:
    offer = offered("chromium-publisher")
    text = written(offer, answer.receiving(offer))
    assert "a=ice-lite\r\n" in text[: text.index("m=")]
    assert "a=group:BUNDLE 0 1\r\n" in text
    for media in parsed(text):
        assert [(each.ip, each.port) for each in media.ice_candidates] == [
            ("192.0.2.7", 5000),
            ("127.0.0.1", 5001),
        ]
        assert media.ice_candidates[0].priority > media.ice_candidates[1].priority
        assert media.ice_candidates_complete
        assert media.rtcp_mux or "a=rtcp-mux" in text
        assert (media.host, media.port) == ("192.0.2.7", 5000)


def test_a_viewer_gets_the_published_codec_first_and_sound_and_picture_as_one_stream() -> None:
    offer = offered("chromium-viewer")
    sections = answer.sending(
        offer, {"audio": codecs.Codec("audio/opus", 48000, 2, 111), "video": published("VP9")}
    )
    for section, ssrcs in zip(sections, ([1], [2, 3]), strict=True):
        section.ssrcs = ssrcs
    text = written(offer, sections)
    audio, video = parsed(text)
    assert [codec.name for codec in video.rtp.codecs[:2]] == ["VP9", "rtx"]
    assert {audio.direction, video.direction} == {"sendonly"}
    assert [media.msid for media in (audio, video)] == ["ann audio", "ann video"]
    assert {each.cname for media in (audio, video) for each in media.ssrc} == {"ann"}
    assert str(video.ssrc_group[0]) == "FID 2 3"
    feedback = {(each.type, each.parameter) for each in video.rtp.codecs[0].rtcpFeedback}
    assert feedback == answer.LOSS


def test_what_is_not_published_is_inactive_and_stays_in_the_bundle() -> None:
    offer = offered("chromium-viewer")
    text = written(offer, answer.sending(offer, {"video": published("VP8")}))
    audio, video = parsed(text)
    assert (audio.direction, video.direction) == ("inactive", "sendonly")
    assert "a=group:BUNDLE 0 1\r\n" in text


def test_a_section_of_unknown_codecs_is_refused_and_leaves_the_bundle() -> None:
    offer = offered("chromium-publisher", ("opus/48000/2", "speex/16000"))
    text = written(offer, answer.receiving(offer))
    audio, video = parsed(text)
    assert (audio.port, audio.direction, video.direction) == (0, "inactive", "recvonly")
    assert "a=group:BUNDLE 1\r\n" in text


def test_data_channels_are_refused_and_the_rest_is_taken() -> None:
    channel = (
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\na=mid:2\na=sctp-port:5000\n"
    )
    text = (OFFERS / "chromium-publisher.sdp").read_text().replace("BUNDLE 0 1", "BUNDLE 0 1 2") + channel
    offer = offers.read(text.encode())
    answered = written(offer, answer.receiving(offer))
    assert "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n" in answered
    assert "a=group:BUNDLE 0 1\r\n" in answered


def test_the_second_section_of_a_kind_is_not_taken() -> None:
    text = (OFFERS / "chromium-publisher.sdp").read_text().replace("BUNDLE 0 1", "BUNDLE 0 1 2")
    again = text[text.index("m=video") :].replace("a=mid:1", "a=mid:2")
    offer = offers.read((text + again).encode())
    assert [section.taken for section in answer.receiving(offer)] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "parameters", "payload_type"),
    [
        ("VP8", {}, 96),
        ("vp8", {}, 96),
        ("VP9", {}, 98),
        ("VP9", {"profile-id": "0"}, 98),
        ("VP9", {"profile-id": "2"}, 100),
        ("VP9", {"profile-id": "1"}, 35),
        ("VP9", {"profile-id": "4"}, None),
        ("AV1", {"profile": "0"}, 45),
        ("AV1", {"profile": "1"}, 47),
        ("AV1", {"profile": "2"}, None),
        ("H264", {"packetization-mode": "1", "profile-level-id": "42e01f"}, 108),
        ("H264", {"packetization-mode": "1", "profile-level-id": "42001f"}, 102),
        ("H264", {"packetization-mode": "1", "profile-level-id": "4d0028"}, 116),
        # this browser's offer does not have the high profiles, but one that is above them
        ("H264", {"packetization-mode": "1", "profile-level-id": "640c1f"}, 41),
        ("H264", {"packetization-mode": "1", "profile-level-id": "64001f"}, 41),
        # single NAL units can be played by whoever plays fragments
        ("H264", {"profile-level-id": "42e01f"}, 108),
        ("H265", {}, None),
    ],
)
def test_a_player_plays_what_it_says(name: str, parameters: dict[str, str], payload_type: int | None) -> None:
    video = offered("chromium-viewer").sections[1]
    found = codecs.match(published(name, **parameters), video.rtp.codecs)
    assert (found.payloadType if found else None) == payload_type


def test_baseline_is_played_by_whoever_plays_a_higher_profile_alone() -> None:
    high = [
        codecs.Codec(
            "video/H264",
            90000,
            payloadType=5,
            parameters={"packetization-mode": "1", "profile-level-id": "640c1f"},
        )
    ]
    baseline = published("H264", **{"packetization-mode": "1", "profile-level-id": "42e01f"})
    assert codecs.match(baseline, high) is high[0]
    fragments = published("H264", **{"packetization-mode": "1", "profile-level-id": "640c1f"})
    high[0].parameters["packetization-mode"] = "0"
    assert codecs.match(fragments, high) is None


def test_who_plays_a_low_profile_alone_does_not_play_a_higher_one() -> None:
    low = [
        codecs.Codec(
            "video/H264",
            90000,
            payloadType=5,
            parameters={"packetization-mode": "1", "profile-level-id": profile},
        )
        for profile in ("42e01f", "4d001f")
    ]
    high = published("H264", **{"packetization-mode": "1", "profile-level-id": "64001f"})
    assert codecs.match(high, low) is None
    main = published("H264", **{"packetization-mode": "1", "profile-level-id": "4d0028"})
    assert codecs.match(main, low) is low[1]


def test_a_player_that_says_nothing_of_h264_gets_whatever_there_is() -> None:
    silent = codecs.Codec("video/H264", 90000, payloadType=5)
    for profile in ("42e01f", "640c1f"):
        fragments = published("H264", **{"packetization-mode": "1", "profile-level-id": profile})
        assert codecs.match(fragments, [silent]) is silent


@pytest.mark.parametrize("value", ["", "zz", "42e0", "1" * 400])
def test_rubbish_in_parameters_is_no_match(value: str) -> None:
    rubbish = published("H264", **{"profile-level-id": value, "packetization-mode": value})
    video = offered("chromium-viewer").sections[1]
    codecs.match(rubbish, video.rtp.codecs)
    codecs.match(video.rtp.codecs[2], [rubbish])


def test_of_a_simulcast_the_last_layer_is_asked_for() -> None:
    layers = "a=rid:q send\na=rid:h send\na=rid:f send\na=simulcast:send q;h;~f,g"
    offer = offered("chromium-publisher", ("a=mid:1", f"a=mid:1\n{layers}"))
    text = written(offer, answer.receiving(offer))
    audio, video = text[: text.index("m=video")], text[text.index("m=video") :]
    assert "a=rid:f recv\r\na=simulcast:recv f\r\n" in video
    assert answer.RID in video
    assert "simulcast" not in audio
    assert answer.RID not in audio


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chromium-publisher", ["VP8", *["H264"] * 6, "AV1", "VP9", "VP9"]),
        ("firefox-publisher", ["VP8", "VP9", "AV1"]),
        ("safari", ["H264", "H264", "VP8", "VP9"]),
        ("obs", ["H264"]),
        ("ffmpeg", ["H264"]),
        ("gstreamer", ["H264"]),
    ],
)
def test_what_each_publisher_offers_is_taken(name: str, expected: list[str]) -> None:
    offer = offered(name)
    sections = answer.receiving(offer)
    assert [section.kind for section in sections if section.taken] == [each.kind for each in offer.sections]
    text = written(offer, sections)
    for theirs, ours in zip(offer.sections, parsed(text), strict=True):
        assert (ours.direction, ours.rtp.muxId) == ("recvonly", theirs.rtp.muxId)
        wanted = ["opus"] if ours.kind == "audio" else expected
        assert [codec.name.lower() for codec in codecs.media(ours.rtp.codecs)] == [
            codec.lower() for codec in wanted
        ]
        offered_types = {codec.payloadType: codec.parameters for codec in theirs.rtp.codecs}
        for codec in ours.rtp.codecs:
            assert codec.parameters == offered_types[codec.payloadType]
    mids = " ".join(each.rtp.muxId for each in offer.sections)
    assert f"a=group:BUNDLE {mids}\r\n" in text


def test_ffmpeg_finds_what_it_reads_in_an_answer() -> None:
    """Its muxer takes the first candidate, which must be UDP of type host (`libavformat/whip.c`)."""
    offer = offered("ffmpeg")
    assert offer.dtls.role == "server"  # it waits for us to begin the handshake
    text = written(offer, answer.receiving(offer))
    assert text.startswith("v=")
    first = next(line for line in text.splitlines() if line.startswith("a=candidate:"))
    assert " udp " in first
    assert first.endswith("192.0.2.7 5000 typ host")
    assert "a=ice-ufrag:ours\r\n" in text


@pytest.mark.parametrize(
    ("viewer", "plays"),
    [
        ("chromium-viewer", {"VP8", "VP9", "AV1", "baseline", "high"}),
        ("firefox-viewer", {"VP8", "VP9", "AV1"}),
        ("safari", {"VP8", "VP9", "baseline", "high"}),
    ],
)
def test_each_browser_gets_what_it_plays(viewer: str, plays: set[str]) -> None:
    h264 = {"packetization-mode": "1"}
    there = {
        "VP8": published("VP8"),
        "VP9": published("VP9"),
        "AV1": published("AV1"),
        "baseline": published("H264", **h264, **{"profile-level-id": "42e01f"}),
        "high": published("H264", **h264, **{"profile-level-id": "64001f"}),
    }
    changes = [("a=sendonly", "a=recvonly")] if viewer == "safari" else []
    offer = offered(viewer, *changes)
    for name, codec in there.items():
        audio, video = answer.sending(
            offer, {"audio": codecs.Codec("audio/opus", 48000, 2, 111), "video": codec}
        )
        assert audio.taken
        assert (codecs.match(codec, video.codecs) is not None) == (name in plays), name
