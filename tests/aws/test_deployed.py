"""The routes of the deployed studio, each through CloudFront, the API and the package in Lambda's runtime.

All is asked as a browser or a program would; what stands around the functions is read from the template.
"""

from __future__ import annotations

import io
import json
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from PIL import Image

from cyclorama.aws import template
from cyclorama.aws.functions.painting import SPARE_S
from tests.fakes.bedrock import HANG
from tests.fakes.deployment import Deployment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

PROBLEM = "application/problem+json"
WISH = {"prompt": "beach with palm trees", "width": 1344, "height": 768, "seed": 7}
MOST_UPLOADED = 4_000_000
PUBLIC = {"GET /config", "GET /healthz", "POST /viewers"}


@pytest.fixture(scope="module")
def deployment(functions: Path) -> Iterator[Deployment]:
    with Deployment(template.text(), (functions,)) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def anyone(deployment: Deployment) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=deployment.url, timeout=40) as client:
        yield client


@pytest.fixture(scope="module")
def creator(deployment: Deployment) -> Iterator[httpx.Client]:
    token = deployment.oidc.token()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=deployment.url, timeout=40, headers=headers) as client:
        yield client


@contextmanager
def changed(deployment: Deployment, output: str, **how: Any) -> Iterator[str]:
    """Let the function that this output names be another for a while; give its name."""
    own = deployment.functions.function(deployment.stack.outputs[output])
    deployment.functions.create(replace(own, **how))
    yield own.name
    deployment.functions.create(own)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert set(body) >= {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert body["detail"]
    return body


def followed(creator: httpx.Client, answer: httpx.Response, seconds: float = 30) -> list[dict[str, Any]]:
    """Ask for a job, as a page does, until it is over; return its events."""
    assert answer.status_code == 202, answer.text
    place, job, seen = answer.headers["location"], answer.json(), -1
    assert place == f"/jobs/{job['id']}"
    events: list[dict[str, Any]] = []
    give_up = time.monotonic() + seconds
    while True:
        numbers = [event["n"] for event in job["events"]]
        assert numbers == sorted(numbers)
        assert all(number > seen for number in numbers)
        events += job["events"]
        seen = max([seen, *numbers])
        if job["over"]:
            return events
        assert time.monotonic() < give_up, events
        time.sleep(0.2)
        asked = creator.get(place, params={"after": seen})
        assert asked.status_code == 200, asked.text
        job = asked.json()


def painted(creator: httpx.Client, **wish: Any) -> dict[str, Any]:
    """Have one background painted."""
    events = followed(creator, creator.post("/backgrounds", json=WISH | wish))
    (image,) = (event["data"]["background"] for event in events if event["event"] == "image")
    background: dict[str, Any] = image
    return background


def test_the_configuration_says_where_to_sign_in_and_what_there_is(
    deployment: Deployment, anyone: httpx.Client
) -> None:
    answer = anyone.get("/config")
    assert answer.status_code == 200
    config = answer.json()
    assert config["sign_in"] == {"issuer": deployment.oidc.issuer, "client_id": "studio", "scope": "openid"}
    assert not any(config["features"].values())
    assert config["limits"]["upload_bytes"] == MOST_UPLOADED
    assert (config["generator"], config["stage_backend"]) == ("bedrock", "ivs")
    assert anyone.get("/healthz").json()["status"] == "ok"


def test_who_has_not_signed_in_is_let_in_nowhere_else(deployment: Deployment, anyone: httpx.Client) -> None:
    asked = len(deployment.api.events)
    for route in deployment.stack.resources("AWS::ApiGatewayV2::Route").values():
        if route["RouteKey"] not in PUBLIC:
            method, _, path = route["RouteKey"].partition(" ")
            answer = anyone.request(method, path.replace("{", "").replace("}", ""))
            assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert len(deployment.api.events) == asked, "no function was asked"


def test_a_background_is_ordered_followed_and_shown(
    deployment: Deployment, creator: httpx.Client, anyone: httpx.Client
) -> None:
    events = followed(creator, creator.post("/backgrounds", json=WISH))
    names = [event["event"] for event in events]
    assert names[0] == "queued"
    assert names[-1] == "done"
    (image,) = (event["data"] for event in events if event["event"] == "image")
    background = image["background"]
    assert (image["sample"], background["prompt"], background["seed"]) == (0, WISH["prompt"], 7)
    assert background["image"].startswith(f"/library/{background['id']}/image.")
    assert background["url"] == f"https://{urlsplit(deployment.url).netloc}{background['image']}"
    shown = anyone.get(background["image"])
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.content)).size == (1344, 768)
    assert Image.open(io.BytesIO(anyone.get(background["thumbnail"]).content)).width == 320
    assert creator.get(f"/backgrounds/{background['id']}").json() == background


