"""Orders of the deployed studio, from asking for a picture to its end, whatever that is."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import Image

from cyclorama.aws.functions.painting import SPARE_S
from tests.aws.deployed import WISH, changed, followed
from tests.fakes.bedrock import HANG

if TYPE_CHECKING:
    import httpx

    from tests.fakes.deployment import Deployment

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws


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
    with changed(deployment, "PainterFunction", timeout=SPARE_S + 6):
        events = followed(creator, creator.post("/backgrounds", json=WISH))
    assert "time was up" in events[-1]["data"]["problem"]["detail"]
    assert deployment.bedrock.hung_up.acquire(timeout=20), "the call goes on"


def test_of_a_painter_that_lambda_killed_the_job_says_so(
    deployment: Deployment, creator: httpx.Client
) -> None:
    s3, began = deployment.client("s3"), time.time()

    def deadline(answer: httpx.Response) -> float:
        key = f"jobs/{answer.json()['id']}.json"
        job = json.loads(s3.get_object(Bucket=deployment.library, Key=key)["Body"].read())
        return float(job["deadline"])

    deployment.bedrock.then(HANG)
    with changed(deployment, "PainterFunction", timeout=SPARE_S + 5) as painter:
        answer = creator.post("/backgrounds", json=WISH)
        give_up = time.monotonic() + 30
        while deadline(answer) > began + 100:  # until the painter has written down for how long it may paint
            assert time.monotonic() < give_up, "the painter did not begin"
            time.sleep(0.1)
        deployment.functions.environments(painter)[-1].hang()
        events = followed(creator, answer)
        give_up = time.monotonic() + 30
        while "Sandbox.Timedout" not in [outcome.error for outcome in deployment.functions.outcomes]:
            assert time.monotonic() < give_up, "Lambda did not end it"
            time.sleep(0.1)
    assert events[-1]["event"] == "error"
    assert "stopped" in events[-1]["data"]["problem"]["detail"]


def test_functions_did_only_what_their_roles_allow(deployment: Deployment) -> None:
    assert len(deployment.moto.acts) > 20
    assert deployment.refused() == set()
