"""What services of AWS have in common: how they are asked, and how they answer.

Every request is held against botocore's own model of the service. What that would not take is answered with
the error that it gives.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import botocore.session
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    import pytest
    from botocore.model import ServiceModel

SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 "
    r"Credential=(?P<key>\w+)/(?P<day>\d{8})/(?P<region>[\w-]+)/(?P<service>\w+)/aws4_request, "
    r"SignedHeaders=(?P<headers>[\w;-]+), Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def answer(body: object) -> Reply:
    """Return JSON."""
    return Reply(json.dumps(body).encode())


def error(status: int, code: str, message: str, **headers: str) -> Reply:
    """Return an error as AWS's REST-JSON protocol writes it; `retry_after` becomes Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"message": message}).encode(), status, {"x-amzn-ErrorType": code, **named})


@dataclass(frozen=True)
class Request:
    """What was asked, as the service understood it; `port` is the client's, one for each connection."""

    operation: str
    params: dict[str, Any]
    headers: dict[str, str]
    port: int

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that went to the model."""
        parsed: dict[str, Any] = json.loads(self.params["body"])
        return parsed


class NotTaken(Exception):
    """The request is wrong, and gets this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body.decode())
        self.reply = reply


def invalid(message: str) -> NotTaken:
    """Return what AWS says of wrong values."""
    return NotTaken(error(400, "ValidationException", message))


@cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


class Operations:
    """Understands requests for some operations of some services, by botocore's models of them."""

    def __init__(self, services: dict[str, tuple[str, ...]], region: str) -> None:
        self._region = region
        self.models = [
            _service(service).operation_model(name) for service, names in services.items() for name in names
        ]

    def understand(self, handler: BaseHTTPRequestHandler) -> Request:
        """Read the request that `handler` is at.

        Raises:
            NotTaken: it is not signed, not for these operations, or not as the service wants it.
        """
        sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        for model in self.models:
            uri = re.escape(model.http["requestUri"])
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", uri)
            found = re.fullmatch(pattern, urlsplit(handler.path).path)
            if found and handler.command == model.http["method"]:
                break
        else:
            raise NotTaken(error(404, "UnknownOperationException", ""))
        self.check_signature(headers, model.service_model.signing_name)
        shape: Any = model.input_shape
        params: dict[str, Any] = {key: unquote(value) for key, value in found.groupdict().items()}
        for name, member in shape.members.items():
            header = member.serialization.get("name", name).lower()
            if member.serialization.get("location") == "header" and header in headers:
                params[name] = headers[header]
        if payload := shape.serialization.get("payload"):
            params[payload] = sent
        elif sent:
            params |= _typed(json.loads(sent), shape)
        report = ParamValidator().validate(params, shape)
        if report.has_errors():
            raise invalid(report.generate_report())
        check_values(params, shape)
        return Request(model.name, params, headers, handler.client_address[1])

    def answer(self, operation: str, body: dict[str, Any]) -> Reply:
        """Return JSON, held against the model of the operation's answer."""
        shape: Any = next(model for model in self.models if model.name == operation).output_shape
        params = _typed(body, shape)
        report = ParamValidator().validate(params, shape)
        assert not report.has_errors(), report.generate_report()
        check_values(params, shape)
        return answer(body)

    def check_signature(self, headers: dict[str, str], service: str) -> None:
        """Stop unless the request is signed for this service and region."""
        signed = SIGNED.fullmatch(headers.get("authorization", ""))
        if not signed:
            raise NotTaken(error(403, "MissingAuthenticationTokenException", "Missing Authentication Token"))
        if (signed["region"], signed["service"]) != (self._region, service):
            raise NotTaken(
                error(
                    403,
                    "InvalidSignatureException",
                    f"Credential should be scoped to a valid region or service, not {signed[0]}.",
                )
            )
        if not {"host", "x-amz-date"} <= set(signed["headers"].split(";")):
            raise NotTaken(error(403, "IncompleteSignatureException", "host and x-amz-date must be signed."))


def _typed(value: Any, shape: Any) -> Any:
    """Return JSON as the types of `shape`: bytes for blobs."""
    if shape.type_name == "structure" and isinstance(value, dict):
        unknown = set(value) - set(shape.members)
        if unknown:
            raise invalid(f"Unknown members {sorted(unknown)}")
        return {name: _typed(part, shape.members[name]) for name, part in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_typed(part, shape.member) for part in value]
    if shape.type_name == "blob":
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError) as broken:
            raise NotTaken(error(400, "SerializationException", "Not base64")) from broken
    return value


def check_values(value: Any, shape: Any) -> None:
    """Check patterns and enumerations, which botocore leaves to the service."""
    if shape.type_name == "structure":
        for name, part in value.items():
            check_values(part, shape.members[name])
    elif shape.type_name == "list":
        for part in value:
            check_values(part, shape.member)
    elif shape.type_name == "string":
        pattern, enum = shape.metadata.get("pattern"), shape.metadata.get("enum")
        if pattern and not re.fullmatch(pattern, value):
            raise invalid(f"Value {value!r} failed to satisfy constraint: must match {pattern}")
        if enum and value not in enum:
            raise invalid(f"Value {value!r} failed to satisfy constraint: must be one of {enum}")


def credentials(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let boto3 find keys that open nothing, and nothing of the machine's own."""
    for name in (
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_SESSION_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
