"""The routes over stages and tokens, of the local backend and of any other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cyclorama.errors import Conflict, InvalidRequest, NotFound, Throttled, TooMany
from cyclorama.settings import Settings
from cyclorama.stage.base import Muted, Participant, Stage, Token
from cyclorama.stage.tokens import Address, Signer

from .conftest import asked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.unit

SDP = {"Content-Type": "application/sdp"}
ARN = "arn:aws:ivs:eu-central-1:123456789012:stage/AbCdEf"
PROBLEM = "application/problem+json"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def minted(client: httpx.AsyncClient, **wish: Any) -> dict[str, Any]:
    response = await client.post("/tokens", json=wish)
    assert response.status_code == httpx.codes.OK
    return dict(response.json())


async def test_stages_are_made_listed_and_deleted(client: httpx.AsyncClient) -> None:
    default = {
        "id": "default",
        "name": "default",
        "resource": "cyclorama:stage/default",
        "whip_url": "/whip",
    }
    created = await client.post("/stages", json={"name": "A show"})
    assert created.status_code == httpx.codes.CREATED
    show = created.json()
    assert show["name"] == "A show"
    assert (await client.get("/stages")).json() == {"stages": [default, show], "default": "default"}
    assert (await client.delete(f"/stages/{show['id']}")).status_code == httpx.codes.NO_CONTENT
    assert (await client.get("/stages")).json()["stages"] == [default]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/stages", {"name": "default"}, 409),
        ("POST", "/stages", {"name": " "}, 400),
        ("POST", "/stages", {"name": "x" * 129}, 400),
        ("POST", "/stages", {"name": "x", "colour": "red"}, 400),
        ("POST", "/stages", {}, 400),
        ("DELETE", "/stages/default", None, 409),
        ("DELETE", "/stages/other", None, 404),
        ("GET", "/stages/other/participants", None, 404),
        ("DELETE", "/stages/other/participants/ann", None, 404),
        ("DELETE", "/stages/default/participants/ann", None, 404),
        ("POST", "/tokens", {"stage": "other", "publish": True}, 404),
        ("POST", "/tokens", {"publish": False, "subscribe": False}, 400),
        ("POST", "/tokens", {"minutes": 20161}, 400),
    ],
)
async def test_what_cannot_be_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, body: Any, status: int
) -> None:
    response = await client.request(method, path, json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    assert (await client.get("/stages")).json()["stages"][1:] == []


async def test_there_are_only_so_many_stages(tmp_path: Path) -> None:
    async with asked(Settings(data=tmp_path, max_stages=1)) as client:
        response = await client.post("/stages", json={"name": "show"})
    assert response.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert "CYCLORAMA_MAX_STAGES" in response.json()["detail"]


async def test_a_token_is_for_the_stage_that_was_asked_for(client: httpx.AsyncClient) -> None:
    show = (await client.post("/stages", json={"name": "show"})).json()
    for name in ("show", show["id"], show["resource"]):
        token = await minted(client, stage=name, publish=True, minutes=5)
        assert token["stage"] == show["id"]
        assert token["expires_at"] == pytest.approx(time.time() + 300, abs=5)
    assert (await minted(client, user_id="ann"))["stage"] == "default"
    await client.delete(f"/stages/{show['id']}")
    response = await client.post("/whip", content="v=0", headers=SDP | bearer(token["token"]))
    assert response.status_code == httpx.codes.FORBIDDEN
    assert response.json()["title"] == "The stage is over"


async def test_the_studios_stage_is_a_setting(tmp_path: Path) -> None:
    async with asked(Settings(data=tmp_path, stage="show")) as client:
        assert (await client.get("/stages")).json()["default"] == ""
        assert (await client.post("/tokens", json={})).status_code == httpx.codes.NOT_FOUND
        show = (await client.post("/stages", json={"name": "show"})).json()
        assert (await client.get("/stages")).json()["default"] == show["id"]
        assert (await minted(client))["stage"] == show["id"]


async def test_tokens_allow_what_was_asked_for(client: httpx.AsyncClient) -> None:
    blind = await minted(client, publish=True, subscribe=False)
    response = await client.post("/whep/x", content="v=0", headers=SDP | bearer(blind["token"]))
    assert response.status_code == httpx.codes.FORBIDDEN
    guest = await minted(client)
    response = await client.post("/whip", content="v=0", headers=SDP | bearer(guest["token"]))
    assert response.status_code == httpx.codes.FORBIDDEN


async def test_whoever_is_sent_away_is_refused(client: httpx.AsyncClient) -> None:
    token = await minted(client, publish=True)
    path = f"/stages/default/participants/{token['participant_id']}"
    assert (await client.delete(path)).status_code == httpx.codes.NOT_FOUND  # has not come yet
    shown = SDP | bearer(token["token"])
    assert (
        await client.post("/whip", content="rubbish", headers=shown)
    ).status_code == httpx.codes.BAD_REQUEST
    assert (await client.delete(path)).status_code == httpx.codes.NO_CONTENT
    refused = await client.post("/whip", content="rubbish", headers=shown)
    assert refused.status_code == httpx.codes.FORBIDDEN
    assert refused.json()["detail"].startswith("The host has removed you from this stage.")


async def test_nobody_is_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("/stages/default/participants")
    assert answer.json() == {"participants": [], "viewers": 0}


CREATORS = [
    ("POST", "/tokens"),
    ("GET", "/stages"),
    ("POST", "/stages"),
    ("DELETE", "/stages/default"),
    ("GET", "/stages/default/participants"),
    ("DELETE", "/stages/default/participants/ann"),
]


async def test_they_are_the_creators_where_strangers_may_come(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, host="0.0.0.0")
    async with asked(settings) as client:
        key = bearer((tmp_path / "creator-key").read_text())
        token = (await client.post("/tokens", json={"publish": True}, headers=key)).json()["token"]
        for method, path in CREATORS:
            for headers in ({}, bearer("wrong"), bearer(token)):
                response = await client.request(method, path, headers=headers, json={"name": "show"})
                assert response.status_code == httpx.codes.UNAUTHORIZED, (method, path)
        assert len((await client.get("/stages", headers=key)).json()["stages"]) == 1


class FakeBackend:
    """Stages somewhere else: what it is asked is in `calls`, and it raises `error` if there is one."""

    name = "fake"
    viewers_share = False

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.error: Exception | None = None
        self.stage = Stage("AbCdEf", "show", ARN, "https://whip.example")

    def _called(self, *call: Any) -> None:
        self.calls.append(call)
        if self.error:
            raise self.error

    async def create_stage(self, name: str) -> Stage:
        self._called("create", name)
        return self.stage

    async def list_stages(self) -> list[Stage]:
        self._called("list")
        return [self.stage]

    async def find_stage(self, stage: str) -> Stage:
        self._called("find", stage)
        return self.stage

    async def delete_stage(self, stage: str) -> None:
        self._called("delete", stage)

    async def mint_token(
        self,
        stage: str,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        self._called("mint", stage, user_id, attributes, publish, subscribe, minutes)
        return Token("a.b.c", "participant", 1_700_000_000)

    async def list_participants(self, stage: str) -> list[Participant]:
        self._called("participants", stage)
        return [Participant("participant", "ann", {"hat": "red"}, publishing=True, muted=Muted(audio=True))]

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        self._called("disconnect", stage, participant_id)

    async def aclose(self) -> None:
        self._called("close")


async def test_any_backend_will_do(tmp_path: Path) -> None:
    backend = FakeBackend()
    stage = {"id": "AbCdEf", "name": "show", "resource": ARN, "whip_url": "https://whip.example"}
    async with asked(Settings(data=tmp_path, stage=ARN), backend=backend) as client:
        assert (await client.get("/stages")).json() == {"stages": [stage], "default": "AbCdEf"}
        assert (await client.post("/stages", json={"name": "show"})).json() == stage
        assert (await client.get("/stages/AbCdEf/participants")).json() == {
            "participants": [
                {
                    "id": "participant",
                    "user_id": "ann",
                    "attributes": {"hat": "red"},
                    "publishing": True,
                    "muted": {"audio": True, "video": False},
                }
            ],
            "viewers": None,
        }
        assert (await client.delete("/stages/AbCdEf/participants/x")).status_code == 204
        assert (await client.delete("/stages/AbCdEf")).status_code == 204
        assert await minted(client, user_id="ann", subscribe=False, publish=True, minutes=3) == {
            "token": "a.b.c",
            "participant_id": "participant",
            "expires_at": 1_700_000_000,
            "stage": "AbCdEf",
        }
        # The local stage is there all the same, and knows nothing of theirs.
        response = await client.post("/whip", content="v=0", headers=SDP | bearer("a.b.c"))
        assert response.status_code == httpx.codes.UNAUTHORIZED
    assert backend.calls == [
        ("list",),
        ("create", "show"),
        ("participants", "AbCdEf"),
        ("disconnect", "AbCdEf", "x"),
        ("delete", "AbCdEf"),
        ("find", ARN),
        ("mint", ARN, "ann", {}, True, False, 3),
    ]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidRequest("x"), 400),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (TooMany("x", 7), 429),
        (Throttled("x", 7), 503),
    ],
)
async def test_a_backends_errors_are_answered(tmp_path: Path, error: Exception, status: int) -> None:
    backend = FakeBackend()
    backend.error = error
    async with asked(Settings(data=tmp_path), backend=backend) as client:
        for method, path in CREATORS:
            response = await client.request(method, path, json={"name": "show"} if path == "/stages" else {})
            assert response.status_code == status, (method, path)
            assert response.headers["content-type"] == PROBLEM
            assert response.headers.get("retry-after") == ("7" if status > 409 else None)


async def test_a_link_to_a_local_stage_carries_a_token_that_all_share(client: httpx.AsyncClient) -> None:
    link = (await client.post("/links", json={"minutes": 5})).json()
    assert link["stage"] == "default"
    assert link["expires_at"] == pytest.approx(time.time() + 300, abs=5)
    headers = SDP | bearer(link["token"])
    assert (await client.post("/whep/nobody", content="v=0\r\n", headers=headers)).status_code == 404
    assert (await client.post("/whip", content="v=0\r\n", headers=headers)).status_code == 403
    refused = await client.post("/viewers", headers=bearer(link["token"]))
    assert refused.status_code == 403


async def test_a_link_to_a_stage_elsewhere_carries_a_ticket_for_a_token_for_each_viewer(
    tmp_path: Path,
) -> None:
    backend = FakeBackend()
    async with asked(Settings(data=tmp_path, stage=ARN), backend=backend) as client:
        link = (await client.post("/links", json={"minutes": 10})).json()
        assert link["stage"] == "AbCdEf"
        for _ in range(2):
            answer = await client.post("/viewers", headers=bearer(link["token"]))
            assert answer.json() == {
                "token": "a.b.c",
                "participant_id": "participant",
                "expires_at": 1_700_000_000,
            }
        minted = [call for call in backend.calls if call[0] == "mint"]
        assert minted == [("mint", ARN, "viewer", {}, False, True, 9)] * 2
        # it opens nothing else, here or there
        for path in ("/whip", "/whep/nobody"):
            refused = await client.post(path, content="v=0\r\n", headers=SDP | bearer(link["token"]))
            assert refused.status_code == 403


@pytest.mark.parametrize("shown", [{}, bearer("a.b.c"), {"Authorization": "Basic x"}])
async def test_who_has_no_ticket_gets_no_token(tmp_path: Path, shown: dict[str, str]) -> None:
    backend = FakeBackend()
    async with asked(Settings(data=tmp_path, stage=ARN), backend=backend) as client:
        answer = await client.post("/viewers", headers=shown)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == PROBLEM
    assert not backend.calls


async def test_an_expired_ticket_is_refused(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, stage=ARN)
    async with asked(settings, backend=FakeBackend()) as client:
        expired = Signer.at(tmp_path).mint(
            Address(f"cyclorama:audience/{ARN}", "AbCdEf", "", ""),
            user_id="viewer",
            attributes={},
            publish=False,
            subscribe=True,
            minutes=-1,
        )
        answer = await client.post("/viewers", headers=bearer(expired.token))
        assert answer.status_code == 401
        assert "expired" in answer.json()["detail"]
