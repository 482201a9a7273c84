"""What is written: which names mean which container and codec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path

WITH_ALPHA = "A .webm, a .mov, a .mkv or a folder (for PNG pictures) keeps transparency."


@dataclass(frozen=True, slots=True)
class Target:
    """Where a recording goes.

    Attributes:
        path: the file, or the folder of pictures.
        format: FFmpeg's name of the container; "" is a folder of PNG pictures.
        codec: of the picture, as `Encoder` knows it; "png" in a folder.
        alpha: whether frames have it.
    """

    path: Path
    format: str
    codec: str
    alpha: bool

    @classmethod
    def of(cls, path: Path, *, alpha: bool) -> Target:
        """Read it from a name.

        Raises:
            InvalidRequest: the name says no format that is written here, or one without transparency.
        """
        match path.suffix.lower():
            case "":
                return cls(path, "", "png", alpha)
            case ".mp4" | ".m4v" if alpha:
                raise InvalidRequest(f"{path.name} would hold no transparency: MP4 has none. {WITH_ALPHA}")
            case ".mp4" | ".m4v":
                return cls(path, "mp4", "h264", alpha)
            case ".mov":
                return cls(path, "mov", "prores" if alpha else "h264", alpha)
            case ".mkv":
                return cls(path, "matroska", "vp9" if alpha else "h264", alpha)
            case ".webm":
                return cls(path, "webm", "vp9", alpha)
            case suffix:
                raise InvalidRequest(
                    f"{suffix} is nothing that is written here. Name a .mp4, .mov, .mkv or .webm, or a "
                    "folder for PNG pictures."
                )

    @property
    def part_suffix(self) -> str:
        """Of its parts; only a .mov says which ProRes it holds."""
        return ".mov" if self.codec == "prores" else ".mkv"

    @property
    def parts(self) -> Path:
        """The folder where it grows."""
        return self.path.with_name(self.path.name + ".parts")
