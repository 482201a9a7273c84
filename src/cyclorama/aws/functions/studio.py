"""All that the functions work with: made once in each process, and used again by every request in it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from cyclorama.aws.functions.environment import MEND, Environment
from cyclorama.aws.functions.jobs import Jobs
from cyclorama.backgrounds.easel import Easel
from cyclorama.backgrounds.generators import KINDS, Generators
from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.store import Store
from cyclorama.errors import CycloramaError, InvalidSetting, NotConfigured

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Generator

BEDROCK = {"bedrock": KINDS["bedrock"]}  # the others paint on a machine, or want a key that is not here


class Studio:
    """What both functions work with. AWS is not asked yet.

    Raises:
        Unavailable: the environment is not as it should be.
    """

    def __init__(self, environment: Environment) -> None:
        settings = environment.settings
        self.environment = environment
        self.settings = settings
        self.library = Library(
            Store.bucket(settings.library),
            settings.library_format,
            settings.public_url,
            environment.page_library,
        )
        self.jobs = Jobs(Store.bucket(environment.jobs))
        self.generators = Generators(settings, BEDROCK)
        self.easel = Easel()
        self._looked: set[str] = set()

    async def generator(self, name: str) -> Generator:
        """Return the generator of that name. The first time, it looks whether its model is about to be ended.

        Pictures carry that as a note. Whether it can paint will be seen: what it could not find out, or found
        in its way, it meets again then.

        Raises:
            CycloramaError: there is none of that name, or a setting of it is wrong.
        """
        found = await asyncio.to_thread(self.generators.get, name)
        if found.name not in self._looked:
            self._looked.add(found.name)
            with suppress(CycloramaError):
                await asyncio.to_thread(found.ready)
        return found


@cache
def studio() -> Studio:
    """Return the studio of this process.

    Raises:
        Unavailable: it cannot be made; the next request tries again.
    """
    try:
        return Studio(Environment.read())
    except InvalidSetting as error:  # of whoever runs the studio, not of whoever asks
        raise NotConfigured(f"{error.detail} {MEND}") from error
