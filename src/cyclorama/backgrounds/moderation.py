"""The seam before and behind every generator: words and pictures that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cyclorama import extras
from cyclorama.backgrounds.base import Relay, can_move, model_of
from cyclorama.backgrounds.wordlist import WordList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from cyclorama.backgrounds.base import Generator, Painting, Progress, Prompt, Report
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
        self.moves = can_move(generator)
        self.model = model_of(generator)

    def ready(self) -> None:
        """Ask the generator."""
        self._generator.ready()

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt` when nobody minds, and return the painting when nobody minds that either.

        Of what moves the first frame is looked at, before anybody sees it.
        """
        for moderator in self._moderators:
            moderator.check_prompt(prompt, report)
        passed: list[Image] = []

        def tell(progress: Progress) -> None:
            if progress.whole and progress.preview is not None:
                self._check(progress.preview, report)
                passed.append(progress.preview)
            report(progress)

        painting = self._generator.generate(prompt, Relay(report, tell))
        if not any(image is painting.image for image in passed):
            self._check(painting.image, report)
        return painting

    def _check(self, image: Image, report: Report) -> None:
        for moderator in self._moderators:
            moderator.check_picture(image, report)


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
