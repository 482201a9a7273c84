"""The generators that there are, by name, each made once a process and only when somebody asks for it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from cyclorama import extras
from cyclorama.backgrounds import moderation
from cyclorama.backgrounds.base import can_move, model_of
from cyclorama.errors import CycloramaError, InvalidRequest, instead

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        switches: settings any of which configures it, so that `auto` may take it; none: it always is.
    """

    module: str
    extra: str = ""
    switches: tuple[str, ...] = ()

    def configured(self, settings: Settings) -> bool:
        """Return whether the settings ask for it."""
        return not self.switches or any(getattr(settings, name) for name in self.switches)


# In the order in which `auto` tries them: a service paints fast and well, one's own device well.
KINDS = {
    "openai": Kind("cyclorama.backgrounds.openai", "openai", ("openai_url", "openai_model")),
    "bedrock": Kind("cyclorama.backgrounds.bedrock", "bedrock", ("bedrock_model",)),
    "diffusers": Kind("cyclorama.backgrounds.diffusers", "diffusers", ("diffusers_model",)),
    "scenery": Kind("cyclorama.backgrounds.scenery"),
}
NAMES = (AUTO, *KINDS)


@dataclass(frozen=True)
class State:
    """How a generator is.

    Attributes:
        name: under which it is chosen.
        configured: whether the settings ask for it.
        ready: whether it works, as far as can be known.
        detail: what is in its way and what to do about it, or "".
        moves: whether it can paint what moves.
        model: what it paints with, where that is known beforehand. What another model painted, this one
            paints otherwise.
    """

    name: str
    configured: bool
    ready: bool
    detail: str = ""
    moves: bool = False
    model: str = ""


@dataclass(frozen=True)
class Choice:
    """What `auto` took, and why, in a sentence for the creator."""

    generator: Generator
    why: str


class Generators:
    """The generators of one process, under one set of settings. Any thread may use it.

    Args:
        settings: theirs.
        kinds: those that there are, in the order in which `auto` tries them.
    """

    def __init__(self, settings: Settings, kinds: Mapping[str, Kind] = KINDS) -> None:
        self._settings = settings
        self._kinds = kinds
        self._moderators = moderation.moderators(settings)
        self._lock = threading.Lock()
        self._made: dict[str, Generator] = {}
        self._added: set[str] = set()
        self._choosing = threading.Lock()
        self._choice: tuple[float, Choice] | None = None

    def add(self, generator: Generator) -> None:
        """Let `generator` be chosen by its name, in place of one of ours of that name."""
        with self._lock:
            self._added.add(generator.name)
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
        self.check(name)
        kind = self._kinds[name]
        if kind.extra:
            extras.require(kind.extra, f"The generator {name}")
        with self._lock:
            if name not in self._made:
                made = cast("Generator", import_module(kind.module).of(self._settings))
                self._made[name] = moderation.moderated(made, self._moderators)
            return self._made[name]

    def check(self, name: str) -> None:
        """Return when there is a generator of that name, whether it works or not; so are "" and "auto".

        Raises:
            InvalidRequest: there is none.
        """
        if name not in {"", AUTO, *self.names}:
            raise InvalidRequest(f"There is no generator {name!r}. {instead(name, (AUTO, *self.names))}")

    @property
    def names(self) -> list[str]:
        """All that can be chosen, but for "auto"."""
        return list(dict.fromkeys((*self._kinds, *self._made)))

    def state(self, name: str) -> State:
        """Say how a generator is; one that nobody configured is not asked, as it might ask the network.

        Blocks for up to some seconds.
        """
        kind = self._kinds.get(name)
        chosen = name in self._added or name == self._settings.generator
        if kind and not (chosen or kind.configured(self._settings)):
            steps = [f"set {' or '.join(kind.switches)}"]
            if extras.missing(kind.extra):
                steps.insert(0, extras.command(kind.extra))
            return State(name, False, False, f"To use it: {', then '.join(steps)}.")
        try:
            generator = self.get(name)
        except CycloramaError as error:
            return State(name, True, False, error.detail)
        moves, model = can_move(generator), model_of(generator)
        try:
            generator.ready()
        except CycloramaError as error:
            return State(name, True, False, error.detail, moves, model)
        return State(name, True, True, "", moves, model)

    def choose(self) -> Choice:
        """Return the best generator that is configured and works, and why it is that one."""
        with self._choosing:
            now = time.monotonic()
            if self._choice is None or now - self._choice[0] > RECHECK_S:
                self._choice = now, self._choose()
            return self._choice[1]

    def _choose(self) -> Choice:
        passed_over = []
        for name, kind in self._kinds.items():
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
        # Scenery always works. Where it is not among them, it is for the last one to say what is wrong.
        return Choice(self.get([*self._kinds][-1]), " ".join(passed_over))
