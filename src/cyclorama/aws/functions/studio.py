"""All that the functions work with: made once in each process, and used again by every request in it."""

from __future__ import annotations

from functools import cache

from cyclorama.aws.functions.environment import Environment
from cyclorama.aws.functions.jobs import Jobs
from cyclorama.backgrounds.easel import Easel
from cyclorama.backgrounds.generators import KINDS, Generators
from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.store import Store

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


@cache
def studio() -> Studio:
    """Return the studio of this process.

    Raises:
        Unavailable: it cannot be made; the next request tries again.
    """
    return Studio(Environment.read())
