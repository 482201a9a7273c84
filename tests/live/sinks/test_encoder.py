from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.errors import InvalidRequest, UnsupportedMedia
from cyclorama.live.encoding import Encoder, fitting_bitrate
from cyclorama.picture import Format, Frame, Matrix

from .pictures import frame_of, stream_of

pytestmark = pytest.mark.unit


def decoded(packets: list[av.Packet[Any]], codec: str = "h264") -> list[av.VideoFrame]:
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = []
    for packet in [*packets, None]:
        frames += decoder.decode(packet)
    return frames


def packet_times(packet: av.Packet[Any]) -> tuple[int, int]:
    assert packet.pts is not None
    assert packet.dts is not None
    return packet.pts, packet.dts


def encoded(encoder: Encoder, frames: list[Frame]) -> list[av.Packet[Any]]:
    return [packet for frame in frames for packet in encoder.encode(frame)] + encoder.flush()


def test_a_live_frame_leaves_at_once() -> None:
    encoder = Encoder(stream_of(64, 48), profile="baseline", bitrate=200_000)
    for index in range(5):
        (packet,) = encoder.encode(frame_of(64, 48, index))
        assert (packet.pts, packet.dts, packet.time_base) == (index * 3000, index * 3000, Fraction(1, 90000))
    assert encoder.flush() == []


@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
def test_profile_is_in_the_bitstream(profile: str) -> None:
    encoder = Encoder(stream_of(64, 48), profile=profile, bitrate=200_000)
    (packet,) = encoder.encode(frame_of(64, 48, 0))
    data = bytes(packet)
    parameters = data[data.index(b"\x00\x00\x01\x67") + 4 :]
    assert parameters[0] == {"baseline": 66, "main": 77, "high": 100}[profile]
    assert (profile != "baseline") or parameters[1] & 0x40  # constrained, as browsers want it


def test_key_frames_come_by_time_and_not_by_count() -> None:
    encoder = Encoder(stream_of(64, 48), bitrate=200_000)
    slow = [frame_of(64, 48, index, step=30_000) for index in range(19)]  # 3 fps instead of 30
    keys = [packet_times(packet)[0] / 90_000 for packet in encoded(encoder, slow) if packet.is_keyframe]
    assert keys == [0, 2, 4, 6]


def test_a_key_frame_on_request_begins_a_new_two_seconds() -> None:
    encoder = Encoder(stream_of(64, 48), bitrate=200_000)
    packets = [packet for i in range(90) for packet in encoder.encode(frame_of(64, 48, i), key=i == 20)]
    assert [index for index, packet in enumerate(packets) if packet.is_keyframe] == [0, 20, 80]
    assert len(decoded(packets[20:])) == 70  # an IDR: nothing before it is needed


def test_a_new_bit_rate_is_kept_at_once() -> None:
    encoder = Encoder(stream_of(320, 180), bitrate=1_000_000)
    random = np.random.default_rng(0)
    bits = []
    for second in range(4):
        encoder.bitrate = 1_000_000 if second < 2 else 300_000
        packets = []
        for index in range(30 * second, 30 * second + 30):
            frame = frame_of(320, 180, index)
            frame.planes[0][:] = random.integers(0, 255, (180, 320), np.uint8)
            packets += encoder.encode(frame)
        assert packets[0].is_keyframe or second % 2
        bits.append(8 * sum(packet.size for packet in packets))
    assert bits[1] > 700_000
    assert max(bits[2:]) < 450_000


def test_a_hardly_changed_bit_rate_costs_no_key_frame() -> None:
    encoder = Encoder(stream_of(64, 48), bitrate=200_000)
    encoder.encode(frame_of(64, 48, 0))
    encoder.bitrate = 215_000
    (packet,) = encoder.encode(frame_of(64, 48, 1))
    assert not packet.is_keyframe


@pytest.mark.parametrize("matrix", list(Matrix))
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("codec", ["h264", "vp9"])
def test_colours_are_tagged(codec: str, matrix: Matrix, full_range: bool) -> None:
    stream = stream_of(64, 48, matrix=matrix, full_range=full_range)
    frame = frame_of(64, 48, 0, matrix=matrix, full_range=full_range)
    (picture,) = decoded(encoded(Encoder(stream, codec=codec), [frame]), codec)
    number = 1 if matrix is Matrix.BT709 else 6
    space = {number, 5} if number == 6 else {number}  # VP9 says BT.601 and not which of its two names
    assert picture.colorspace in space
    assert picture.color_range == (2 if full_range else 1)
    if codec == "h264":
        assert (picture.color_primaries, picture.color_trc) == (number, number)


