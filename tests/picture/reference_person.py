"""What `kernel/person.c` means: who is the main person in a matte, and who is taken out of it.

Nearest components are found by comparing all pixels with all others, so mattes have to be small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tests.picture.reference import Array

Labels = NDArray[np.int64]

SURE, SPECK = 0.5, 3
FOLLOW, SAME, GONE = 1 / 30, 0.25, 0.35
REACH, LARGE, RIM, STRANGE = 0.4, 0.4, 0.3, 0.25
KNOWN, FORGET = 0.1, 1 / 120
FADE_OUT, FADE_IN = 0.25, 0.1
FAR = np.inf


@dataclass
class Person:
    """What is remembered from matte to matte, all at half the matte's size.

    Attributes:
        place: where the main person was of late, 0 to 1.
        weight: what confidence was multiplied with.
        hidden: where somebody was taken out and has not come back wholly.
        claim: -1 where the main person was, up to 1 where somebody else was.
    """

    width: int
    height: int
    place: Array = field(init=False)
    weight: Array = field(init=False)
    hidden: NDArray[np.bool_] = field(init=False)
    claim: Array = field(init=False)

    def __post_init__(self) -> None:
        shape = (self.height + 1) // 2, (self.width + 1) // 2
        self.place, self.weight, self.claim = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.hidden = np.zeros(shape, bool)


def components(sure: NDArray[np.bool_]) -> Labels:
    """Label what is connected across sides, 1 and up in the order of reading; specks stay 0."""
    labels = np.zeros(sure.shape, np.int64)
    seen = np.zeros(sure.shape, bool)
    for start in zip(*np.nonzero(sure), strict=True):
        if seen[start]:
            continue
        stack, found = [start], []
        seen[start] = True
        while stack:
            y, x = stack.pop()
            found.append((y, x))
            for beside in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                inside = 0 <= beside[0] < sure.shape[0] and 0 <= beside[1] < sure.shape[1]
                if inside and sure[beside] and not seen[beside]:
                    seen[beside] = True
                    stack.append(beside)
        if len(found) >= SPECK:
            labels[tuple(np.transpose(found))] = labels.max() + 1
    return labels


def nearest(labels: Labels) -> tuple[Array, Labels]:
    """Distance, in thirds (3 across, 4 aslant), to the nearest component and its label; of two, the first."""
    height, width = labels.shape
    away = np.full(labels.shape, FAR)
    label = np.zeros(labels.shape, np.int64)
    y, x = np.mgrid[:height, :width]
    for k in range(1, labels.max() + 1):
        for row, column in zip(*np.nonzero(labels == k), strict=True):
            down, across = np.abs(y - row), np.abs(x - column)
            distance = 3 * np.maximum(down, across) + np.minimum(down, across)
            closer = distance < away
            away[closer], label[closer] = distance[closer], k
    return away, label


def gaps(start: list[float], away: Array, label: Labels) -> list[float]:
    """How far each component is from those at 0, over the places where nearest areas meet; two rounds."""
    far = list(start)
    height, width = away.shape
    for _ in range(2):
        for y in range(height):
            for x in range(width):
                for beside in ((y, x + 1), (y + 1, x)):
                    if beside[0] == height or beside[1] == width:
                        continue
                    a, b = label[y, x], label[beside]
                    if a != b:
                        gap = away[y, x] + away[beside] + 3
                        far[a] = min(far[a], far[b] + gap)
                        far[b] = min(far[b], far[a] + gap)
    return far


def part(labels: Labels, claim: Array, forget: float) -> tuple[Labels, int, float]:
    """Split the component in which two who were apart now touch; its new label, 0 for none, and its claim."""
    both = 0
    for k in range(1, labels.max() + 1):
        main, others = ((claim < 0) & (labels == k)).sum(), ((claim > 0) & (labels == k)).sum()
        if main > others // 16 and others > main // 16:
            both = k
    if not both:
        return labels, 0, 0
    others = (labels == both) & (claim > 0)
    left = float(claim[others].mean()) - forget
    if left <= 0:
        return labels, 0, 0
    seeds = np.where((labels == both) & (claim < 0), 1, np.where(others, 2, 0))
    _, owner = nearest(seeds)
    new = int(labels.max()) + 1
    return np.where((labels == both) & (owner == 2), new, labels), new, left


def choose(labels: Labels, place: Array) -> tuple[int, bool]:
    """The main person's label, 0 for nobody, and whether it was chosen anew."""
    width = labels.shape[1]
    central = 1 - 0.75 * np.abs((np.arange(width) + 0.5) * 2 / width - 1)
    count = labels.max()
    centrality = [float(((labels == k) * central).sum()) for k in range(1, count + 1)]
    followed = [float(place[labels == k].sum()) for k in range(1, count + 1)]
    if place.max() < GONE:
        return (int(np.argmax(centrality)) + 1 if count else 0), True
    if count and max(followed) >= SAME * place.sum():
        return int(np.argmax(followed)) + 1, False
    return 0, False


