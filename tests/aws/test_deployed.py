"""The routes of the deployed studio, each through CloudFront, the API and the package in Lambda's runtime.

All is asked as a browser or a program would; what stands around the functions is read from the template.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from PIL import Image

from tests.aws.deployed import painted, problem

if TYPE_CHECKING:
    import httpx

    from tests.fakes.deployment import Deployment

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

MOST_UPLOADED = 4_000_000
PUBLIC = {"GET /config", "GET /healthz", "POST /viewers"}


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
