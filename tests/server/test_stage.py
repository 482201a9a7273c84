"""The stage's routes in the whole application, without media."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.unit

SDP = {"Content-Type": "application/sdp"}


async def minted(client: httpx.AsyncClient, *, publish: bool) -> dict[str, str]:
    response = await client.post("/tokens", json={"user_id": "ann", "publish": publish})
    assert response.status_code == httpx.codes.OK
    return {"Authorization": f"Bearer {response.json()['token']}"}


async def test_a_minted_token_opens_the_stage(client: httpx.AsyncClient) -> None:
    host, guest = await minted(client, publish=True), await minted(client, publish=False)
    offer = "v=0\r\n"
    assert (await client.post("/whip", content=offer, headers=SDP | host)).status_code == 400
    assert (await client.post("/whip", content=offer, headers=SDP | guest)).status_code == 403
    assert (await client.post("/whep/nobody", content=offer, headers=SDP | guest)).status_code == 404


async def test_errors_are_problem_documents(client: httpx.AsyncClient) -> None:
    response = await client.post("/whip", headers=SDP)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["status"] == 401


@pytest.mark.parametrize("path", ["/whip/x", "/whep/x/y"])
async def test_candidates_are_not_trickled(client: httpx.AsyncClient, path: str) -> None:
    response = await client.patch(path)
    assert response.status_code == 405
    assert response.headers["allow"] == "DELETE, OPTIONS"
    assert response.json()["detail"].startswith("Candidates")
    assert (await client.options(path)).headers["allow"] == "DELETE, OPTIONS"


@pytest.mark.parametrize("path", ["/whip", "/whep/x"])
async def test_clients_can_ask_what_to_send(client: httpx.AsyncClient, path: str) -> None:
    response = await client.options(path)
    assert response.status_code == 204
    assert response.headers["accept-post"] == "application/sdp"