@settings(max_examples=25, deadline=None)
@given(
    width=st.integers(33, 80), height=st.integers(33, 80), format=st.sampled_from([Format.I420, Format.NV12])
)
def test_any_size(width: int, height: int, format: Format) -> None:  # noqa: A002
    stream = stream_of(width, height, format=format)
    frame = frame_of(width, height, 0, format=format)
    frame.planes[0][:] = np.linspace(40, 200, width).astype(np.uint8)
    (picture,) = decoded(encoded(Encoder(stream), [frame]))
    assert (picture.width, picture.height) == (width + width % 2, height + height % 2)
    luma = picture.to_ndarray()[: picture.height].astype(int)
    assert abs(luma[:height, :width] - frame.planes[0]).max() < 16
    assert abs(luma[:, -1] - luma[:, width - 1]).max() < 8


def test_a_frame_of_another_size_or_matrix_becomes_like_the_first() -> None:
    stream = stream_of(64, 48, matrix=Matrix.BT709)
    frames = [
        frame_of(64, 48, 0, rgb=(200, 60, 40)),
        frame_of(30, 70, 1, rgb=(200, 60, 40)),
        frame_of(65, 49, 2, matrix=Matrix.BT601, full_range=True, rgb=(200, 60, 40)),
        frame_of(64, 48, 3, matrix=Matrix.BT601, format=Format.NV12, rgb=(200, 60, 40)),
    ]
    pictures = decoded(encoded(Encoder(stream), frames))
    assert len(pictures) == 4
    for picture in pictures:
        colours = picture.to_ndarray(format="rgb24", src_colorspace=1).reshape(-1, 3).astype(int)
        assert abs(np.median(colours, axis=0) - (200, 60, 40)).max() <= 4


def test_times_that_do_not_go_on_are_left_out() -> None:
    encoder = Encoder(stream_of(64, 48), bitrate=200_000)
    times = [0, 3000, 3000, 2000, 6000]
    frames = [frame_of(64, 48, 1, step=time) for time in times]
    assert [packet.pts for packet in encoded(encoder, frames)] == [0, 3000, 6000]


def test_a_recording_keeps_every_time() -> None:
    stream = stream_of(64, 48, live=False)
    times = sorted(int(time) for time in np.random.default_rng(1).choice(10_000_000, 120, replace=False))
    frames = [frame_of(64, 48, 1, step=time, time_base=Fraction(1, 1_000_000)) for time in times]
    packets = encoded(Encoder(stream), frames)
    assert sorted(packet_times(packet)[0] for packet in packets) == times
    assert all(packet_times(a)[1] < packet_times(b)[1] for a, b in pairwise(packets))
    assert [picture.pts for picture in decoded(packets)] == times


def test_alpha() -> None:
    stream = stream_of(64, 48, alpha=True)
    frame = frame_of(64, 48, 0, alpha=128)
    packets = encoded(Encoder(stream, codec="prores"), [frame])
    (picture,) = decoded(packets, "prores")
    assert picture.format.name.startswith("yuva444p")
    samples = np.frombuffer(memoryview(picture.planes[3]), "<u2").reshape(48, -1)[:, :64]
    assert int(samples.min()) * 255 / (2 ** picture.format.components[3].bits - 1) == pytest.approx(
        128, abs=0.5
    )
    assert samples.min() == samples.max()


def test_wishes_that_cannot_be_met(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRequest, match="Did you mean h264"):
        Encoder(stream_of(64, 48), codec="h265")
    with pytest.raises(InvalidRequest, match=r"no profile basline\. Did you mean baseline"):
        Encoder(stream_of(64, 48), profile="basline")
    with pytest.raises(InvalidRequest, match="no alpha"):
        Encoder(stream_of(64, 48, alpha=True))
    with pytest.raises(InvalidRequest, match="without a time"):
        Encoder(stream_of(64, 48)).encode(Frame(frame_of(64, 48, 0).planes))
    monkeypatch.setattr(av, "codecs_available", set())
    with pytest.raises(UnsupportedMedia, match="no libx264"):
        Encoder(stream_of(64, 48))


def test_fitting_bitrate() -> None:
    def of(width: int, height: int) -> int:
        return fitting_bitrate(stream_of(width, height))

    assert (of(160, 120), of(1280, 720), of(3840, 2160)) == (400_000, 2_764_800, 6_000_000)
