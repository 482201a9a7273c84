from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from cyclorama.live.avframes import from_av
from cyclorama.live.sinks.rtcencoding import OpusEncoder, PictureEncoder
from cyclorama.picture import Format

from .making import noisy, plain, stream, tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cyclorama.picture import Frame

pytestmark = pytest.mark.unit

IDR, SPS = 5, 7
BASELINE = 66
SAMPLES = 960  # in 20 ms
CONSTRAINED = 0x40  # constraint_set1_flag


def encoder(bit_rate: int = 500_000, width: int = 320, height: int = 240, fps: int = 30) -> PictureEncoder:
    return PictureEncoder(stream(width, height, fps), bit_rate)


def nals(packet: av.Packet[Any]) -> list[bytes]:
    return [part.rstrip(b"\0") for part in bytes(packet).split(b"\0\0\1")[1:]]


def kinds(packet: av.Packet[Any]) -> set[int]:
    return {nal[0] & 0x1F for nal in nals(packet)}


def encoded(encoder: PictureEncoder, frames: Iterable[Frame]) -> list[av.Packet[Any]]:
    return [packet for frame in frames for packet in encoder.encode(frame)]


def decoded(packets: Iterable[av.Packet[Any]]) -> list[av.VideoFrame]:
    codec = av.CodecContext.create("h264", "r")
    assert isinstance(codec, av.VideoCodecContext)
    return [frame for packet in [*packets, None] for frame in codec.decode(packet)]


def test_each_frame_gives_its_packet_at_once_with_its_time() -> None:
    times = [0.5, 0.533, 0.6, 0.7]
    packets = encoded(encoder(), (plain(seconds) for seconds in times))
    assert [packet.pts for packet in packets] == [round(seconds * 90_000) for seconds in times]
    assert [packet.dts for packet in packets] == [packet.pts for packet in packets]
    assert len(decoded(packets)) == len(times)


def test_it_is_constrained_baseline_and_repeats_its_parameters() -> None:
    packets = encoded(encoder(), (plain(number / 30) for number in range(61)))
    keys = [packet for packet in packets if IDR in kinds(packet)]
    assert len(keys) == 2
    for key in keys:
        (sps,) = (nal for nal in nals(key) if nal[0] & 0x1F == SPS)
        assert sps[1] == BASELINE
        assert sps[2] & CONSTRAINED


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_a_key_frame_comes_every_two_seconds_whatever_the_rate(fps: int) -> None:
    frames = (plain(number / fps, width=64, height=48) for number in range(5 * fps))
    packets = encoded(encoder(width=64, height=48, fps=fps), frames)
    assert [packet.pts for packet in packets if packet.is_keyframe] == [0, 180_000, 360_000]


def test_a_key_frame_on_request_but_not_right_after_another() -> None:
    made = encoder()
    keys = []
    for number in range(60):
        (packet,) = made.encode(plain(number / 30), key=number in {5, 20, 22})
        if packet.is_keyframe:
            keys.append(number)
    assert keys == [0, 20]


def test_a_frame_that_is_not_later_is_left_out() -> None:
    packets = encoded(encoder(), [plain(1), plain(1), plain(0.5), plain(1.1)])
    assert [packet.pts for packet in packets] == [90_000, 99_000]


@pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
def test_odd_sizes_and_colours(kind: Format) -> None:
    made = PictureEncoder(replace(stream(161, 121), format=kind), 500_000)
    (packet,) = made.encode(plain(0, (81, 90, 240), 161, 121, kind))
    (frame,) = decoded([packet])
    assert (frame.width, frame.height) == (162, 122)
    planes = [plane.mean() for plane in from_av(frame).planes]
    assert planes == pytest.approx([81, 90, 240], abs=2)


def test_the_bit_rate_is_kept_and_followed() -> None:
    made = encoder(800_000, 160, 120)
    sizes = list[int]()
    for number in range(150):
        if number == 60:
            made.bit_rate = 200_000
        sizes += [packet.size * 8 for packet in made.encode(noisy(number / 30, number, 160, 120))]
    assert sum(sizes[30:60]) == pytest.approx(800_000, rel=0.3)
    assert sum(sizes[120:150]) == pytest.approx(200_000, rel=0.5)


def heard(packets: Iterable[av.Packet[Any]]) -> list[av.AudioFrame]:
    codec = av.CodecContext.create("opus", "r")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout = 48_000, "stereo"
    return [frame for packet in packets for frame in codec.decode(packet)]


def full(frame: av.AudioFrame) -> float:
    return 1.0 if frame.format.name.startswith("flt") else 32768.0


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_sound_keeps_its_time(rate: int) -> None:
    made = OpusEncoder(stream(rate=48_000))
    pieces = [tone(3 + n * 0.02, level=0.5 if n == 25 else 0, rate=rate) for n in range(50)]
    packets = [packet for piece in pieces for packet in made.encode(piece)]
    steps = np.diff([packet.pts or 0 for packet in packets])
    assert set(steps) == {SAMPLES}
    loud = [
        (packet.pts or 0) / 48_000
        for packet, frame in zip(packets, heard(packets), strict=True)
        if np.abs(frame.to_ndarray()).max() > 0.2 * full(frame)
    ]
    assert loud
    assert all(3.48 <= at <= 3.54 for at in loud)


def test_short_gaps_are_silence_and_after_a_long_one_the_times_jump() -> None:
    made = OpusEncoder(stream(rate=48_000))
    times = [0.0, 0.02, 0.1, 0.12, 0.09, 0.14, 9.0, 9.02]
    packets = [packet for at in times for packet in made.encode(tone(at))]
    begins = [packet.pts or 0 for packet in packets]
    first = begins[0]
    later = 9 * 48_000
    assert [each - first for each in begins] == [*(n * SAMPLES for n in range(8)), later, later + SAMPLES]
