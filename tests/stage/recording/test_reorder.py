"""The window that puts packets in order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from cyclorama.stage.recording.reorder import MOST, PATIENCE, STALE, Reorder

pytestmark = pytest.mark.unit


def numbers(reorder: Reorder, now: float = 0) -> list[tuple[int, bool]]:
    return [(each.packet.sequence_number, each.gap) for each in reorder.pop(now)]


def push(reorder: Reorder, *arriving: int, at: float = 0) -> None:
    for number in arriving:
        reorder.push(RtpPacket(sequence_number=number & 0xFFFF), at)


def test_packets_come_out_in_order_once() -> None:
    reorder = Reorder()
    push(reorder, 65534, 65534, 1, 0, 65535, 1)
    assert numbers(reorder) == [(65534, False), (65535, False), (0, False), (1, False)]
    push(reorder, 0, 3, 2)
    assert numbers(reorder) == [(2, False), (3, False)]


def test_a_missing_packet_is_waited_for_and_given_up() -> None:
    reorder = Reorder()
    push(reorder, 1, 3, 4)
    assert numbers(reorder, PATIENCE * 0.9) == [(1, False)]
    assert numbers(reorder, PATIENCE) == [(3, True), (4, False)]
    push(reorder, 2, 5)
    assert numbers(reorder, PATIENCE) == [(5, False)]


def test_it_holds_a_bounded_number_of_packets() -> None:
    reorder = Reorder()
    push(reorder, 0, *range(2, 2 + MOST))
    assert numbers(reorder)[:2] == [(0, False), (2, True)]
    assert numbers(reorder) == []


def test_a_publisher_who_counts_anew_is_followed() -> None:
    reorder = Reorder()
    push(reorder, 30000)
    assert numbers(reorder) == [(30000, False)]
    push(reorder, *range(10, 10 + STALE + 2))
    assert numbers(reorder) == [(9 + STALE, True), (10 + STALE, False), (11 + STALE, False)]


@given(st.lists(st.integers(0, 0xFFFF), max_size=300), st.integers(0, 3))
def test_whatever_arrives_nothing_comes_twice_or_backwards(arriving: list[int], wait: int) -> None:
    reorder = Reorder()
    out: list[tuple[int, bool]] = []
    for index, number in enumerate(arriving):
        push(reorder, number, at=index * 0.1)
        out += numbers(reorder, index * 0.1 + wait)
    out += numbers(reorder, float("inf"))
    assert len(out) <= len(arriving)
    for (before, _), (after, gap) in pairwise(out):
        assert gap or (after - before) & 0xFFFF == 1
