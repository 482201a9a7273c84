"""Every error leaves as `application/problem+json` (RFC 9457): what happened, what it means, what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from cyclorama.errors import CycloramaError, Unauthorized, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
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


def invalid(errors: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the problem document of a wrong request; `errors` are the `errors()` of pydantic or FastAPI."""
    return body("Invalid request", 400, in_words(errors))


def headers(error: CycloramaError) -> dict[str, str]:
    """Return the headers that belong to an error's answer: what to show, or when to ask again."""
    found = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthorized) else {}
    if (seconds := getattr(error, "retry_after", None)) is not None:
        found["Retry-After"] = str(seconds)
    return found
