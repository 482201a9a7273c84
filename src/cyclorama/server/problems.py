"""Every error leaves as `application/problem+json` (RFC 9457): what happened, what it means, what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from cyclorama.errors import CycloramaError, Unauthorized, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
CLIENT_LEFT = 499  # as nginx calls it; nobody reads it but the log
SCHEMA = {
    "type": "object",
    "description": "What happened, what it means, what to do next (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
}


def body(title: str, status: int, detail: str) -> dict[str, Any]:
    """Return a problem document."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def of(error: Exception) -> dict[str, Any]:
    """Return the problem document of an error; one that we did not foresee goes to the log."""
    if isinstance(error, CycloramaError):
        return body(error.title, error.status, error.detail)
    logger.error("unexpected error", exc_info=error)
    detail = "The server met an error that it does not know. Its log says more; please report it."
    return body("Internal error", 500, detail)


def response(document: dict[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Answer with a problem document."""
    return JSONResponse(document, document["status"], headers, media_type=MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problem responses of a route for its OpenAPI description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        | ({"headers": RETRY_AFTER} if status in {429, 503} else {})
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Let `app` answer every error as a problem document."""

    @app.exception_handler(CycloramaError)
    async def ours(_: Request, error: CycloramaError) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthorized) else {}
        if (seconds := getattr(error, "retry_after", None)) is not None:
            headers["Retry-After"] = str(seconds)
        return response(of(error), headers)

    @app.exception_handler(ClientDisconnect)
    async def left(_: Request, __: ClientDisconnect) -> Response:
        return Response(status_code=CLIENT_LEFT)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return response(body("Invalid request", 400, in_words(error.errors())))

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        title = HTTPStatus(error.status_code).phrase
        return response(body(title, error.status_code, str(error.detail)), error.headers)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        return response(of(error))
