"""Packets made by hand, and rubbish, through the depacketizers."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import pytest
from av.bitstream import BitStreamFilterContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cyclorama.stage.recording.av1 import av1
from cyclorama.stage.recording.av1_sequence import look_of
from cyclorama.stage.recording.frames import Frame, Look
from cyclorama.stage.recording.h264 import H264
from cyclorama.stage.recording.vpx import vp8, vp9

from . import packets

if TYPE_CHECKING:
    from cyclorama.stage.recording.frames import Depacketizer

pytestmark = pytest.mark.unit

VP8_KEY = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00picture"


@pytest.mark.parametrize(
    "descriptor",
    [
        b"\x10",
        b"\x90\x80\x11",  # a picture id of 7 bits
        b"\x90\x80\x81\x11",  # of 15
        b"\x90\xf0\x81\x11\x05\x40",  # with layers
    ],
)
def test_vp8(descriptor: bytes) -> None:
    middle = bytes([descriptor[0] & ~0x10]) + descriptor[1:]
    assert vp8([descriptor + VP8_KEY, middle + b"more"]) == Frame(VP8_KEY + b"more", True, Look(320, 240))
    assert vp8([descriptor + b"\x11\x02\x00rest"]) == Frame(b"\x11\x02\x00rest", key=False)


@pytest.mark.parametrize(
    "payloads", [[b"\x00" + VP8_KEY], [b"\x10" + VP8_KEY, b"\x10" + VP8_KEY], [b"\x10"], []]
)
def test_vp8_that_is_no_whole_frame(payloads: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        vp8(payloads)


def test_vp9_in_the_flexible_mode() -> None:
    inter = b"\x86\x00picture"
    # I, P, F: a picture id of 7 bits and two references
    assert vp9([b"\xd8\x11\x03\x04" + inter[:3], b"\xd4\x11\x03\x04" + inter[3:]]) == Frame(inter, key=False)


def test_vp9_layers_become_a_superframe() -> None:
    """ffmpeg's own filter takes it apart again."""
    lower, upper = packets.pictures("VP9", 2)
    frame = vp9([b"\x8c\x01" + lower, b"\xcc\x01" + upper])  # begin and end of each
    assert frame.key
    assert frame.look == Look(320, 240)
    packet = av.Packet(frame.data)
    packet.pts, packet.time_base = 0, Fraction(1, 30)
    split: Any = BitStreamFilterContext("vp9_superframe_split", av.codec.Codec("vp9"))
    assert [bytes(each) for each in split.filter(packet)] == [lower, upper]


@pytest.mark.parametrize("size", [(320, 240), (322, 182), (1280, 720)])
@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
def test_h264_sizes_and_parameter_sets(profile: str, size: tuple[int, int]) -> None:
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 30)
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": profile}
    frame = av.VideoFrame(*size, "yuv420p")
    frame.pts = 0
    encoded = b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
    found = H264({})(packets.h264(encoded))
    assert found.key
    assert found.look is not None
    assert (found.look.width, found.look.height) == size
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.extradata = found.look.private
    decoded = decoder.decode(av.Packet(found.data)) + decoder.decode(None)
    assert [(picture.width, picture.height) for picture in decoded] == [size]


def test_h264_parameter_sets_from_the_sdp() -> None:
    import base64

    key = packets.pictures("H264", 1)[0]
    nals = [nal for nal in key.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]
    sets = [nal for nal in nals if nal[0] & 31 in {7, 8}]
    picture = b"".join(b"\0\0\1" + nal for nal in nals if nal[0] & 31 == 5)
    with pytest.raises(ValueError, match="parameter sets"):
        H264({})(packets.h264(picture))
    sprop = ",".join(base64.b64encode(nal).decode() for nal in sets)
    found = H264({"sprop-parameter-sets": sprop})(packets.h264(picture))
    assert found.look is not None
    assert (found.look.width, found.look.height) == (320, 240)
    assert all(nal in found.look.private for nal in sets)


def test_h264_without_its_first_slice() -> None:
    with pytest.raises(ValueError, match="later part"):
        H264({})([b"\x65\x40slice"])
    with pytest.raises(ValueError, match="later part"):
        H264({})([bytes([0x7C, 0x05]) + b"the middle of a fragmented unit"])


