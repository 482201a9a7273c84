"""A picture as backdrop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.backgrounds import upload
from cyclorama.errors import NotFound, Unavailable
from cyclorama.live.backdrops.plain import Still
from cyclorama.picture import Format, Frame

if TYPE_CHECKING:
    from os import PathLike

    from PIL import Image

    from cyclorama.picture import Compositor


class Picture(Still):
    """A picture, fitted to the frames as the look says.

    Args:
        image: of any size; transparent parts become black.
        name: what people call it.
    """

    def __init__(self, image: Image.Image, name: str = "picture") -> None:
        self.name = name
        # Compositors look into it while they fit it, and nobody writes: one copy serves all streams.
        self._frame = Frame((np.asarray(upload.opaque(image).convert("RGBA")),), Format.RGBA)

    @classmethod
    def open(cls, path: str | PathLike[str]) -> Picture:
        """Read a PNG, JPEG or WebP file; a photo is turned upright.

        Raises:
            NotFound, Unavailable: there is no such file, or it cannot be read.
            TooLarge, UnsupportedMedia, InvalidRequest: it is no picture that can be used; see
                `upload.decode`.
        """
        path = Path(path)
        return cls(upload.decode(_read(path)), path.name)

    @classmethod
    def decode(cls, data: bytes, name: str = "picture") -> Picture:
        """Read a PNG, JPEG or WebP file that is in memory already; raises what `open` does."""
        return cls(upload.decode(data), name)

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop."""
        compositor.set_video(self._frame)


def _read(path: Path) -> bytes:
    """Return so much of a file that too much is seen to be too much."""
    try:
        with path.open("rb") as file:
            return file.read(upload.MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror or error}.") from error
