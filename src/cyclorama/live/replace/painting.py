"""The person of every frame of a recording before a backdrop, with mattes that know what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cyclorama.live.replace.smoothing import Smoother
from cyclorama.picture import Compositor

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from numpy.typing import NDArray

    from cyclorama.live.base import Backdrop
    from cyclorama.matting.base import Matter
    from cyclorama.picture import Frame, Look

    Plane = NDArray[np.float32]

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def matted(frames: Iterable[Frame], matter: Matter, look: Look) -> Generator[tuple[Frame, Plane]]:
    """Give each frame its matte, (height, width) of the model, 0 to 1, a few frames late."""
    model = matter.model
    compositor = Compositor(model, look)
    smoother: Smoother[Frame] = Smoother(model.width, model.height)
    for frame in frames:
        picture = compositor.take_frame(frame)
        luma = picture @ LUMA
        luma *= model.scale
        luma += model.mean
        compositor.take_matte(matter.matte(picture))
        yield from smoother.add(luma, compositor.matte, frame)
    yield from smoother.finish()


def painted(
    frames: Iterable[tuple[Frame, Plane]],
    background: Backdrop,
    matter: Matter,
    look: Look,
    start: float,
) -> Iterator[Frame]:
    """Put each person before the backdrop; what is given holds until the next one is asked for.

    Args:
        frames: each with its matte.
        background: what stands behind.
        matter: that the mattes are from.
        look: what the creator can change.
        start: when the recording begins, in seconds of the frames' own time: a video backdrop begins there.
    """
    compositor = Compositor(matter.model, look)
    background.set(compositor)
    for frame, matte in frames:
        compositor.take_frame(frame)
        compositor.put_matte(matte)
        background.advance(compositor, max(0.0, (frame.seconds or 0.0) - start))
        yield compositor.composite()
