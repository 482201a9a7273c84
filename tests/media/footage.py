"""Clips of real people for the fake camera, from recordings kept beside a checkout and never in it."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np

from cyclorama.live.sources.person import FPS

from .clip import Clip

FOOTAGE = Path(
    os.environ.get("CYCLORAMA_FOOTAGE") or Path(__file__).resolve().parents[3] / "shared" / "footage"
)
# In all of them somebody stands in the middle, from the upper edge's near to the lower edge.
SURELY_PERSON = (0.42, 0.35, 0.56, 0.80)
PERHAPS_PERSON = (0.20, 0.0, 0.82, 1.0)


def write_footage(name: str, folder: Path) -> Clip:
    """Write a recording as Y4M, forwards and then backwards, so that it loops without a jump."""
    with av.open(FOOTAGE / f"{name}.mkv") as recording:
        pictures = [frame.reformat(format="yuv420p") for frame in recording.decode(video=0)]
    width, height = pictures[0].width, pictures[0].height
    path = folder / f"{name}.y4m"
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420mpeg2\n".encode())
        for picture in (*pictures, *reversed(pictures)):
            file.write(b"FRAME\n" + picture.to_ndarray().tobytes())
    person = np.zeros((height, width), np.uint8)
    for (left, top, right, bottom), alpha in ((PERHAPS_PERSON, 1), (SURELY_PERSON, 255)):
        area = slice(int(top * height), int(bottom * height)), slice(int(left * width), int(right * width))
        person[area] = alpha
    return Clip(path, width, height, np.asarray(pictures[0].to_ndarray(format="rgb24"), np.uint8), person)
