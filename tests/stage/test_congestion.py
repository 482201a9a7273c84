"""What publishers are told about their packets' way, read as a publisher reads it."""

from __future__ import annotations

from struct import unpack

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, unpack_remb_fci
from hypothesis import given
from hypothesis import strategies as st

from cyclorama.stage.congestion import MOST, REMB_FLOOR, TICK, Arrivals, Estimate

pytestmark = pytest.mark.unit

OURS, THEIRS = 0xAAAA, 0xBBBB
ALL = 0xFFFF


def read(packet: bytes) -> tuple[dict[int, float | None], int]:
    """Return when each packet arrived in seconds (None: not), and the feedback's number, by the draft."""
    kind, name, length, sender, media = unpack("!BBHLL", packet[:12])
    assert (kind, name, sender, media) == (0x8F, 205, OURS, THEIRS)
    assert len(packet) == 4 * (length + 1)
    base, count = unpack("!HH", packet[12:16])
    reference = int.from_bytes(packet[16:19], "big")
    number = packet[19]
    at, symbols = 20, list[int]()
    while len(symbols) < count:
        (chunk,) = unpack("!H", packet[at : at + 2])
        at += 2
        if chunk & 0x8000:
            assert chunk & 0x4000
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> 13] * (chunk & 0x1FFF)
    time = reference * 256
    arrived: dict[int, float | None] = {}
    for place, symbol in enumerate(symbols[:count]):
        seq = (base + place) & 0xFFFF
        match symbol:
            case 0:
                arrived[seq] = None
                continue
            case 1:
                time += packet[at]
                at += 1
            case 2:
                time += int.from_bytes(packet[at : at + 2], "big", signed=True)
                at += 2
            case _:
                raise AssertionError("a reserved symbol")
        arrived[seq] = time * TICK
    assert 0 <= len(packet) - at < 4
    return arrived, number


def test_arrivals_are_told_with_gaps_and_disorder() -> None:
    arrivals = Arrivals(OURS)
    for seq, now in [(65534, 10.0), (0, 10.001), (65535, 10.0015), (3, 10.1), (20, 10.11)]:
        arrivals.arrived(seq, now)
    feedback = arrivals.feedback(THEIRS)
    assert feedback is not None
    arrived, number = read(feedback)
    assert number == 0
    assert {seq: now for seq, now in arrived.items() if now is not None} == pytest.approx(
        {65534: 10.0, 65535: 10.0015, 0: 10.001, 3: 10.1, 20: 10.11}, abs=TICK
    )
    assert list(arrived) == [65534, 65535, *range(21)]
    assert arrivals.feedback(THEIRS) is None


def test_the_next_feedback_goes_on_and_tells_of_what_was_lost_between() -> None:
    arrivals = Arrivals(OURS)
    arrivals.arrived(1, 1.0)
    arrivals.feedback(THEIRS)
    arrivals.arrived(4, 1.05)
    arrivals.arrived(1, 1.06)  # told of already
    feedback = arrivals.feedback(THEIRS)
    assert feedback is not None
    arrived, number = read(feedback)
    assert arrived == {2: None, 3: None, 4: pytest.approx(1.05, abs=TICK)}
    assert number == 1


def test_a_publisher_that_begins_anew_is_followed() -> None:
    arrivals = Arrivals(OURS)
    arrivals.arrived(1, 1.0)
    arrivals.feedback(THEIRS)
    arrivals.arrived(0x7000, 2.0)
    feedback = arrivals.feedback(THEIRS)
    assert feedback is not None
    assert read(feedback)[0] == {0x7000: pytest.approx(2.0, abs=TICK)}


@given(st.lists(st.tuples(st.integers(0, ALL), st.floats(0, 20)), max_size=600))
def test_every_feedback_can_be_read_and_memory_is_bounded(packets: list[tuple[int, float]]) -> None:
    arrivals = Arrivals(OURS)
    for step, (seq, late) in enumerate(packets):
        arrivals.arrived(seq, 1000 + step / 100 + late)
        assert len(arrivals._at) <= 2 * MOST
        if step % 50 == 49 and (feedback := arrivals.feedback(THEIRS)):
            assert len(feedback) < 1400
            arrived, _ = read(feedback)
            assert len(arrived) <= MOST


def told(packet: bytes) -> int:
    (parsed,) = RtcpPacket.parse(packet)
    assert isinstance(parsed, RtcpPsfbPacket)
    return unpack_remb_fci(parsed.fci)[0]


@pytest.mark.parametrize(
    ("loss", "most", "lowest", "highest"),
    [(0.0, 8_000_000, REMB_FLOOR, 8_000_000), (0.0, 500_000, 0, 500_000), (0.1, 8_000_000, 0, 900_000)],
)
def test_an_estimate_keeps_its_floor_while_little_is_lost_and_its_limit_always(
    loss: float, most: int, lowest: int, highest: int
) -> None:
    """400 kbit/s arrive, later and later after each other: the way is narrow."""
    estimate = Estimate(OURS, most)
    first = estimate.arrived(0, 0.0, 1000, THEIRS)
    assert first is not None
    assert told(first) == pytest.approx(min(REMB_FLOOR, most), rel=0.01)
    estimate.loss = loss
    rates = []
    for step in range(1, 400):
        sent = int(step * 0.01 * (1 << 18)) & 0xFFFFFF
        packet = estimate.arrived(sent, step * 0.02, 1000, THEIRS)
        if packet is not None:
            rates.append(told(packet))
    assert rates
    assert lowest * 0.99 <= rates[-1] <= highest * 1.01
