"""The small server beside an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.errors import Unavailable
from cyclorama.live.control import Control
from cyclorama.server.control import ControlServer
from cyclorama.settings import Settings
from tests.live.steered import FakeEngine, Openings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def control(engine: FakeEngine) -> Control:
    return Control(engine, open_backdrop=Openings(), name="Desk")


def test_the_engine_is_told_changed_and_shown(tmp_path: Path) -> None:
    engine = FakeEngine()
    with ControlServer(control(engine), Settings(port=0, data=tmp_path)) as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
            [state] = client.get("/engines").json()["engines"]
            path = f"/engines/{state['id']}"
            assert client.patch(path, json={"background": "#00ff00"}).json()["background"] == "#00ff00"
            assert client.get(f"{path}/preview").headers["content-type"] == "image/webp"
            engine.picture = None
            assert client.get(f"{path}/preview").status_code == 503
            assert client.patch(path, json={"background": "none"}).status_code == 400
            assert client.get(f"{path}x").status_code == 404
            evil = client.patch(path, json={"person": False}, headers={"Origin": "https://evil.example"})
            assert (evil.status_code, engine.person) == (403, True)
        with pytest.raises(Unavailable, match="cannot be used"):
            ControlServer(control(engine), Settings(port=server.port, data=tmp_path))


def test_strangers_need_the_creators_key(tmp_path: Path) -> None:
    settings = Settings(host="0.0.0.0", port=0, data=tmp_path)
    with ControlServer(control(FakeEngine()), settings) as server:
        url = f"http://127.0.0.1:{server.port}/engines"
        for shown in ({}, {"Authorization": "Bearer a.b.c"}):
            assert httpx.get(url, headers=shown, trust_env=False).status_code == 401
        key = (tmp_path / "creator-key").read_text()
        assert httpx.get(url, headers={"Authorization": f"Bearer {key}"}, trust_env=False).status_code == 200
