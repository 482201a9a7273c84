from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse, Response

from cyclorama.aws.deploy import provider
from cyclorama.errors import InvalidRequest
from tests.fakes.oidc import FakeOidc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

pytestmark = pytest.mark.aws


class Odd(FakeOidc):
    """A provider that says something else of itself."""

    says: dict[str, Any]
    answers: Response | None = None

    async def answer(self, request: Request) -> Response:
        if self.answers:
            return self.answers
        answer = await super().answer(request)
        return JSONResponse(json.loads(bytes(answer.body)) | self.says)


@pytest.fixture(scope="module")
def running() -> Iterator[Odd]:
    with Odd() as running:
        yield running


@pytest.fixture
def odd(running: Odd) -> Odd:
    running.says, running.answers = {}, None
    return running


def test_one_that_can_be_used(odd: Odd) -> None:
    provider.check(odd.issuer)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"issuer": "https://login.example.org/"}, "letter by letter"),
        ({"jwks_uri": None}, "RS256"),
        ({"id_token_signing_alg_values_supported": ["ES256"]}, "RS256"),
        ({"token_endpoint": "https://tokens.example.org/token"}, "another host"),
    ],
)
def test_one_that_is_no_use_here(odd: Odd, says: dict[str, Any], words: str) -> None:
    odd.says = says
    with pytest.raises(InvalidRequest, match=words):
        provider.check(odd.issuer)


@pytest.mark.parametrize(
    "answer",
    [Response("no", 404), Response("<h1>Hello</h1>"), JSONResponse(["a list"]), Response(b"\xff\xfe")],
)
def test_one_that_gives_no_document(odd: Odd, answer: Response) -> None:
    odd.answers = answer
    with pytest.raises(InvalidRequest, match="openid-configuration"):
        provider.check(odd.issuer)


def test_one_that_is_not_there() -> None:
    with FakeOidc() as gone:
        issuer = gone.issuer
    with pytest.raises(InvalidRequest, match="gives no document"):
        provider.check(issuer)
