"""Which packets are asked for again, and when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyclorama.stage.nack import FIRST_WAIT, GIVE_UP, MOST, TRIES, Missing

pytestmark = pytest.mark.unit


def test_a_gap_is_asked_for_at_once_and_again_until_it_is_filled() -> None:
    missing = Missing()
    assert missing.arrived(65534, 0) == []
    assert missing.arrived(1, 0) == [65535, 0]
    assert missing.due(FIRST_WAIT / 2) == []
    assert missing.due(FIRST_WAIT) == [65535, 0]
    assert missing.arrived(65535, FIRST_WAIT) == []
    assert missing.due(2.5 * FIRST_WAIT) == [0]
    missing.arrived(0, 2.5 * FIRST_WAIT)
    assert missing.due(3 * FIRST_WAIT) == []
    assert not missing


def test_what_does_not_come_is_given_up() -> None:
    missing = Missing()
    missing.arrived(1, 0)
    missing.arrived(3, 0)
    asked = sum(len(missing.due(step / 100)) for step in range(1, 200))
    assert 0 < asked < TRIES
    assert not missing
    missing.arrived(5, 2)
    assert missing.due(2 + GIVE_UP + 0.1) == []


def test_the_wait_follows_the_time_that_a_packet_takes() -> None:
    def waits(took: float) -> float:
        missing, now = Missing(), 0.0
        for seq in range(0, 200, 2):
            missing.arrived(seq, now)
            missing.arrived(seq - 1, now + took)
            now += 1
        missing.arrived(300, now)
        return next(step / 1000 for step in range(1, 1000) if missing.due(now + step / 1000))

    assert waits(0.004) < FIRST_WAIT / 2
    assert waits(0.1) == pytest.approx(0.125, abs=0.02)


def test_a_way_that_is_longer_than_the_first_wait_is_learnt_and_not_flooded() -> None:
    missing, now = Missing(), 0.0
    asked = 0
    for seq in range(0, 100, 2):
        missing.arrived(seq, now)
        asked = sum(len(missing.due(now + step / 100)) for step in range(40))
        missing.arrived(seq - 1, now + 0.4)
        now += 1
    assert asked == 0


def test_a_jump_is_another_beginning_and_not_a_thousand_losses() -> None:
    missing = Missing()
    missing.arrived(1, 0)
    assert missing.arrived(2 + MOST, 0) == []
    assert not missing


@given(st.lists(st.integers(0, 0xFFFF), max_size=300))
def test_nothing_that_arrived_is_asked_for_and_memory_is_bounded(seqs: list[int]) -> None:
    missing, here = Missing(), set()
    for step, seq in enumerate(seqs):
        here.add(seq)
        asked = missing.arrived(seq, step / 100)
        assert seq not in asked
        assert seq not in missing.due(step / 100)
        assert len(missing) <= MOST
