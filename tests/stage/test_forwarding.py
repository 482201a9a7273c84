"""Media through the stage: pixels and sound arrive, late joiners get a picture, publishers come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from .clients import Colour, Page, Publisher, Tone, Viewer, until

if TYPE_CHECKING:
    from .conftest import Running

pytestmark = pytest.mark.stage

RED = (81, 90, 240)
BLUE = (41, 240, 110)


async def test_picture_and_sound_arrive(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        assert (await publisher.publish(Colour(*RED), Tone())).status_code == httpx.codes.CREATED
        await until(lambda: any(each.publishing for each in server.stage.participants()))
        assert (await viewer.watch(host.claims.jti)).status_code == httpx.codes.CREATED
        red, green, blue = await viewer.colour()
        assert red > 200
        assert green < 60
        assert blue < 60
        for _ in range(20):
            sound = await viewer.sound()
        assert np.abs(sound).max() > 5000
