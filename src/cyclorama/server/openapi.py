"""The description of the HTTP face, as it really answers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from cyclorama.server import creator, problems
from cyclorama.wire import problem

PARTICIPANT = "participantToken"
SCHEMES = {PARTICIPANT: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
FOR_PARTICIPANTS: dict[str, Any] = {"security": [{PARTICIPANT: []}]}


def binary(*media_types: str) -> dict[str, Any]:
    """Return the content of a body of bytes."""
    content = {"schema": {"type": "string", "format": "binary"}}
    return {"content": dict.fromkeys(media_types, content)}


class Described(FastAPI):
    """An application whose description tells of our problem documents in place of FastAPI's own."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI description."""
        if not self.openapi_schema:
            components = super().openapi().setdefault("components", {})
            components.setdefault("securitySchemes", {}).update(SCHEMES)
            schemas = components.setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schemas["Problem"] = problem.SCHEMA
            for path, operations in super().openapi()["paths"].items():
                for method, operation in operations.items():
                    _mend(operation)
                    if "security" in operation and (method.upper(), path) in creator.GUESTS:
                        operation["security"] += FOR_PARTICIPANTS["security"]
        return super().openapi()


def _mend(operation: dict[str, Any]) -> None:
    """Say what Guard and our answer to a wrong request do to every operation."""
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    statuses = {400, 403, 500}
    if "requestBody" in operation:
        statuses.add(413)
    for status, response in problems.documented(*statuses).items():
        responses.setdefault(str(status), response)
