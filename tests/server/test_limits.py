from __future__ import annotations

from contextlib import ExitStack

import pytest

from cyclorama.errors import InvalidRequest, TooMany
from cyclorama.server.limits import LONGEST_S, Limits
from cyclorama.settings import Settings

pytestmark = pytest.mark.unit


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def limits(clock: Clock, in_all: int = 6, each: int = 4) -> Limits:
    return Limits(Settings(max_generations=in_all, max_generations_per_client=each), clock)


def refused(limits: Limits, client: str, count: int) -> TooMany:
    with pytest.raises(TooMany) as caught, limits.reserve(client, count):
        pass
    return caught.value


def test_one_client_gets_so_many_and_others_the_rest() -> None:
    counted = limits(Clock())
    with ExitStack() as held:
        held.enter_context(counted.reserve("a", 3))
        held.enter_context(counted.reserve("a", 1))
        assert "You have" in refused(counted, "a", 1).detail
        held.enter_context(counted.reserve("b", 2))
        assert "All places" in refused(counted, "c", 1).detail
        assert counted.taken == 6
    assert counted.taken == 0


def test_places_are_free_again_whatever_happened() -> None:
    counted = limits(Clock())
    with pytest.raises(RuntimeError), counted.reserve("a", 4):
        raise RuntimeError
    refused_at_first = counted.taken
    with counted.reserve("a", 4):
        assert refused(counted, "a", 1).status == 429
    assert (refused_at_first, counted.taken) == (0, 0)


def test_what_can_never_be_is_no_matter_of_waiting() -> None:
    with pytest.raises(InvalidRequest, match="2 at once"), limits(Clock(), each=2).reserve("a", 3):
        pass
    with pytest.raises(InvalidRequest, match="1 at once"), limits(Clock(), in_all=1).reserve("a", 2):
        pass


def test_the_advice_is_when_the_places_should_be_free() -> None:
    clock = Clock()
    counted = limits(clock)
    for seconds in (8, 10, 300):
        with counted.reserve("before", 1):
            clock.now += seconds
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(counted.reserve("a", 2))
            clock.now += 3
        # the first began 6 s ago, the second 3 s ago, and 10 s are typical
        assert refused(counted, "a", 1).retry_after == 4
        assert refused(counted, "a", 2).retry_after == 4
        assert refused(counted, "a", 3).retry_after == 7
        clock.now += 60
        assert refused(counted, "a", 1).retry_after == 1


def test_the_advice_is_bounded() -> None:
    clock = Clock()
    counted = limits(clock, each=1)
    with counted.reserve("a", 1):
        assert refused(counted, "a", 1).retry_after in range(1, LONGEST_S + 1)
        clock.now += 100_000
    with counted.reserve("a", 1):
        assert refused(counted, "a", 1).retry_after == LONGEST_S
