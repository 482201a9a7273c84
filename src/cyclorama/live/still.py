"""One picture, without a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.live.painter import Painter

if TYPE_CHECKING:
    from cyclorama.live.base import Backdrop
    from cyclorama.matting.base import Matter
    from cyclorama.picture import Frame, Look


def composite(
    frame: Frame, background: Backdrop, matter: Matter | None = None, look: Look | None = None
) -> Frame:
    """Return one picture with the person before a background, in the frame's own coding.

    Args:
        frame: I420, NV12, RGBA or BGRA; RGBA and BGRA become I420.
        background: what stands behind the person.
        matter: what tells person from room; it stays open. None: `LiteRT()`, for this picture alone.
        look: what the creator can change.

    Raises:
        MissingExtra: LiteRT is not installed.
        Exception: what the matter raised. Nothing is shown then.
    """
    problems: list[BaseException] = []
    painter = Painter(background, _Borrowed(matter) if matter else None, look, on_failure=problems.append)
    try:
        result = painter.paint(frame, interval=None)
    finally:
        painter.close()
    if problems:
        raise problems[0]
    return result


class _Borrowed:
    """A matter that stays open when the painter is closed."""

    def __init__(self, matter: Matter) -> None:
        self.name, self.model, self.matte = matter.name, matter.model, matter.matte
        self.inline = getattr(matter, "inline", False)

    def close(self) -> None:
        """Leave it open."""
