"""The description of the HTTP face says how it answers, whatever it is asked."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cyclorama.server.app import create_app
from cyclorama.settings import Settings

from .conftest import asked

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from cyclorama.backgrounds.generators import Generators

pytestmark = pytest.mark.unit

HOST = {"Host": "localhost"}
schemathesis.serializer.alias(["application/zip", "application/sdp"], "application/octet-stream")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_described_whatever_is_asked(
    settings: Settings, generators: Generators, subtests: pytest.Subtests, mode: GenerationMode
) -> None:
    app = create_app(settings.model_copy(update={"generator": "fake"}), generators)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=HOST)
    try:
        for result in schema.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr] # where the description is wrong, this fails
            if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
                continue  # nothing in it can be wrong
            with subtests.test(operation.label), suppress(Unsatisfiable):  # of bytes, none are wrong
                probe(operation, mode)
    finally:
        asgi.shutdown_lifespans()


def probe(operation: schemathesis.schemas.APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
    @examples(
        max_examples=8,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        # A schema cannot say all: how many pixels there may be, or what an SDP offer is.
        case.call_and_validate(headers=HOST, excluded_checks=[positive_data_acceptance])

    ask()


async def test_every_route_is_described_with_its_problems(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert "HTTPValidationError" not in str(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert {"400", "403", "500"} <= set(operation["responses"]), (method, path)
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (method, path, status)


async def test_it_says_who_must_show_what(tmp_path: Path) -> None:
    async with asked(Settings(host="0.0.0.0", data=tmp_path), "studio.example") as client:
        description = (await client.get("/openapi.json")).json()
    paths = description["paths"]
    assert paths["/tokens"]["post"]["security"] == [{"creatorKey": []}]
    assert paths["/backgrounds"]["post"]["security"] == [{"creatorKey": []}, {"participantToken": []}]
    assert paths["/whip"]["post"]["security"] == [{"participantToken": []}]
    assert "security" not in paths["/config"]["get"]
    assert set(description["components"]["securitySchemes"]) == {"creatorKey", "participantToken"}
