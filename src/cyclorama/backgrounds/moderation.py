"""The seam before and behind every generator: words and pictures that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cyclorama import extras
from cyclorama.backgrounds.wordlist import WordList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from cyclorama.backgrounds.base import Generator, Painting, Prompt, Report
    from cyclorama.settings import Settings


class Moderator(Protocol):
    """Says no to words or pictures. Runs in the generation's thread."""

    def check_prompt(self, prompt: Prompt, report: Report) -> None:
        """Return when `prompt` may be painted.

        Raises:
            PromptRefused: it may not; the detail says why and what to change.
            Unavailable: nobody could be asked, so it may not.
        """
        ...

    def check_picture(self, image: Image, report: Report) -> None:
        """Return when `image` may be delivered.

        Raises:
            PictureRefused: it may not; the detail says why and what to change.
            Unavailable: nobody could be asked, so it may not.
        """
        ...


class Moderated:
    """A generator whose prompts and pictures pass moderators first."""

    def __init__(self, generator: Generator, moderators: Sequence[Moderator]) -> None:
        self._generator = generator
        self._moderators = moderators
        self.name = generator.name
        self.slots = generator.slots

    def ready(self) -> None:
        """Ask the generator."""
        self._generator.ready()

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt` when nobody minds, and return the painting when nobody minds that either."""
        for moderator in self._moderators:
            moderator.check_prompt(prompt, report)
        painting = self._generator.generate(prompt, report)
        for moderator in self._moderators:
            moderator.check_picture(painting.image, report)
        return painting


def moderators(settings: Settings) -> list[Moderator]:
    """Return the moderators that the settings ask for, the quickest first.

    Raises:
        InvalidSetting: the word list cannot be read.
        MissingExtra: a guardrail is set, and boto3 is not installed.
    """
    found: list[Moderator] = []
    if settings.word_list:
        found.append(WordList(settings.word_list))
    if settings.guardrail:
        extras.require("bedrock", "The guardrail")
        from cyclorama.backgrounds.bedrock.guardrail import Guardrail

        found.append(Guardrail(settings))
    return found


def moderated(generator: Generator, moderators: Sequence[Moderator]) -> Generator:
    """Return `generator` behind `moderators`."""
    return Moderated(generator, moderators) if moderators else generator