def test_what_made_a_background_is_not_shown_to_everybody(
    deployment: Deployment, creator: httpx.Client, anyone: httpx.Client
) -> None:
    background = painted(creator)
    keys = [
        each["Key"] for each in deployment.client("s3").list_objects_v2(Bucket=deployment.library)["Contents"]
    ]
    open_ = [key for key in keys if anyone.get(f"/{key}").status_code == 200]
    mine = [key for key in open_ if background["id"] in key]
    assert {key.rpartition("/")[2].partition(".")[0] for key in mine} == {"image", "thumbnail"}
    assert any(key.startswith("jobs/") for key in keys)
    assert not any(key.startswith("jobs/") for key in open_)


def test_the_library_is_kept(creator: httpx.Client) -> None:
    id_ = painted(creator, prompt="a place to keep")["id"]
    listed = creator.get("/backgrounds", params={"search": "to keep", "limit": 1}).json()
    assert [each["id"] for each in listed["backgrounds"]] == [id_]
    assert creator.put(f"/backgrounds/{id_}/favourite").json()["favourite"] is True
    found = creator.get("/backgrounds", params={"favourites": "true"}).json()["backgrounds"]
    assert id_ in [each["id"] for each in found]
    assert creator.delete(f"/backgrounds/{id_}/favourite").json()["favourite"] is False
    assert creator.delete(f"/backgrounds/{id_}").status_code == 204
    problem(creator.get(f"/backgrounds/{id_}"), 404)
    assert creator.post(f"/backgrounds/{id_}/restore").json()["id"] == id_
    assert creator.get(f"/backgrounds/{id_}").status_code == 200


def test_the_article_s_call_answers_with_an_address(deployment: Deployment, creator: httpx.Client) -> None:
    answer = creator.post("/image", json={"prompt": "a lake", "width": 1344, "height": 768})
    assert answer.status_code == 200, answer.text
    address = urlsplit(answer.json()["image_url"])
    assert address.netloc == urlsplit(deployment.url).netloc
    assert creator.get(address.path).status_code == 200


def test_an_order_is_cancelled_down_to_the_model(deployment: Deployment, creator: httpx.Client) -> None:
    deployment.bedrock.then(HANG)
    answer = creator.post("/backgrounds", json=WISH)
    assert deployment.bedrock.waiting.acquire(timeout=30), "the model was not asked"
    assert creator.delete(answer.headers["location"]).status_code == 204
    assert deployment.bedrock.hung_up.acquire(timeout=20), "the call goes on"
    followed(creator, answer)


def test_a_picture_that_takes_longer_than_the_api_waits_is_had_from_its_location(
    deployment: Deployment, creator: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment.bedrock, "pause", 4)
    # it waits for as long as its own time lets it
    with changed(deployment, "ApiFunction", timeout=6):
        answer = creator.post("/image", json={"prompt": "a slow lake", "width": 1344, "height": 768})
    events = followed(creator, answer)
    assert [event["event"] for event in events][-2:] == ["image", "done"]
    assert events[-2]["data"]["background"]["prompt"] == "a slow lake"


def test_a_painter_whose_time_is_up_says_so(deployment: Deployment, creator: httpx.Client) -> None:
    deployment.bedrock.then(HANG)
    with changed(deployment, "PainterFunction", timeout=SPARE_S + 1):
        events = followed(creator, creator.post("/backgrounds", json=WISH))
    assert "time was up" in events[-1]["data"]["problem"]["detail"]
    assert deployment.bedrock.hung_up.acquire(timeout=20), "the call goes on"


def test_of_a_painter_that_lambda_killed_the_job_says_so(
    deployment: Deployment, creator: httpx.Client
) -> None:
    s3, began = deployment.client("s3"), time.time()

    def deadline(answer: httpx.Response) -> float:
        written = s3.get_object(Bucket=deployment.library, Key=f"jobs/{answer.json()['id']}.json")[
            "Body"
        ].read()
        return float(json.loads(written)["deadline"])

    deployment.bedrock.then(HANG)
    with changed(deployment, "PainterFunction", timeout=SPARE_S + 4) as painter:
        answer = creator.post("/backgrounds", json=WISH)
        while deadline(answer) > began + 100:  # until the painter has written down for how long it may paint
            time.sleep(0.1)
        (running,) = (each for each in deployment.functions.environments(painter) if each.alive)
        running.hang()
        events = followed(creator, answer)
        while running.alive:
            time.sleep(0.1)
    assert events[-1]["event"] == "error"
    assert "stopped" in events[-1]["data"]["problem"]["detail"]
    assert deployment.functions.outcomes[-1].error == "Sandbox.Timedout"


