"""Other sites that call the deployed studio's API from a browser: those that are named, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.aws import template
from tests.fakes.deployment import Deployment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.aws

SITE = "https://example.org"


@pytest.fixture(scope="module")
def elsewhere(functions: Path) -> Iterator[httpx.Client]:
    given = {"AllowOrigins": f"{SITE},http://localhost:5173"}
    with (
        Deployment(template.text(), (functions,), given) as deployment,
        httpx.Client(base_url=deployment.url, headers={"Origin": SITE}, timeout=40) as client,
    ):
        key = "library/one/image.png"
        deployment.client("s3").put_object(Bucket=deployment.library, Key=key, ContentType="image/png")
        yield client


def test_a_named_site_may_ask(elsewhere: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = elsewhere.options("/backgrounds", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == SITE
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert elsewhere.get("/config").headers["access-control-allow-origin"] == SITE
    refused = elsewhere.post("/backgrounds", json={})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == SITE, "so that the site learns why"


def test_a_named_site_may_show_pictures(elsewhere: httpx.Client) -> None:
    shown = elsewhere.get("/library/one/image.png")
    assert shown.status_code == 200
    assert shown.headers["access-control-allow-origin"] == SITE
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"


def test_another_site_may_not(elsewhere: httpx.Client) -> None:
    stranger = {"Origin": "https://else.example"}
    for path in ("/config", "/library/one/image.png"):
        assert "access-control-allow-origin" not in elsewhere.get(path, headers=stranger).headers
    asked = stranger | {"Access-Control-Request-Method": "POST"}
    preflight = elsewhere.options("/backgrounds", headers=asked)
    assert "access-control-allow-origin" not in preflight.headers
