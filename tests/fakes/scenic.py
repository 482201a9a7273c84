"""Bedrock whose pictures show something: the place that the prompt names, as the scenery generator has it."""

from __future__ import annotations

import base64
import json
import time
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from cyclorama.backgrounds import png
from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery import Scenery
from tests.fakes.aws import Reply, answer
from tests.fakes.bedrock import INVOKE, FakeBedrock

if TYPE_CHECKING:
    from tests.fakes.aws import Request


class ScenicBedrock(FakeBedrock):
    """As strict about requests as `FakeBedrock`, for Stability's current models.

    Attributes:
        pause: seconds that a picture takes.
    """

    pause = 0.0

    def usual(self, request: Request) -> Reply:
        """Answer a request; where a picture was asked for, with one of the prompt."""
        reply = super().usual(request)
        if request.operation != INVOKE:
            return reply
        time.sleep(self.pause)
        plain = json.loads(reply.body)
        (seed,), (image,) = plain["seeds"], plain["images"]
        size = Image.open(BytesIO(base64.b64decode(image))).size
        prompt = Prompt(text=request.body["prompt"], width=size[0], height=size[1], seed=seed)
        painted = png.encode(Scenery().generate(prompt, Report()).image)
        return answer(plain | {"images": [base64.b64encode(painted).decode()]})
