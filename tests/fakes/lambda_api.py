"""AWS Lambda's runtime API (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), for one environment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Event:
    """What a function is asked; its `deadline` is in Unix seconds."""

    id: str
    function: str
    payload: bytes
    deadline: float


class Asked(Protocol):
    """Who gives out events and takes what becomes of them."""

    def next_event(self) -> Event | None:
        """Give the next event, once there is one; None when there is none any more."""

    def take(self, request_id: str, sent: bytes, *, failed: bool) -> int:
        """Take an answer or an error; return the status with which to say so."""

    def take_init_error(self, sent: bytes) -> None:
        """Take why the function could not even begin."""


class RuntimeApi(ThreadingHTTPServer):
    """A server that is not serving yet."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, environment: Asked) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.environment = environment

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a process that was ended go away in silence."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        if self.path != f"{API}/invocation/next":
            self._send(404, b"{}")
            return
        if event := self.server.environment.next_event():
            headers = {
                "Lambda-Runtime-Aws-Request-Id": event.id,
                "Lambda-Runtime-Deadline-Ms": str(round(event.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": event.function,
                "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):x}-{event.id.replace('-', '')[:24]}",
            }
            self._send(200, event.payload, headers)

    def do_POST(self) -> None:
        sent = self._read()
        environment = self.server.environment
        match self.path.removeprefix(API).split("/"):
            case ["", "invocation", request_id, "response"]:
                status = environment.take(request_id, sent, failed=False)
            case ["", "invocation", request_id, "error"]:
                status = environment.take(request_id, sent, failed=True)
            case ["", "init", "error"]:
                environment.take_init_error(sent)
                status = 202
            case _:
                status = 404
        self._send(status, b'{"status": "OK"}' if status == 202 else b"{}")

    def _read(self) -> bytes:
        """Read what was sent: the runtime client sends answers in chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] = {}) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the base class's name
        pass
