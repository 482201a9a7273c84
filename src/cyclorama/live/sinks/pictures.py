"""Pictures one by one, as PNG with alpha, for whoever composes them elsewhere."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from av.video.reformatter import ColorRange, Interpolation
from PIL import Image

from cyclorama.errors import InvalidRequest, NotFound, SinkLost
from cyclorama.live.avframes import to_av
from cyclorama.live.base import Sound
from cyclorama.live.encoding.fitting import matrix_number

from .disk import GrowingFile

if TYPE_CHECKING:
    from cyclorama.live.base import Stream
    from cyclorama.picture import Frame

NAMES = "%06d.png"
TIMES = "times.csv"
# Without these swscale is off by 2 in 255, and takes each chroma sample for a square of four pixels.
EXACTLY = Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND


class PictureSink:
    """Writes every picture as a PNG of its own, numbered from 1, and `times.csv` with the second of each.

    Pictures are RGB, or RGBA with straight alpha where the stream has alpha. Sound is left out. Each file is
    there whole or not at all.

    Args:
        path: a folder, which is made where it is not there; or names like `folder/take-%05d.png`.

    Raises:
        InvalidRequest: the names have no number, or are not of PNG files.
    """

    alpha = True

    def __init__(self, path: str | Path) -> None:
        path = Path(path)
        self._folder, self._names = (
            (path.parent, path.name) if "%" in path.name or path.suffix else (path, NAMES)
        )
        if not re.fullmatch(r"[^%]*%0?[1-9]?d[^%]*\.png", self._names, re.IGNORECASE):
            raise InvalidRequest(
                f"{path} names no sequence of pictures. Name a folder, or files like take-%05d.png."
            )
        self._count = 0
        self._times: GrowingFile | None = None

    @property
    def name(self) -> str:
        """The folder's name, or the files'."""
        return self._folder.name if self._names == NAMES else self._names

    def open(self, stream: Stream) -> None:
        """Make the folder. Opened again, it goes on with the next number.

        Raises:
            InvalidRequest: there are such pictures already, or the folder takes none.
            NotFound: there is no folder to make it in.
            SinkLost: the disk is full.
        """
        if self._count == 0 and (self._folder / (self._names % 1)).exists():
            raise InvalidRequest(
                f"{self._folder} has such pictures already, and nothing is overwritten. Name another folder."
            )
        try:
            self._folder.mkdir(exist_ok=True)
        except FileNotFoundError as error:
            raise NotFound(
                f"There is no folder {self._folder.parent} for {self.name}. Make it first."
            ) from error
        except OSError as error:
            raise InvalidRequest(
                f"{self._folder} cannot be a folder: {error.strerror}. Name another place."
            ) from error
        self.close()
        times = GrowingFile.create(self._times_path(), overwrite=False)
        try:
            times.write(b"picture,seconds\n")
        except OSError as error:
            times.remove()
            raise times.lost(error) from error
        self._times = times

    def write(self, item: Frame | Sound) -> None:
        """Write the next picture; sound is left out.

        Raises:
            SinkLost: the disk is full or gone.
        """
        if isinstance(item, Sound):
            return
        if self._times is None:
            raise SinkLost(f"{self.name} is closed: open it first.")
        data = io.BytesIO()
        # level 1 takes a fifth of the time of level 6, for files that are a tenth larger
        to_picture(item).save(data, "PNG", compress_level=1)
        name = self._names % (self._count + 1)
        unfinished = GrowingFile.create(self._folder / f".{name}.part", overwrite=True)
        try:
            unfinished.write(data.getvalue())
            unfinished.close()
            unfinished.path.replace(self._folder / name)
            self._count += 1
            self._times.write(f"{name},{item.seconds or 0:.6f}\n".encode())
            self._times.mark()
        except OSError as error:
            unfinished.remove()
            raise unfinished.lost(error) from error

    def close(self) -> None:
        """Finish: every picture is there already."""
        times, self._times = self._times, None
        if times is not None:
            times.close()
            if self._count == 0:
                times.remove()

    def _times_path(self) -> Path:
        path, number = self._folder / TIMES, 1
        while path.exists():
            number += 1
            path = self._folder / f"times-{number}.csv"
        return path


def to_picture(frame: Frame) -> Image.Image:
    """Return a frame as full-range RGB, or as RGBA with straight alpha where it has alpha."""
    form = "rgb24" if frame.alpha is None else "rgba"
    pixels = to_av(frame).reformat(
        format=form,
        interpolation=EXACTLY,
        src_colorspace=matrix_number(frame.matrix),
        src_color_range=ColorRange.JPEG if frame.full_range else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return Image.fromarray(pixels.to_ndarray())
