"""What the function that answers works with, beside what it shares with the painter."""

from __future__ import annotations

from functools import cache

from cyclorama.aws.functions.invoking import Painters
from cyclorama.aws.functions.onestage import OneStage
from cyclorama.aws.functions.parameters import Parameters
from cyclorama.aws.functions.studio import Studio, studio


class Desk:
    """Where requests are answered."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.painters = Painters(studio.environment.painter)
        self.stage = OneStage(studio.environment, Parameters())


@cache
def desk() -> Desk:
    """Return the desk of this process.

    Raises:
        Unavailable: the studio cannot be made; the next request tries again.
    """
    return Desk(studio())
