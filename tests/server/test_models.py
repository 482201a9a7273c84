from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from cyclorama import matting

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("model", matting.models().values(), ids=lambda model: model.name)
async def test_every_model_is_served_whole_and_kept_for_good(
    client: httpx.AsyncClient, model: matting.Model
) -> None:
    answer = await client.get(f"/models/{model.file}", params={"sha256": model.sha256})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cross-origin-embedder-policy"] == "require-corp"
    assert hashlib.sha256(answer.content).hexdigest() == model.sha256


@pytest.mark.parametrize("query", ["", "?sha256=", "?sha256=" + "0" * 64])
async def test_a_model_that_may_change_is_asked_for_again(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/models/selfie_segmentation.tflite{query}")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("file", ["models.json", "__init__.py", "nothing.tflite", "..%2Fmodels.json"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, file: str) -> None:
    answer = await client.get(f"/models/{file}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