def test_a_picture_is_uploaded(creator: httpx.Client, anyone: httpx.Client) -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), (10, 200, 30)).save(out, "PNG")
    answer = creator.post(
        "/backgrounds/upload",
        params={"name": "mine.png"},
        content=out.getvalue(),
        headers={"Content-Type": "image/png"},
    )
    assert answer.status_code == 201, answer.text
    assert anyone.get(answer.json()["image"]).status_code == 200


def test_what_is_too_large_or_a_video_is_refused_in_words(creator: httpx.Client) -> None:
    def sent(content: bytes, type_: str) -> httpx.Response:
        return creator.post("/backgrounds/upload", content=content, headers={"Content-Type": type_})

    assert "4" in problem(sent(bytes(MOST_UPLOADED + 1), "image/png"), 413)["detail"]
    video = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(100)
    problem(sent(video, "video/mp4"), 415)
    # more than Lambda takes never comes to the function, which cannot say so then
    assert sent(bytes(6_000_000), "image/png").json() == {"message": "Request Entity Too Large"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/backgrounds", {"prompt": ""}, 400),
        ("POST", "/backgrounds", {"prompt": "x" * 100_000}, 400),
        ("POST", "/backgrounds", "nonsense", 400),
        ("POST", "/image", {"prompt": "x", "width": 1}, 400),
        ("GET", "/jobs/nobody", None, 404),
        ("DELETE", "/jobs/nobody", None, 404),
        ("GET", "/backgrounds/nobody", None, 404),
        ("POST", "/backgrounds/nobody/restore", None, 404),
        ("POST", "/tokens", {"user_id": 1}, 400),
        ("POST", "/viewers", None, 401),
    ],
)
def test_errors_are_problem_documents(
    creator: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    problem(creator.request(method, path, json=body), status)


def test_a_token_of_our_own_lets_a_participant_join(deployment: Deployment, creator: httpx.Client) -> None:
    answer = creator.post("/tokens", json={"user_id": "ann", "publish": True})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert jwt.get_unverified_header(made["token"])["kid"] == deployment.stack.outputs["StageKeyArn"]
    assert deployment.ivs.join(made["token"], publishing=True) == made["participant_id"]
    assert not deployment.ivs.calls("CreateParticipantToken"), "it was signed here"
    (stage,) = creator.get("/stages").json()["stages"]
    there = creator.get(f"/stages/{stage['id']}/participants").json()["participants"]
    assert made["participant_id"] in [each["id"] for each in there]
    gone = creator.delete(f"/stages/{stage['id']}/participants/{made['participant_id']}")
    assert gone.status_code == 204


def test_a_viewers_link_becomes_a_token_for_each_viewer(
    deployment: Deployment, creator: httpx.Client, anyone: httpx.Client
) -> None:
    ticket = creator.post("/links", json={}).json()["token"]
    headers = {"Authorization": f"Bearer {ticket}"}
    tokens = [anyone.post("/viewers", headers=headers).json() for _ in range(2)]
    assert len({deployment.ivs.join(each["token"]) for each in tokens}) == 2


def test_generators_say_whether_the_model_is_there(creator: httpx.Client) -> None:
    answer = creator.get("/generators").json()
    (bedrock,) = (each for each in answer["generators"] if each["name"] == "bedrock")
    assert bedrock["ready"]


def test_a_function_that_crashed_is_there_again(deployment: Deployment, anyone: httpx.Client) -> None:
    api = deployment.stack.outputs["ApiFunction"]
    for environment in deployment.functions.environments(api):
        if environment.alive:
            environment.kill()
    assert anyone.get("/healthz").status_code == 200


def test_functions_did_only_what_their_roles_allow(deployment: Deployment) -> None:
    assert len(deployment.moto.acts) > 20
    assert deployment.refused() == set()


def test_cold_starts_are_told(deployment: Deployment, record_property: Any) -> None:
    for output in ("ApiFunction", "PainterFunction"):
        name = deployment.stack.outputs[output]
        starts = [each for each in deployment.functions.environments(name) if each.init_ms]
        assert starts
        record_property(f"{output} cold start, ms", [round(each.init_ms) for each in starts])
        record_property(f"{output} of that computed, ms", [round(each.init_cpu_ms) for each in starts])
        record_property(f"{output} memory, MB", [round(each.memory_mb) for each in starts])