def weigh(
    labels: Labels, main: int, parted: int, anew: bool, away: Array, label: Labels, before: Array
) -> list[float]:
    """How much each component belongs to the main person, 0 to 1; the first is nobody's."""
    count = labels.max()
    size = np.sqrt((labels == main).sum())
    distance = gaps([0 if k == main else FAR for k in range(count + 1)], away, label)
    weights = [0.0] * (count + 1)
    for k in range(1, count + 1):
        own = labels == k
        reach = size * REACH * (1 - own.sum() / (labels == main).sum() / LARGE)
        if not anew or own[0].any() or own[:, 0].any() or own[:, -1].any():
            reach *= STRANGE + (1 - STRANGE) * before[own].mean()
        weights[k] = min(max(3 - 2 * distance[k] / 3 / reach, 0), 1) if reach > 0 else 0
        if k in (main, parted):
            weights[k] = float(k == main)
    strangers = [0 if k and weights[k] < 0.5 else FAR for k in range(count + 1)]
    distance_to_them = gaps(strangers, away, label)
    for k in range(1, count + 1):
        if k != main and 0 < distance_to_them[k] < FAR:
            weights[k] *= min(2 * distance_to_them[k] / distance[k], 1)
    return weights


def double(small: Array, width: int, height: int) -> Array:
    """Bilinear, to twice the size or one less."""
    for length in (height, width):
        at = np.arange(length) // 2
        beside = np.clip(at + np.where(np.arange(length) % 2, 1, -1), 0, len(small) - 1)
        small = (0.75 * small[at] + 0.25 * small[beside]).T
    return small


def main_person(confidence: Array, frames: int, state: Person) -> Array:
    """The confidence with everybody but the main person taken out; `frames` since the last call."""
    height, width = confidence.shape
    even = np.pad(confidence, [(0, height % 2), (0, width % 2)], "edge")
    small = np.max([even[::2, ::2], even[1::2, ::2], even[::2, 1::2], even[1::2, 1::2]], axis=0)
    labels, parted, left = part(components(small > SURE), state.claim, frames * FORGET)
    main, anew = choose(labels, state.place)
    own = (labels == main) & (main > 0)
    state.place += (1 if anew else min(frames * FOLLOW, 1)) * (own - state.place)

    away, label = nearest(labels)
    weights = (
        weigh(labels, main, parted, anew or frames * FOLLOW >= 1, away, label, state.weight)
        if main
        else [0.0] * (labels.max() + 1)
    )
    belongs = np.array(weights)[label]
    # Where there is no component at all, everything is infinitely far away.
    wanted = belongs * np.clip(2 - away / (3 * RIM * (np.sqrt(own.sum()) + 1)), 0, 1)
    most = np.where(state.hidden, state.weight + min(frames * FADE_IN, 1), 1)
    value = np.maximum(np.minimum(wanted, most), state.weight - min(frames * FADE_OUT, 1))
    stranger = (label > 0) & (belongs < 0.5) & (away <= 12)
    state.hidden = stranger | (state.hidden & (value < wanted))
    state.weight = value
    areas = np.array([0, *((labels == k).sum() for k in range(1, labels.max() + 1))])
    apart = areas[label] > KNOWN * own.sum()
    claim = np.where(stranger, np.where(apart, 1.0, 0.0), -1.0)
    if parted:
        claim[label == parted] = left
    state.claim = np.where((away > 0) | (main == 0), 0, claim)
    return confidence * double(value, width, height)
