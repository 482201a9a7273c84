"""A frame as a small picture, to look at and to send."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from av.video.reformatter import ColorRange
from PIL import Image

from cyclorama.live.avframes import to_av

if TYPE_CHECKING:
    from cyclorama.picture import Frame


def small(frame: Frame, width: int) -> Image.Image:
    """Return a frame, I420 or NV12, as RGB of at most this width; as RGBA where it has alpha."""
    width = min(width, frame.width)
    height = max(1, round(width * frame.height / frame.width))
    kind = "rgb24" if frame.alpha is None else "rgba"
    shrunk = to_av(frame).reformat(width, height, kind, dst_color_range=ColorRange.JPEG)
    return Image.fromarray(shrunk.to_ndarray())


def webp(frame: Frame, width: int, quality: int = 70) -> bytes:
    """Return the same as WebP; `quality` is 0 to 100."""
    out = io.BytesIO()
    small(frame, width).save(out, "WEBP", quality=quality, method=0)  # soon rather than small
    return out.getvalue()
