from __future__ import annotations

import asyncio
import base64
import io
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Library
from cyclorama.errors import PromptRefused, Throttled, Unavailable
from cyclorama.settings import Settings
from tests.server.conftest import asked
from tests.server.events import WISH, events

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from cyclorama.backgrounds.base import Painting, Prompt, Report

pytestmark = pytest.mark.unit


class InStep(FakeGenerator):
    """Reports once, then waits until it is let go."""

    def __init__(self) -> None:
        super().__init__("fake", steps=1)
        self.started = threading.Semaphore(0)
        self.let_go = threading.Event()

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        self.started.release()
        with report.stopping(self.let_go.set):
            assert self.let_go.wait(10)
        return super().generate(prompt, report)


async def test_a_wish_is_painted_and_kept(client: httpx.AsyncClient) -> None:
    answer = await client.post("/backgrounds", json=WISH)
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert told[0] == ("queued", {"position": 0})
    assert told[-3] == ("progress", {"sample": 0, "step": 2, "total": 3, "message": "layer 3"})
    assert (told[-2][0], told[-2][1]["sample"]) == ("image", 0)
    assert told[-1] == ("done", {"failed": []})
    background = told[-2][1]["background"]
    assert (background["prompt"], background["seed"], background["generator"]) == ("beach", 5, "fake")


async def test_samples_have_seeds_of_their_own_and_are_all_kept(client: httpx.AsyncClient) -> None:
    told = events((await client.post("/backgrounds", json=WISH | {"count": 3})).text)
    kept = {data["sample"]: data["background"] for name, data in told if name == "image"}
    assert {sample: background["seed"] for sample, background in kept.items()} == {0: 5, 1: 6, 2: 7}
    assert {data["sample"] for name, data in told if name == "progress"} == {0, 1, 2}
    assert len((await client.get("/backgrounds")).json()["backgrounds"]) == 3


async def test_a_preview_is_a_small_webp(client: httpx.AsyncClient, generators: Generators) -> None:
    generators.add(FakeGenerator(previews=True))
    told = events((await client.post("/backgrounds", json=WISH)).text)
    previews = [data["preview"] for name, data in told if name == "progress"]
    picture = Image.open(io.BytesIO(base64.b64decode(previews[-1])))
    assert picture.format == "WEBP"
    assert max(picture.size) <= 320


async def test_without_a_seed_every_wish_gives_another_picture(client: httpx.AsyncClient) -> None:
    wish = {name: value for name, value in WISH.items() if name != "seed"}
    for _ in "abc":
        await client.post("/backgrounds", json=wish)
    listed = (await client.get("/backgrounds")).json()["backgrounds"]
    assert len({background["seed"] for background in listed}) == 3


async def test_one_failed_sample_is_told_beside_those_that_came(
    client: httpx.AsyncClient, generators: Generators
) -> None:
    class Picky(FakeGenerator):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            if prompt.seed == 6:
                raise PromptRefused("Not that one.")
            return super().generate(prompt, report)

    generators.add(Picky())
    told = events((await client.post("/backgrounds", json=WISH | {"count": 3})).text)
    name, data = told[-1]
    assert name == "done"
    assert [(each["sample"], each["problem"]["status"]) for each in data["failed"]] == [(1, 422)]
    assert sorted(data["sample"] for name, data in told if name == "image") == [0, 2]


