"""The clips: who moves how, where, in what light."""

from __future__ import annotations

import math

from bench.quality.clips import Clip, Light, Pose
from bench.quality.people import HOPPER, Style


def _wave(time: float, frames: float, phase: float = 0) -> float:
    return math.sin(2 * math.pi * (time / frames + phase))


def _swaying(time: float) -> Pose:
    return Pose(0.5 + 0.02 * _wave(time, 70), 1.06 + 0.006 * _wave(time, 31), 0.9, 1.6 * _wave(time, 58, 0.2))


def _sliding(time: float) -> Pose:
    return Pose(0.5 + 0.17 * _wave(time, 40), 1.07, 0.92, 3 * _wave(time, 40, 0.25))


def _leaning(time: float) -> Pose:
    near = 0.5 - 0.5 * math.cos(2 * math.pi * time / 45)
    return Pose(0.47 + 0.03 * _wave(time, 50), 1.06 + 0.3 * near, 0.86 + 0.45 * near, 2.5 * _wave(time, 45))


def _sitting(time: float) -> Pose:
    """Mostly at rest: what flickers here is not motion."""
    moved = 1 / (1 + math.exp(-(time - 24) / 1.5))
    return Pose(0.5 + 0.015 * moved, 1.06, 0.88, -1.5 * moved)


def _flickering(time: float) -> Light:
    """Somebody switches a lamp off; the camera's exposure follows slowly."""
    off = 1 / (1 + math.exp(-(time - 14) * 1.5))
    caught_up = 1 - math.exp(-max(0.0, time - 16) / 9)
    return Light(1 - off * (0.42 - 0.25 * caught_up), 0.05 - 0.1 * off)


def _held(time: float) -> Pose:
    return Pose(0.5 + 0.03 * _wave(time, 47), 1.05 + 0.02 * _wave(time, 19), 0.68, 3 * _wave(time, 37))


def _walking(time: float) -> Pose:
    return Pose(-0.15 + 1.3 * time / 48, 1.06 + 0.008 * _wave(time, 12), 0.72, 1.2 * _wave(time, 24))


DARK = Style(hair=(44, 36, 34), clothes=(60, 72, 96), strands=600, length=26)
FAIR = Style(hair=(188, 165, 124), clothes=(125, 128, 124), strands=450, length=20, mirrored=True)
RED = Style(hair=(98, 66, 48), clothes=(64, 92, 76), skin=0.85, strands=350, length=16)
OWN = Style(strands=250)
HAT = Style(HOPPER)
BLACK = Style(hair=(30, 27, 28), clothes=(48, 46, 48), skin=0.7, strands=500, length=24, mirrored=True)

_DAY = Clip("day", "after the cut", 640, 480, "office", FAIR, _swaying)

CLIPS = {
    clip.name: clip
    for clip in (
        Clip("sway", "dark loose hair, sways before a shelf and a lamp", 640, 480, "study", DARK, _swaying),
        Clip(
            "slide",
            "moves fast from side to side in a garage, long shutter",
            1280,
            720,
            "garage",
            HAT,
            _sliding,
            shutter=0.9,
            lag=True,
            shown=41,
        ),
        Clip(
            "lean",
            "leans to the camera and back, shelves from side to side",
            640,
            480,
            "library",
            RED,
            _leaning,
            lag=True,
            dimmed=(0.95, 0.9, 0.84),
        ),
        Clip(
            "still",
            "fair hair before a bright window and a chair; sits still, then shifts",
            1280,
            720,
            "office",
            FAIR,
            _sitting,
            quality=80,
        ),
        Clip(
            "lamp",
            "the lamp goes off, the exposure follows; noise of an evening",
            640,
            480,
            "dim",
            BLACK,
            _swaying,
            _flickering,
            noise=6.0,
            quality=75,
            dimmed=(0.8, 0.68, 0.6),
        ),
        Clip(
            "cut",
            "an evening room, then at once an office",
            640,
            480,
            "dim",
            OWN,
            _leaning,
            noise=5.0,
            dimmed=(0.85, 0.72, 0.62),
            cut=22,
            after=_DAY,
            shown=23,
        ),
        Clip(
            "phone",
            "held upright, before bricks",
            480,
            640,
            "bricks",
            RED,
            _held,
            shutter=0.5,
            dimmed=(1, 0.92, 0.85),
        ),
        Clip(
            "lab",
            "sways in a room that a real webcam saw",
            640,
            480,
            "lab",
            DARK,
            _swaying,
            noise=2.0,
            dimmed=(0.82, 0.84, 0.84),
        ),
        Clip(
            "passer",
            "a colleague walks past behind",
            1280,
            720,
            "study",
            DARK,
            _swaying,
            stranger=_walking,
            shown=14,
            stranger_style=HAT,
        ),
    )
}
