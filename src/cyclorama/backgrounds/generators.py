"""The generators that there are, by name, each made once a process and only when somebody asks for it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from cyclorama import extras
from cyclorama.backgrounds import moderation
from cyclorama.errors import CycloramaError, InvalidRequest, instead

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.backgrounds.base import Generator
    from cyclorama.settings import Settings

AUTO = "auto"
RECHECK_S = 60.0


@dataclass(frozen=True)
class Kind:
    """A generator that could be had.

    Attributes:
        module: has a function `of(settings)` that returns the generator; imported when it is wanted.
        extra: the extra that must be installed, or "".
        configured: whether the settings ask for it, so that `auto` may take it.
    """

    module: str
    extra: str
    configured: Callable[[Settings], bool]


# In the order in which `auto` tries them: a service paints fast and well, one's own device well.
KINDS = {
    "openai": Kind("cyclorama.backgrounds.openai", "openai", lambda s: bool(s.openai_url or s.openai_model)),
    "bedrock": Kind("cyclorama.backgrounds.bedrock", "bedrock", lambda s: bool(s.bedrock_model)),
    "diffusers": Kind("cyclorama.backgrounds.diffusers", "diffusers", lambda s: bool(s.diffusers_model)),
    "scenery": Kind("cyclorama.backgrounds.scenery", "", lambda _: True),
}
NAMES = (AUTO, *KINDS)


@dataclass(frozen=True)
class Choice:
    """What `auto` took, and why, in a sentence for the creator."""

    generator: Generator
    why: str


class Generators:
    """The generators of one process, under one set of settings. Any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._moderators = moderation.moderators(settings)
        self._lock = threading.Lock()
        self._made: dict[str, Generator] = {}
        self._choice: tuple[float, Choice] | None = None

    def add(self, generator: Generator) -> None:
        """Let `generator` be chosen by its name, in place of one of ours of that name."""
        with self._lock:
            self._made[generator.name] = moderation.moderated(generator, self._moderators)

    def get(self, name: str = "") -> Generator:
        """Return the generator of that name; "" is the one of the settings, "auto" the best that works.

        Blocks while `auto` looks which ones work: up to some seconds.

        Raises:
            InvalidRequest: there is none of that name.
            Unavailable: its package is not installed, or a setting that it needs is missing.
        """
        name = name or self._settings.generator
        if name == AUTO:
            return self.choose().generator
        if name in self._made:
            return self._made[name]
        if name not in KINDS:
            raise InvalidRequest(f"There is no generator {name!r}. {instead(name, NAMES)}")
        kind = KINDS[name]
        if kind.extra:
            extras.require(kind.extra, f"The generator {name}")
        with self._lock:
            if name not in self._made:
                made = cast("Generator", import_module(kind.module).of(self._settings))
                self._made[name] = moderation.moderated(made, self._moderators)
            return self._made[name]

    def choose(self) -> Choice:
        """Return the best generator that is configured and works, and why it is that one."""
        now = time.monotonic()
        if self._choice is None or now - self._choice[0] > RECHECK_S:
            self._choice = now, self._choose()
        return self._choice[1]

    def _choose(self) -> Choice:
        passed_over = []
        for name, kind in KINDS.items():
            if not kind.configured(self._settings):
                continue
            try:
                generator = self.get(name)
                generator.ready()
            except CycloramaError as error:
                passed_over.append(f"{name} is configured but does not work: {error.detail}")
                continue
            if passed_over:
                return Choice(generator, f"{' '.join(passed_over)} So {name} paints.")
            if name == "scenery":
                return Choice(generator, "No other generator is configured, so the built-in scenery paints.")
            return Choice(generator, f"{name} is configured and works.")
        raise AssertionError("scenery always works")
