from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from cyclorama.errors import InvalidRequest
from cyclorama.live.base import Sound
from cyclorama.live.encoding import SoundEncoder

from .pictures import stream_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

pytestmark = pytest.mark.unit

MILLISECONDS = Fraction(1, 1000)


def click_at(seconds: float, begin: float, length: float, rate: int = 48_000, channels: int = 1) -> Sound:
    """Silence with a tone of 5 ms at a time; timed in milliseconds, as Matroska would."""
    samples = np.zeros((round(length * rate), channels), np.float32)
    at = round((seconds - begin) * rate)
    if 0 <= at < len(samples):
        piece = samples[at : at + rate // 200]
        piece[:] = 0.9 * np.sin(np.arange(len(piece)) * 2 * np.pi * 2000 / rate)[:, None]
    return Sound(samples, rate, round(begin * 1000), MILLISECONDS)


def heard(packets: list[av.Packet[Any]]) -> tuple[float, NDArray[np.float32], int]:
    """When the sound begins, its samples, its rate."""
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    assert packets[0].pts is not None
    begin = float(packets[0].pts * packets[0].time_base)
    frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    parts = [frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0] for frame in frames]
    return begin, np.concatenate(parts).astype(np.float32), frames[0].sample_rate


def encoder_of(codec: str = "aac", rate: int = 48_000, channels: int = 1) -> SoundEncoder:
    return SoundEncoder(stream_of(64, 48, rate=rate, channels=channels), codec=codec)


def with_header(encoder: SoundEncoder, sounds: Iterable[Sound]) -> tuple[list[av.Packet[Any]], int]:
    packets = [packet for sound in sounds for packet in encoder.encode(sound)]
    return packets + encoder.flush(), encoder.rate


def total(packets: list[av.Packet[Any]], rate: int) -> float:
    """Seconds from the first sample that was encoded to the last."""
    last = packets[-1]
    assert last.pts is not None
    assert last.duration is not None
    assert last.time_base == Fraction(1, rate)
    return float((last.pts + last.duration) * last.time_base)


@pytest.mark.parametrize("codec", ["aac", "opus"])
@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_as_long_as_it_was(codec: str, rate: int) -> None:
    sounds = [click_at(-1, index / 50, 1 / 50, rate) for index in range(100)]
    packets, out = with_header(encoder_of(codec, rate), sounds)
    assert total(packets, out) == pytest.approx(2, abs=0.02)


def test_a_gap_is_silence_and_what_comes_twice_is_left_out() -> None:
    encoder = encoder_of()
    sounds = [click_at(-1, 0, 0.5), click_at(-1, 2, 0.5), click_at(-1, 2.4, 0.5), click_at(-1, 2.4, 0.1)]
    packets, rate = with_header(encoder, sounds)
    assert total(packets, rate) == pytest.approx(2.9, abs=0.03)
    assert [packet.pts for packet in packets] == [1024 * (index - 1) for index in range(len(packets))]


@pytest.mark.parametrize("codec", ["aac", "opus"])
def test_a_gap_of_hours_is_jumped_over(codec: str) -> None:
    packets, rate = with_header(encoder_of(codec), [click_at(-1, 0, 0.51), click_at(-1, 36_000, 0.5)])
    assert len(packets) < 70
    assert total(packets, rate) == pytest.approx(36_000.5, abs=0.03)
    assert [packet.pts for packet in packets] == sorted(packet.pts or 0 for packet in packets)


def test_jitter_of_a_clock_is_no_gap() -> None:
    jitter = np.random.default_rng(0).integers(-4, 5, 200)
    taken = []
    encoder = encoder_of()
    for index in range(200):
        sound = click_at(-1, index / 50, 1 / 50)
        taken += encoder.encode(
            Sound(sound.samples, sound.rate, sound.pts + int(jitter[index]), MILLISECONDS)
        )
    taken += encoder.flush()
    assert total(taken, 48_000) == pytest.approx(4, abs=0.03)


def test_silence_where_no_sound_comes_any_more() -> None:
    encoder = encoder_of()
    encoder.encode(click_at(-1, 0, 0.5))
    assert len(encoder.advance(Fraction(1, 4))) == 0
    packets = encoder.advance(Fraction(10))
    assert total(packets, 48_000) == pytest.approx(10, abs=0.1)
    late = encoder.encode(click_at(-1, 9, 0.5))  # it stands where silence was put already
    assert late == []


def test_an_hour_is_an_hour() -> None:
    second = np.zeros((8_000, 1), np.float32)
    sounds = (Sound(second, 8_000, i * 1000, MILLISECONDS) for i in range(3600))
    packets, rate = with_header(encoder_of(rate=8_000), sounds)
    assert total(packets, rate) == pytest.approx(3600, abs=0.15)


def test_rate_and_channels_may_change() -> None:
    encoder = encoder_of(channels=2)
    rates = [48_000, 44_100, 16_000, 48_000] * 25
    sounds = [click_at(-1, i / 10, 0.1, rate, channels=1 + i % 2) for i, rate in enumerate(rates)]
    packets, rate = with_header(encoder, sounds)
    assert total(packets, rate) == pytest.approx(10, abs=0.03)


def test_begin_is_filled_and_what_is_before_it_is_cut() -> None:
    stream = stream_of(64, 48, rate=48_000, channels=1)
    for first in (-0.5, 0.5):
        encoder = SoundEncoder(stream, begin=Fraction(0))
        packets, rate = with_header(encoder, [click_at(-1, first, 1)])
        assert packets[0].pts == -1024  # AAC's own beginning, which a player leaves out
        assert total(packets, rate) == pytest.approx(first + 1, abs=0.03)


def test_the_click_is_where_it_was() -> None:
    encoder = SoundEncoder(stream_of(64, 48, rate=44_100, channels=1), codec="opus")
    sounds = [click_at(1.5, index / 50 + 1, 1 / 50, 44_100) for index in range(50)]
    packets, _ = with_header(encoder, sounds)
    begin, samples, rate = heard(packets)
    assert begin + np.argmax(abs(samples) > abs(samples).max() / 2) / rate == pytest.approx(1.5, abs=0.01)


def test_unknown_codec() -> None:
    with pytest.raises(InvalidRequest, match="no codec mp3"):
        encoder_of("mp3")