async def test_a_picture_that_cannot_be_kept_is_a_failure(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(Library, "add", full)
    name, data = events((await client.post("/backgrounds", json=WISH)).text)[-1]
    assert (name, data["problem"]["detail"]) == ("error", "The disk is full.")


async def test_the_articles_contract(client: httpx.AsyncClient, generators: Generators) -> None:
    generators.add(FakeGenerator("scenery"))
    answer = await client.post("/image", json={"prompt": "beach", "width": 128, "height": 64})
    assert list(answer.json()) == ["base64_image"]
    picture = Image.open(io.BytesIO(base64.b64decode(answer.json()["base64_image"])))
    assert (picture.format, picture.size) == ("PNG", (128, 64))
    assert (await client.get("/backgrounds")).json() == {"backgrounds": [], "next": None}


async def test_a_public_library_answers_with_an_address(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, public_url="https://cdn.example/walls/")
    generators = Generators(settings)
    generators.add(FakeGenerator())
    async with asked(settings, generators=generators) as client:
        answer = (await client.post("/image", json=WISH)).json()
        (kept,) = (await client.get("/backgrounds")).json()["backgrounds"]
    assert answer == {"image_url": kept["url"]}
    assert kept["url"].startswith("https://cdn.example/walls/")


async def test_image_makes_one(client: httpx.AsyncClient) -> None:
    assert (await client.post("/image", json=WISH | {"count": 2})).status_code == 400


@pytest.mark.parametrize(
    ("error", "status", "seconds"),
    [
        (PromptRefused("No."), 422, None),
        (Unavailable("Later."), 503, None),
        (Throttled("Slower.", 7), 503, "7"),
    ],
)
async def test_an_error_before_the_answer_has_its_status(
    client: httpx.AsyncClient, generators: Generators, error: Exception, status: int, seconds: str | None
) -> None:
    generators.add(FakeGenerator(error=error))
    answer = await client.post("/image", json=WISH)
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, seconds)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/backgrounds", "/image"])
async def test_more_than_the_limits_allow_is_answered_before_the_stream_begins(
    tmp_path: Path, path: str
) -> None:
    settings = Settings(data=tmp_path, max_generations_per_client=2)
    generators, generator = Generators(settings), InStep()
    generators.add(generator)
    async with asked(settings, generators=generators) as client:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(client.post("/backgrounds", json=WISH | {"count": 2}))
            assert await asyncio.to_thread(generator.started.acquire, timeout=10)
            answer = await client.post(path, json=WISH)
            generator.let_go.set()
        assert (answer.status_code, answer.json()["title"]) == (429, "Too many requests")
        assert 1 <= int(answer.headers["retry-after"]) <= 120
        assert events(running.result().text)[-1] == ("done", {"failed": []})
        assert (await client.post(path, json=WISH)).status_code == 200
        assert (await client.post("/backgrounds", json=WISH | {"count": 3})).status_code == 400
        assert (await client.post(path, json=WISH | {"generator": "nobody"})).status_code == 400
        assert (await client.post("/backgrounds", json=WISH | {"count": 2})).status_code == 200


async def test_looking_for_the_best_generator_holds_nobody_up(
    client: httpx.AsyncClient, generators: Generators, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, found = threading.Event(), threading.Event()

    def slow(_: str) -> FakeGenerator:
        looking.set()
        assert found.wait(10)
        return FakeGenerator()

    monkeypatch.setattr(generators, "get", slow)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(client.post("/backgrounds", json=WISH))
        assert await asyncio.to_thread(looking.wait, 10)
        assert (await client.get("/healthz")).status_code == 200
        found.set()
    assert events(running.result().text)[-1][0] == "done"


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
    assert (await client.get("/backgrounds")).json() == {"backgrounds": [], "next": None}


async def test_what_shall_move_is_seen_whole_first_and_kept_as_a_video(
    client: httpx.AsyncClient, generators: Generators
) -> None:
    generators.add(FakeGenerator(moves=True))
    told = events((await client.post("/backgrounds", json=WISH | {"motion": True, "seconds": 6})).text)
    first = next(data for name, data in told if name == "progress" and "whole" in data)
    still = Image.open(io.BytesIO(base64.b64decode(first["preview"])))
    assert (still.format, still.size) == ("WEBP", (WISH["width"], WISH["height"]))
    assert told[-3] == ("progress", {"sample": 0, "step": 11, "total": 12, "message": "frame 12 of 12"})
    kept = told[-2][1]["background"]
    assert (kept["media_type"], kept["seconds"], kept["model"]) == ("video/webm", 6, "fake 1")
    answer = await client.get(kept["image"])
    assert answer.headers["content-type"] == "video/webm"
    assert answer.content.startswith(b"\x1aE\xdf\xa3")
    poster = Image.open(io.BytesIO((await client.get(kept["thumbnail"])).content))
    assert min(poster.convert("RGB").crop((0, 0, 1, 1)).tobytes()) > 240  # the bar, where it begins


async def test_who_paints_stills_says_so_before_the_answer_begins(client: httpx.AsyncClient) -> None:
    answer = await client.post("/backgrounds", json=WISH | {"motion": True})
    assert answer.status_code == 400
    assert "paints stills" in answer.json()["detail"]


async def test_the_articles_contract_is_for_stills(client: httpx.AsyncClient, generators: Generators) -> None:
    generators.add(FakeGenerator(moves=True))
    answer = await client.post("/image", json={"prompt": "beach", "motion": True})
    assert answer.status_code == 400
    assert "POST /backgrounds makes what moves" in answer.json()["detail"]
