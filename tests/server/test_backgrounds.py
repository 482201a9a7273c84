from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    import httpx

    from cyclorama.backgrounds.generators import Generators

pytestmark = pytest.mark.unit

WISH = {"prompt": "beach", "width": 64, "height": 64, "seed": 5, "generator": "fake"}


def events(body: str) -> list[tuple[str, Any]]:
    """Read server-sent events the short way: our server sends one line each of event and data."""
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def made(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/backgrounds", json=WISH | changes)
    name, data = events(answer.text)[-1]
    assert name == "done", data
    return dict(data["background"])


async def test_a_wish_is_painted_and_kept(client: httpx.AsyncClient) -> None:
    answer = await client.post("/backgrounds", json=WISH)
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert [name for name, _ in told] == ["queued", "progress", "progress", "progress", "done"]
    assert told[0][1] == {"position": 0}
    assert told[1][1] == {"step": 0, "total": 3, "message": "layer 1"}
    background = told[-1][1]["background"]
    assert (background["prompt"], background["seed"], background["generator"]) == ("beach", 5, "fake")
    assert (await client.get("/backgrounds")).json() == {"backgrounds": [background]}
    assert (await client.get(f"/backgrounds/{background['id']}")).json() == background
    picture = await client.get(background["image"])
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (64, 64)
    assert (await client.get(background["thumbnail"])).headers["content-type"] == "image/webp"
    assert (await client.delete(f"/backgrounds/{background['id']}")).status_code == 204
    assert (await client.get(background["image"])).status_code == 404


async def test_without_a_seed_every_wish_gives_another_picture(client: httpx.AsyncClient) -> None:
    wish = {name: value for name, value in WISH.items() if name != "seed"}
    seeds = {
        events((await client.post("/backgrounds", json=wish)).text)[-1][1]["background"]["seed"]
        for _ in "abc"
    }
    assert len(seeds) == 3


async def test_the_articles_contract(client: httpx.AsyncClient, generators: Generators) -> None:
    generators.add(FakeGenerator("scenery"))
    answer = await client.post("/image", json={"prompt": "beach", "width": 128, "height": 64})
    assert list(answer.json()) == ["base64_image"]
    picture = Image.open(io.BytesIO(base64.b64decode(answer.json()["base64_image"])))
    assert (picture.format, picture.size) == ("PNG", (128, 64))
    assert (await client.get("/backgrounds")).json() == {"backgrounds": []}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "   "}, "prompt"),
        ({"prompt": "x" * 2001}, "prompt"),
        ({"negative_prompt": "x" * 2001}, "negative_prompt"),
        ({"width": 63}, "width"),
        ({"height": 4097}, "height"),
        ({"width": 4096, "height": 4096}, "8.3 megapixels"),
        ({"width": "wide"}, "width"),
        ({"seed": -1}, "seed"),
        ({"generator": "scenry"}, "scenery"),
        ({"prompts": "typo"}, "prompts"),
    ],
)
@pytest.mark.parametrize("path", ["/backgrounds", "/image"])
async def test_a_wrong_wish_is_answered_in_words(
    client: httpx.AsyncClient, path: str, change: dict[str, Any], says: str
) -> None:
    answer = await client.post(path, json=WISH | change)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert answer.json()["status"] == 400


async def test_no_json_is_answered_in_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/image", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("error", [Unavailable("No paint left. Buy some."), RuntimeError("inner secret")])
async def test_a_failing_generator_ends_the_stream_with_a_problem(
    client: httpx.AsyncClient, generators: Generators, error: Exception
) -> None:
    generators.add(FakeGenerator(error=error))
    name, data = events((await client.post("/backgrounds", json=WISH)).text)[-1]
    assert name == "error"
    assert "inner secret" not in data["problem"]["detail"]
    assert data["problem"]["status"] in {500, 503}
    assert (await client.get("/backgrounds")).json() == {"backgrounds": []}


async def test_a_picture_of_ones_own_is_kept(client: httpx.AsyncClient) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(out, "JPEG")
    answer = await client.post("/backgrounds/upload?name=my%20wall.jpg", content=out.getvalue())
    assert answer.status_code == 201
    assert (answer.json()["prompt"], answer.json()["generator"], answer.json()["width"]) == (
        "my wall.jpg",
        "upload",
        300,
    )


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"no picture", 415), (b"", 415), (b"\0" * 20_500_000, 413), (b"\0" * 22_000_000, 413)],
)
async def test_a_bad_upload_stores_nothing(client: httpx.AsyncClient, content: bytes, status: int) -> None:
    answer = await client.post("/backgrounds/upload", content=content)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (await client.get("/backgrounds")).json() == {"backgrounds": []}


async def test_unknown_backgrounds_are_not_found(client: httpx.AsyncClient) -> None:
    for path in ("/backgrounds/nothing", "/backgrounds/nothing/image", "/backgrounds/nothing/thumbnail"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
