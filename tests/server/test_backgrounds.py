from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.media import moving
from tests.server.events import WISH, events

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.unit


async def made(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/backgrounds", json=WISH | changes)
    told = events(answer.text)
    assert told[-1] == ("done", {"failed": []})
    return dict(told[-2][1]["background"])


async def ids(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = (await client.get("/backgrounds", params=query)).json()
    return [background["id"] for background in answer["backgrounds"]]


async def test_what_was_made_is_kept(client: httpx.AsyncClient) -> None:
    background = await made(client, negative_prompt="people", style="flat")
    assert (await client.get("/backgrounds")).json() == {"backgrounds": [background], "next": None}
    assert (await client.get(f"/backgrounds/{background['id']}")).json() == background
    assert {name: background[name] for name in ("prompt", "negative_prompt", "style", "seed", "model")} == {
        "prompt": "beach",
        "negative_prompt": "people",
        "style": "flat",
        "seed": 5,
        "model": "fake 1",
    }
    picture = await client.get(background["image"])
    assert picture.headers["content-type"] == background["media_type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (64, 64)
    assert (await client.get(background["thumbnail"])).headers["content-type"] == "image/webp"


async def test_what_is_deleted_is_gone_and_can_be_had_back(client: httpx.AsyncClient) -> None:
    background = await made(client)
    path = f"/backgrounds/{background['id']}"
    assert (await client.delete(path)).status_code == 204
    for gone in (path, background["image"], background["thumbnail"]):
        assert (await client.get(gone)).status_code == 404
    assert (await client.delete(path)).status_code == 404
    assert (await client.post(f"{path}/restore")).json() == background
    assert (await client.get(background["image"])).status_code == 200


async def test_favourites_are_marked_and_found(client: httpx.AsyncClient) -> None:
    first, second = await made(client), await made(client)
    liked = await client.put(f"/backgrounds/{first['id']}/favourite")
    assert liked.json() == first | {"favourite": True}
    assert await ids(client, favourites="true") == [first["id"]]
    assert await ids(client) == [second["id"], first["id"]]
    assert (await client.delete(f"/backgrounds/{first['id']}/favourite")).json() == first
    assert await ids(client, favourites="true") == []


async def test_the_list_is_paged_and_searched(client: httpx.AsyncClient) -> None:
    made_ids = [(await made(client, prompt=prompt))["id"] for prompt in ("beach", "forest", "beach at night")]
    assert await ids(client, search="BEACH") == [made_ids[2], made_ids[0]]
    page = (await client.get("/backgrounds", params={"limit": 2})).json()
    assert [background["id"] for background in page["backgrounds"]] == [made_ids[2], made_ids[1]]
    assert await ids(client, after=page["next"]) == [made_ids[0]]
    for wrong in ({"limit": 0}, {"limit": 10_000}, {"after": "nonsense"}, {"search": "x" * 201}):
        assert (await client.get("/backgrounds", params=wrong)).status_code == 400, wrong


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


async def test_a_video_of_ones_own_is_kept_and_travels(client: httpx.AsyncClient) -> None:
    answer = await client.post("/backgrounds/upload", content=moving.video("mp4", "libx264", (160, 90)))
    assert answer.status_code == 201
    background = answer.json()
    told = {name: background[name] for name in ("prompt", "generator", "width", "height", "media_type")}
    assert told == {
        "prompt": "Your own video",
        "generator": "upload",
        "width": 160,
        "height": 90,
        "media_type": "video/mp4",
    }
    file = await client.get(background["image"])
    assert file.headers["content-type"] == "video/mp4"
    assert file.content[4:8] == b"ftyp"
    thumbnail = await client.get(background["thumbnail"])
    assert Image.open(io.BytesIO(thumbnail.content)).size == (160, 90)

    archive = (await client.get("/backgrounds/export")).content
    await client.delete(f"/backgrounds/{background['id']}")
    told_of_import = events((await client.post("/backgrounds/import", content=archive)).text)[-1]
    assert told_of_import == ("done", {"imported": [background], "skipped": []})
    assert (await client.get(background["image"])).content == file.content


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"no picture", 415),
        (b"", 415),
        (b"    ftypmp42", 400),
        (b"    ftyp" + b"\0" * 20_500_000, 413),
        (b"\0" * 20_500_000, 413),
        (b"\0" * 22_000_000, 413),
    ],
)
async def test_a_bad_upload_stores_nothing(client: httpx.AsyncClient, content: bytes, status: int) -> None:
    answer = await client.post("/backgrounds/upload", content=content)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (await client.get("/backgrounds")).json() == {"backgrounds": [], "next": None}


async def test_unknown_backgrounds_are_not_found(client: httpx.AsyncClient) -> None:
    for method, path in (
        ("GET", "/backgrounds/nothing"),
        ("GET", "/backgrounds/nothing/image"),
        ("GET", "/backgrounds/nothing/thumbnail"),
        ("PUT", "/backgrounds/nothing/favourite"),
        ("DELETE", "/backgrounds/nothing/favourite"),
        ("DELETE", "/backgrounds/nothing"),
        ("POST", "/backgrounds/nothing/restore"),
    ):
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
