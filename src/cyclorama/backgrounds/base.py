"""The seam between a prompt and its picture."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

if TYPE_CHECKING:
    from PIL.Image import Image

MIN_SIDE = 64
MAX_SIDE = 4096
MAX_PIXELS = 8_300_000  # 3840x2160, rounded up
MAX_PROMPT = 2000
MAX_SEED = 2**32 - 1

Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


class Prompt(BaseModel):
    """What a creator wishes for.

    Attributes:
        text: 1 to 2,000 characters.
        negative: what shall not be in the picture, 0 to 2,000 characters.
        width: in pixels, 64 to 4096.
        height: in pixels, 64 to 4096; width x height is at most 8.3 million.
        seed: 0 to 2**32 - 1; the same prompt, size and seed give the same picture.
    """

    # Over HTTP the text is called `prompt`, as in every such API.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PROMPT)] = (
        Field(validation_alias="prompt")
    )
    negative: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_PROMPT)] = Field(
        "", validation_alias="negative_prompt"
    )
    width: Side = 1280
    height: Side = 720
    seed: Seed = 0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError(
                f"{self.width}x{self.height} is more than 8.3 megapixels; ask for a smaller size"
            )
        return self


def any_seed() -> int:
    """Draw a seed."""
    return secrets.randbelow(MAX_SEED + 1)


@dataclass(frozen=True)
class Progress:
    """How far a generation is: `step` of `total`, and what is being done, in the creator's words."""

    step: int
    total: int
    message: str


@dataclass(frozen=True)
class Painting:
    """What a generator gives back.

    Attributes:
        image: RGB, of exactly the size that the prompt asked for.
        understood: the words of the prompt that shaped it.
        note: a sentence for the creator, or "".
    """

    image: Image
    understood: tuple[str, ...] = field(default=())
    note: str = ""


class Cancelled(Exception):
    """Raised by `report` inside a generator whose work nobody wants any more."""


Report = Callable[[Progress], None]


class Generator(Protocol):
    """Paints a prompt. Runs in a thread of its own; many may run at once."""

    name: str

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`.

        Call `report` before every part of the work that takes longer than about 50 ms; it raises `Cancelled`
        when the work is not wanted any more. Let that pass through.

        Raises:
            CycloramaError: what happened, what it means, what to do next.
            Cancelled: `report` said so.
        """
        ...
