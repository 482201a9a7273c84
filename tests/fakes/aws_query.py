"""AWS's oldest protocol: questions as forms, answers as XML, both held against botocore's models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.validate import ParamValidator

from tests.fakes.aws import NotTaken, Operations, Reply, Request, check_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.server import BaseHTTPRequestHandler

XML = {"Content-Type": "text/xml"}


class QueryOperations(Operations):
    """Understands and answers the operations of one service."""

    def understand(self, handler: BaseHTTPRequestHandler) -> Request:
        sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in handler.headers.items()}
        form = dict(parse_qsl(sent, keep_blank_values=True, strict_parsing=True))
        model = next((each for each in self.models if each.name == form.get("Action")), None)
        if model is None or form.pop("Version", "") != model.service_model.api_version:
            raise NotTaken(refused("InvalidAction", f"Could not find operation {form.get('Action')}"))
        del form["Action"]
        self.check_signature(headers, model.service_model.signing_name)
        shape: Any = model.input_shape
        params = _read(form, "", shape)
        if form:
            raise NotTaken(refused("MalformedQueryString", f"Unknown members {sorted(form)}"))
        report = ParamValidator().validate(params, shape)
        if report.has_errors():
            raise NotTaken(refused("ValidationError", report.generate_report()))
        try:
            check_values(params, shape)
        except NotTaken as error:
            raise NotTaken(refused("ValidationError", str(error))) from error
        return Request(model.name, params, headers, handler.client_address[1])

    def answer(self, operation: str, body: dict[str, Any]) -> Reply:
        model = next(each for each in self.models if each.name == operation)
        inner = ""
        if model.output_shape is not None:
            report = ParamValidator().validate(body, model.output_shape)
            # Not the values: botocore's model does not know all states that CloudFormation tells.
            assert not report.has_errors(), report.generate_report()
            wrapper = model.output_shape.serialization["resultWrapper"]
            inner = f"<{wrapper}>{_write(body, model.output_shape)}</{wrapper}>"
        ended = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
        space = model.service_model.metadata["xmlNamespace"]
        text = f'<{operation}Response xmlns="{space}">{inner}{ended}</{operation}Response>'
        return Reply(text.encode(), 200, XML)


def refused(code: str, message: str, status: int = 400) -> Reply:
    """Return an error as this protocol writes it."""
    said = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
    return Reply(
        f"<ErrorResponse><Error>{said}</Error><RequestId>1</RequestId></ErrorResponse>".encode(), status, XML
    )


def _read(form: dict[str, str], path: str, shape: Any) -> Any:
    """Take what is at `path` out of the form."""
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            inner = f"{path}.{name}" if path else name
            if _begins(form, inner):
                found[name] = _read(form, inner, member)
        return found
    if shape.type_name == "list":
        if form.get(path) == "":
            del form[path]
            return []
        items: list[Any] = []
        while _begins(form, f"{path}.member.{len(items) + 1}"):
            items.append(_read(form, f"{path}.member.{len(items) + 1}", shape.member))
        return items
    text = form.pop(path)
    match shape.type_name:
        case "boolean":
            return {"true": True, "false": False}[text]
        case "integer":
            return int(text)
    return text


def _begins(form: Mapping[str, str], path: str) -> bool:
    return path in form or any(name.startswith(f"{path}.") for name in form)


def _write(value: Any, shape: Any) -> str:
    match shape.type_name:
        case "structure":
            return "".join(
                f"<{name}>{_write(part, shape.members[name])}</{name}>" for name, part in value.items()
            )
        case "list":
            return "".join(f"<member>{_write(part, shape.member)}</member>" for part in value)
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            return str(value.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    return escape(str(value))
