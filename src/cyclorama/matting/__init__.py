"""A frame becomes a matte: the model files and what they take.

`models.json` is the one place that says where a model's file is, what it must hash to, and how a picture
becomes its input: `(rgb - mean) / scale`, RGB 0 to 255, height x width x 3, float32. The studio page's build
reads the same file; the page has the model from the server (`GET /models/{file}`) when it needs it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Model:
    """One segmentation model.

    Attributes:
        name: how settings and the page call it.
        file: its file's name, in this package.
        sha256: what the file must hash to, in hex.
        width: of its input and its matte, in pixels.
        height: of its input and its matte, in pixels.
        mean: taken from each RGB value (0 to 255) first.
        scale: divides what is left.
        channels: of its output. 1: how surely a pixel is a person, 0 to 1; 6: logits of background, hair,
            body, face, clothes, other, which the kernel makes one confidence of.
    """

    name: str
    file: str
    sha256: str
    width: int
    height: int
    mean: float
    scale: float
    channels: int

    @property
    def path(self) -> Path:
        """Where its file is."""
        return HERE / self.file

    def read(self) -> bytes:
        """Return the model file's bytes."""
        return self.path.read_bytes()


def models() -> dict[str, Model]:
    """Return every model that ships with the package, by name."""
    table = json.loads((HERE / "models.json").read_text("utf-8"))
    return {
        name: Model(name, entry["file"], entry["sha256"], **entry["input"], channels=entry["channels"])
        for name, entry in table.items()
    }
