"""Keeps a live source's sound at its times: a sound card's clock is a little faster or slower than others.

Times are the source's own and say when sound was heard. But whoever writes or sends sound counts samples. So
that the count and the times stay together, for hours, a sample more or less is made now and then, by linear
interpolation within one piece.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.live.base import Sound

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP_S = 0.1
"""Sound that is farther off was interrupted: that is no drift, and what is missing is missing."""
SMOOTH_S = 2.0
"""Times tremble by some ms; over this long that is evened out."""
SETTLE_S = 10.0
"""How long it takes to take most of an offset away: by 1 ms as by 0.0001 of the speed."""
BEGIN_S, ENOUGH_S = 0.002, 0.0005
"""From which offset on it is corrected, and down to which."""
MOST = 0.005
"""Of the speed: a twelfth of a semitone, which nobody hears."""


class Drift:
    """Makes one stream of samples without gaps of pieces of sound; pieces that are in time pass untouched.

    Attributes:
        offset: by how many seconds sound is ahead of its time, smoothed.
    """

    def __init__(self) -> None:
        self.offset = 0.0
        self._rate = self._channels = 0
        self._next = 0
        self._correcting = False
        self._debt = 0.0
        self._last: NDArray[np.float32] | None = None

    def follow(self, sound: Sound, time: Fraction) -> Sound | None:
        """Return a piece, which was heard at `time` (seconds), where it belongs among the samples so far.

        Its time base is one sample. None: it is from the past.
        """
        channels = sound.samples.shape[1]
        if (sound.rate, channels) != (self._rate, self._channels):
            ahead = Fraction(self._next, self._rate) if self._rate else None
            self._rate, self._channels = sound.rate, channels
            self._begin(time if ahead is None else max(time, ahead))
        offset = float(time - Fraction(self._next, self._rate))
        samples = sound.samples
        if offset > GAP_S:
            self._begin(time)
        elif offset < -GAP_S:
            samples = samples[round(-offset * self._rate) :]
            if not len(samples):
                return None
        else:
            samples = self._corrected(samples, offset)
        return self._placed(samples)

    def silence(self, until: Fraction) -> Sound | None:
        """Return the silence from the last piece until a time, in seconds; None: there is none."""
        if not self._rate or (count := round(until * self._rate) - self._next) <= 0:
            return None
        if count > self._rate:  # there was a longer gap before anybody asked
            self._next += count - self._rate
            count = self._rate
        return self._placed(np.zeros((count, self._channels), np.float32))

    def _begin(self, time: Fraction) -> None:
        self._next = round(time * self._rate)
        self.offset, self._debt, self._correcting, self._last = 0.0, 0.0, False, None

    def _placed(self, samples: NDArray[np.float32]) -> Sound:
        piece = Sound(samples, self._rate, self._next, Fraction(1, self._rate))
        self._next += len(samples)
        self._last = samples[-1:] if len(samples) else self._last
        return piece

    def _corrected(self, samples: NDArray[np.float32], offset: float) -> NDArray[np.float32]:
        count = len(samples)
        self.offset += (offset - self.offset) * min(1.0, count / self._rate / SMOOTH_S)
        self._correcting = abs(self.offset) > (ENOUGH_S if self._correcting else BEGIN_S)
        if not self._correcting:
            return samples
        self._debt += count * max(-MOST, min(MOST, self.offset / SETTLE_S))
        more = int(self._debt)
        self._debt -= more
        if not more or count + more < 1:
            return samples
        before = samples[:1] if self._last is None else self._last
        known = np.concatenate([before, samples])
        # from just after the piece before to its own last sample
        places = np.arange(1, count + more + 1) * (count / (count + more))
        return np.stack(
            [np.interp(places, np.arange(count + 1), channel) for channel in known.T], axis=-1
        ).astype(np.float32)
