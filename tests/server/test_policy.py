from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cyclorama.errors import InvalidSetting
from cyclorama.settings import Settings, load
from tests.server.conftest import asked

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

pytestmark = pytest.mark.unit

ELSEWHERE = [
    "/",
    "/watch",
    "/config",
    "/config?stage=ivs",
    "/assets/x.js?stage=ivs",
    "/?stage=local",
    "/?stage=ivs&stage=local",
    "/?STAGE=ivs",
    "/?stages=ivs",
    "/watch?stage=IVS",
]


def policy(answer: httpx.Response) -> dict[str, list[str]]:
    directives = [each.split() for each in answer.headers["content-security-policy"].split(";")]
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_no_page_may_reach_anybody_but_us(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert "http" not in answer.headers["content-security-policy"]
    assert "ws" not in answer.headers["content-security-policy"]
    assert policy(answer)["worker-src"] == ["'self'"]
    assert answer.headers["cross-origin-embedder-policy"] == "require-corp"


@pytest.mark.parametrize("address", ["/?stage=ivs", "/watch?stage=ivs", "/?x=1&stage=ivs"])
async def test_a_page_for_amazon_ivs_may_load_amazons_sdk_and_reach_amazon(
    client: httpx.AsyncClient, address: str
) -> None:
    answer = await client.get(address)
    opened = policy(answer)
    strict = policy(await client.get("/"))
    assert opened.pop("script-src") == [*strict.pop("script-src"), "https://web-broadcast.live-video.net"]
    assert opened.pop("worker-src") == ["'self'", "blob:"]
    assert opened.pop("connect-src") == ["'self'", "https://*.live-video.net", "wss://*.live-video.net"]
    del strict["worker-src"], strict["connect-src"]
    assert opened == strict
    assert answer.headers["cross-origin-embedder-policy"] == "credentialless"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("wss://live.example.org", ["wss://live.example.org", "https://live.example.org"]),
        ("https://live.example.org/a", ["wss://live.example.org", "https://live.example.org"]),
        ("ws://localhost:7880", ["ws://localhost:7880", "http://localhost:7880"]),
        ("http://[::1]:7880/", ["ws://[::1]:7880", "http://[::1]:7880"]),
    ],
)
async def test_pages_may_reach_the_livekit_server_that_is_set(
    tmp_path: Path, address: str, origins: list[str]
) -> None:
    async with asked(Settings(data=tmp_path, livekit_url=address)) as client:
        for page in ("/", "/watch"):
            assert policy(await client.get(page))["connect-src"] == ["'self'", *origins]
        ivs = policy(await client.get("/?stage=ivs"))["connect-src"]
        assert set(origins) < set(ivs)
        assert (await client.get("/config")).json()["livekit_url"] == address


@pytest.mark.parametrize(
    "address", ["live.example.org", "wss://", "ftp://x", "wss://a; script-src *", "wss://a b"]
)
def test_an_address_that_would_say_something_else_is_refused(address: str) -> None:
    with pytest.raises(InvalidSetting, match="livekit_url"):
        load(livekit_url=address)
