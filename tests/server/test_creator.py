from __future__ import annotations

import pytest

from cyclorama.server import creator
from cyclorama.settings import Settings, load
from tests.server.conftest import asked

pytestmark = pytest.mark.unit

KEY = "a-key-of-the-operators"


def test_a_key_is_made_once_and_kept(settings: Settings) -> None:
    opened = settings.model_copy(update={"host": "0.0.0.0"})
    key = creator.key(opened)
    assert key
    assert creator.key(opened) == key
    assert (settings.data / "creator-key").read_text() == key


async def test_the_key_of_the_settings_is_the_one(settings: Settings) -> None:
    chosen = load(data=settings.data, host="0.0.0.0", creator_key=KEY)
    assert creator.key(chosen) == KEY
    assert not (settings.data / "creator-key").exists()
    assert KEY not in repr(chosen)
    async with asked(chosen) as client:
        shown = {"Authorization": f"Bearer {KEY}"}
        assert (await client.get("/backgrounds", headers=shown)).status_code == 200
        assert (await client.get("/backgrounds")).status_code == 401


def test_only_strangers_are_asked_for_it(settings: Settings) -> None:
    assert creator.key(settings) is None
