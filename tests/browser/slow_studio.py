"""A studio whose generator takes its time, shows previews and says in the log when somebody cancels it.

Run as a script: `slow_studio.py PORT`. Beside the slow one there is one that is configured and does not work,
and one that paints what moves.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import uvicorn

from cyclorama import settings
from cyclorama.backgrounds.base import Cancelled
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import Generators
from cyclorama.errors import PictureRefused
from cyclorama.server.app import create_app

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Painting, Prompt, Report

logger = logging.getLogger(__name__)

CANCELLED = "slow: cancelled"
UNLUCKY = 13
MOVES = 30
"""Frames of the loop of the generator `moving`: a second."""
REFUSAL = "The thirteenth seed is refused. Take another."


class Slow(FakeGenerator):
    """Paints for two seconds; refuses one seed."""

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint, unless it is cancelled or the seed is refused."""
        if prompt.seed == UNLUCKY:
            raise PictureRefused(REFUSAL)
        try:
            return super().generate(prompt, report)
        except Cancelled:
            logger.warning(CANCELLED)
            raise


def main() -> None:
    """Serve until told to end."""
    port = int(sys.argv[1])
    given = settings.load(port=port, generator="slow", diffusers_model="no-such-folder")
    generators = Generators(given)
    generators.add(Slow("slow", steps=20, pause=0.1, previews=True))
    generators.add(FakeGenerator("moving", steps=1, pause=0.1, moves=True, frames=MOVES))
    uvicorn.run(create_app(given, generators), port=port, log_level="warning", ws_ping_interval=5)


if __name__ == "__main__":
    main()
