"""The clips with exact alpha: always the same, and true to what they say of themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.quality.camera import rgb_of
from bench.quality.clips import shots
from bench.quality.scripts import CLIPS

pytestmark = pytest.mark.unit


def test_a_clip_is_the_same_every_time() -> None:
    one, other = (list(shots(CLIPS["sway"], 2)) for _ in range(2))
    for first, second in zip(one, other, strict=True):
        assert all((a == b).all() for a, b in zip(first.frame.planes, second.frame.planes, strict=True))
        assert (first.alpha == second.alpha).all()


def test_a_frame_is_the_person_over_the_room_and_noise() -> None:
    first, second = shots(CLIPS["sway"], 2)
    assert first.begins
    assert first.still is None
    assert not second.begins
    assert second.still is not None
    assert 0.3 < second.still.mean() < 0.95
    for shot in (first, second):
        assert shot.person is not None
        assert shot.room is not None
        assert shot.alpha.min() == 0
        assert shot.alpha.max() == 1
        soft = (shot.alpha > 0.05) & (shot.alpha < 0.95)
        assert 0.003 < soft.mean() < 0.1
        assert (shot.person <= shot.alpha[..., None]).all()
        scene = shot.person + (1 - shot.alpha[..., None]) * shot.room
        off = rgb_of(shot.frame) - scene * 255
        assert np.abs(off.mean()) < 1.5
        assert 1 < off.std() < 8
        # In the soft edge as well: the frame was made with this alpha and no other.
        assert np.abs(off[soft].mean()) < 2.5


def test_after_a_cut_nothing_leads_on() -> None:
    early = replace(CLIPS["cut"], cut=1)
    assert [shot.begins for shot in shots(early, 3)] == [True, True, False]


def test_the_stranger_is_behind() -> None:
    clip = CLIPS["passer"]
    walking = clip.stranger
    assert walking is not None
    shot = next(shots(replace(clip, stranger=lambda time: walking(time + 14)), 1))
    assert shot.stranger is not None
    assert shot.stranger.mean() > 0.05
    assert (shot.stranger + shot.alpha).max() <= 1 + 1e-6
