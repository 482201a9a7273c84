"""How one server with the OpenAI images API wants to be asked: its model's sizes and fields."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

from cyclorama.backgrounds.fit import nearest_ratio
from cyclorama.errors import InvalidSetting

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Prompt
    from cyclorama.settings import Settings

# What OpenAI's models paint, by the beginning of their name: developers.openai.com/api/docs/guides/images
GPT_IMAGE_1 = ((1024, 1024), (1536, 1024), (1024, 1536))
SIZES = {
    "dall-e-2": ((256, 256), (512, 512), (1024, 1024)),
    "dall-e-3": ((1024, 1024), (1792, 1024), (1024, 1792)),
    "gpt-image-1": GPT_IMAGE_1,
    "chatgpt-image": GPT_IMAGE_1,
}
# Their later models paint any size in sixteens, at most three times as wide as high; with fewer pixels than
# the first number they refuse, and with more than the second they call it an experiment.
LATER = "gpt-image-"
LEAST_PIXELS, MOST_PIXELS = 655_360, 2560 * 1440

OURS = frozenset({"seed", "negative_prompt"})  # fields beyond OpenAI's own that the prompt has values for


class Dialect:
    """What a server takes.

    Args:
        settings: those that begin with `openai_`.

    Raises:
        InvalidSetting: one of them is not what it should be.
    """

    def __init__(self, settings: Settings) -> None:
        name = settings.openai_model.rpartition("/")[2]  # gateways put the maker before it
        self._of_openai = name.startswith((*SIZES, LATER))
        # those always answer in base64, and refuse to be told so
        self.only_base64 = name.startswith(("gpt-image", "chatgpt-image"))
        known = next((sizes for family, sizes in SIZES.items() if name.startswith(family)), ())
        self._sizes = [_size(size) for size in settings.openai_sizes] or known
        self._in_sixteens = not self._sizes and name.startswith(LATER)
        self._fields = dict(_field(field) for field in settings.openai_fields)

    def words(self, prompt: Prompt) -> str:
        """Return the prompt; what to leave out is among the words for models that understand sentences."""
        text, negative = prompt.in_words()
        if negative and self._of_openai and "negative_prompt" not in self._fields:
            return f"{text}. Leave out: {negative}."
        return text

    def size(self, width: int, height: int) -> str:
        """Return the size to ask for, so that the picture can cover `width` x `height`."""
        if self._sizes:
            width, height = nearest_ratio(width, height, self._sizes)
        elif self._in_sixteens:
            width, height = _in_sixteens(width, height)
        return f"{width}x{height}"

    def fields(self, prompt: Prompt) -> dict[str, object]:
        """Return the fields beyond OpenAI's own."""
        ours = {"seed": prompt.seed, "negative_prompt": prompt.in_words()[1]}
        return {name: ours[name] if value is None else value for name, value in self._fields.items()}

    def unheard(self, prompt: Prompt) -> list[str]:
        """Return sentences on what of `prompt` the server cannot be told."""
        said = []
        if prompt.negative and not self._of_openai and "negative_prompt" not in self._fields:
            said.append(
                "This server was not told what to leave out; if it can be, add negative_prompt to "
                "openai_fields."
            )
        if "seed" not in self._fields:
            said.append("This server takes no seed, so the same prompt gives another picture each time.")
        return said


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9]\d{1,4})x([1-9]\d{1,4})", text)
    if not match:
        raise InvalidSetting(f"openai_sizes has {text!r}, which is no size. Write sizes like 1024x1024.")
    return int(match[1]), int(match[2])


def _field(text: str) -> tuple[str, object]:
    """Read a name, or a name and the JSON value that it always has; a value that is no JSON is a string."""
    name, has_value, value = (part.strip() for part in text.partition("="))
    if not has_value:
        if name not in OURS:
            raise InvalidSetting(f"openai_fields has {name!r} without a value. Write it like steps=30.")
        return name, None
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _in_sixteens(width: int, height: int) -> tuple[int, int]:
    w, h = max(width, height / 3), max(height, width / 3)
    scale = math.sqrt(min(max(w * h, LEAST_PIXELS), MOST_PIXELS) / (w * h))
    return math.ceil(w * scale / 16) * 16, math.ceil(h * scale / 16) * 16
