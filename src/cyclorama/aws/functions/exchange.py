"""What API Gateway asks, and how it is answered: payload format 2.0 of an HTTP API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from cyclorama.errors import CycloramaError, InvalidRequest, NotConfigured, TooLarge, in_words
from cyclorama.wire import bearer, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    M = TypeVar("M", bound=BaseModel)

MAX_JSON = 1_000_000
JSON = "application/json"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        route: the key of the API's route, such as `GET /backgrounds/{id}`.
        parameters: of the path.
        query: of the address; what is named twice has commas.
        headers: by names in lower case.
        claims: what the token says that the authorizer has let pass; None where there is no authorizer.
        body: as it came.
        left: seconds in which it has to be answered.
    """

    route: str
    parameters: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    claims: Mapping[str, Any] | None = field(repr=False)
    body: bytes = field(repr=False)
    left: float

    @classmethod
    def of(cls, event: Mapping[str, Any], left: float) -> Self:
        """Read an event.

        Raises:
            NotConfigured: it is not in payload format 2.0.
            InvalidRequest: the body is no base64, though the event says so.
        """
        if event.get("version") != "2.0" or "routeKey" not in event:
            raise NotConfigured(
                "This function answers an HTTP API of API Gateway in payload format 2.0, and was asked in "
                "another way. Set PayloadFormatVersion of its integration to 2.0."
            )
        body = event.get("body") or ""
        try:
            sent = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        except (binascii.Error, ValueError) as error:
            raise InvalidRequest("The request's body came broken. Send it again.") from error
        authorizer = event.get("requestContext", {}).get("authorizer") or {}
        return cls(
            event["routeKey"],
            event.get("pathParameters") or {},
            event.get("queryStringParameters") or {},
            {name.lower(): value for name, value in (event.get("headers") or {}).items()},
            (authorizer.get("jwt") or {}).get("claims") or None,
            sent,
            left,
        )

    def read(self, model: type[M]) -> M:
        """Return what the body says, which is JSON.

        Raises:
            TooLarge: it is larger than 1 MB.
            InvalidRequest: it says something else.
        """
        if len(self.body) > MAX_JSON:
            raise TooLarge(f"The request's body is larger than {MAX_JSON // 1_000_000} MB. Send less.")
        try:
            return model.model_validate_json(self.body)
        except ValidationError as error:
            raise InvalidRequest(in_words(error.errors())) from None  # the cause quotes the body

    def asked(self, model: type[M]) -> M:
        """Return what the address's query says.

        Raises:
            InvalidRequest: it says something else.
        """
        try:
            return model.model_validate(self.query)
        except ValidationError as error:
            raise InvalidRequest(in_words(error.errors())) from None

    @property
    def token(self) -> str:
        """The bearer token.

        Raises:
            Unauthorized: there is none.
        """
        return bearer.token(self.headers.get("authorization", ""))


@dataclass(frozen=True)
class Answer:
    """One answer; `body` is text, in `media_type`, or "" where there is none."""

    body: str = field(repr=False)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    media_type: str = JSON

    @classmethod
    def of(cls, content: BaseModel, status: int = 200, **headers: str) -> Self:
        """Answer with a model; `headers` by their names."""
        return cls(content.model_dump_json(), status, headers)

    @classmethod
    def nothing(cls) -> Self:
        """Answer that it is done, and there is nothing to say."""
        return cls("", 204)

    @classmethod
    def problem(cls, document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Self:
        """Answer with a problem document."""
        return cls(to_json(document).decode(), document["status"], headers or {}, problem.MEDIA_TYPE)

    @classmethod
    def failure(cls, error: Exception) -> Self:
        """Answer with what an error means."""
        known = problem.headers(error) if isinstance(error, CycloramaError) else {}
        return cls.problem(problem.of(error), known)

    def event(self) -> dict[str, Any]:
        """Return what API Gateway is told."""
        kind = {"Content-Type": self.media_type} if self.body else {}
        return {
            "statusCode": self.status,
            "headers": {**HEADERS, **kind, **self.headers},
            "body": self.body,
            "isBase64Encoded": False,
        }
