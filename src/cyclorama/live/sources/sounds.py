"""Sound as PyAV decodes it becomes what the engine carries: float32, one or two channels."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from cyclorama.live.base import Sound

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOSE_S = 0.002  # Matroska and FLV tell times in milliseconds; sound that is so near goes on without a gap


class SoundMaker:
    """Makes `Sound` of one track's frames. More than two channels are mixed down by FFmpeg."""

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._kind: tuple[object, ...] = ()
        self._next: int | None = None

    def sounds(self, frame: av.AudioFrame, seconds: Fraction) -> Iterator[Sound]:
        """Yield what is in a decoded frame that begins at `seconds`."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or kind != self._kind:
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self._resampler = av.AudioResampler("flt", layout, frame.sample_rate)
            self._kind, self._next = kind, None
        rate = frame.sample_rate
        begin = round(seconds * rate)
        if self._next is not None and abs(begin - self._next) <= LOOSE_S * rate:
            begin = self._next
        for piece in self._resampler.resample(frame):
            channels = piece.layout.nb_channels
            samples = piece.to_ndarray().reshape(-1, channels).astype(np.float32)  # a copy: it is kept
            if len(samples):
                yield Sound(samples, rate, begin, Fraction(1, rate))
                begin += len(samples)
        self._next = begin