def test_av1_fragments_and_sizes() -> None:
    # An OBU of type FRAME (6), fragmented over three packets after a padding OBU (15) with a size of its own.
    first = bytes([0x40]) + b"\x03\x7a\x01\x00" + b"\x04" + b"\x30\x30ab"
    frame = av1([first, bytes([0xC0]) + b"\x02cd", bytes([0x90]) + b"ef"])
    assert frame == Frame(b"\x32\x07\x30abcdef", key=False)


@pytest.mark.parametrize(
    "payloads",
    [
        [],
        [b""],
        [b"\x00"],
        [b"\x80\x01\x30"],  # goes on from nothing
        [b"\x40\x02\x30\x30"],  # does not end
        [b"\x00\x09\x30"],  # an element longer than its packet
        [b"\x00\x80\x80\x80\x80\x80\x80\x80\x80\x01"],  # a number without an end
        [b"\x10\x32\x05a"],  # an OBU shorter than it says
        [b"\x10\x80"],
        [b"\x40", b"\x80\x30"],  # goes on from nothing, in another way
    ],
)
def test_av1_that_is_no_whole_unit(payloads: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        av1(payloads)


@pytest.mark.parametrize("size", [(320, 240), (354, 204)])
def test_av1_sequence_header_says_what_the_muxer_of_ffmpeg_says(size: tuple[int, int], tmp_path: Any) -> None:
    unit = packets.pictures("AV1", 1, size=size)[0]
    found = av1(packets.av1(unit))
    assert found.look is not None
    assert (found.look.width, found.look.height) == size
    path = tmp_path / "reference.mkv"
    with av.open(str(path), "w") as reference:
        stream = reference.add_mux_stream("av1", width=size[0], height=size[1])
        packet = av.Packet(unit)
        packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, 0, 0, True
        packet.time_base = Fraction(1, 1000)
        reference.mux(packet)
    with av.open(str(path)) as reference:
        assert reference.streams.video[0].codec_context.extradata == found.look.private


def test_av1_reduced_sequence_header() -> None:
    """profile 0, still picture, reduced header, level 5, sizes of 4 bits: 11 and 7, and 4:2:0 of 8 bits."""
    bits = (
        "000"
        + "1"
        + "1"
        + "00101"
        + "0011"
        + "0011"
        + "1010"
        + "0110"
        + "000"
        + "000"
        + "0"
        + "0"
        + "0"
        + "0"
        + "00"
        + "0"
        + "0"
    )
    header = int(bits.ljust(48, "0"), 2).to_bytes(6, "big")
    assert look_of(header, b"obu") == Look(11, 7, bytes([0x81, 5, 0b1100, 0]) + b"obu")


PAYLOADS = st.lists(st.binary(max_size=60), max_size=5)


@pytest.mark.parametrize("depacketize", [vp8, vp9, av1, H264({})], ids=["vp8", "vp9", "av1", "h264"])
@given(payloads=PAYLOADS)
@settings(max_examples=300, deadline=None)
@example(payloads=[b"\xff" * 60])
@example(payloads=[b"\x8a" + b"\xff" * 59])
def test_rubbish_is_a_value_error_or_a_frame(depacketize: Depacketizer, payloads: list[bytes]) -> None:
    with suppress(ValueError):
        frame = depacketize(payloads)
        assert len(frame.data) <= sum(map(len, payloads)) * 3 + 64  # lengths are added, nothing multiplies


@pytest.mark.parametrize("codec", ["VP8", "VP9", "H264", "AV1"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_key_frame_is_a_value_error_or_a_frame(codec: str, data: st.DataObject) -> None:
    if codec not in KEYS:
        KEYS[codec] = packets.PACKETIZERS[codec](packets.pictures(codec, 1)[0])
    payloads = [bytearray(payload) for payload in KEYS[codec]]
    for _ in range(data.draw(st.integers(1, 4))):
        payload = payloads[data.draw(st.integers(0, min(1, len(payloads) - 1)))]
        payload[data.draw(st.integers(0, min(39, len(payload) - 1)))] = data.draw(st.integers(0, 255))
    depacketize: Depacketizer = {"VP8": vp8, "VP9": vp9, "AV1": av1}.get(codec) or H264({})
    with suppress(ValueError):
        depacketize([bytes(payload) for payload in payloads])


KEYS: dict[str, list[bytes]] = {}
