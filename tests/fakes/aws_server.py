"""A service of AWS on loopback, over real HTTP, which can also hang, break off and talk nonsense."""

from __future__ import annotations

import select
import threading
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self

from tests.fakes.aws import NotTaken, Operations, Reply, Request

if TYPE_CHECKING:
    import ssl

HANG: Literal["hang"] = "hang"  # the answer does not come until the client hangs up or `let_go` is called
HALF: Literal["half"] = "half"  # half of the answer comes, and then as above
CUT: Literal["cut"] = "cut"  # the connection ends without an answer
GARBAGE: Literal["garbage"] = "garbage"  # what comes is no HTTP

Turn = Reply | Literal["hang", "half", "cut", "garbage"]


class FakeAws(ABC):
    """Serves while its context is open, under `endpoint_url`.

    Args:
        services: the operations that it knows, by botocore's names of services.
        region: for which requests must be signed.
        context: serves over TLS with this.
        kind: how these services are spoken with.

    Attributes:
        requests: all that were understood, in the order in which they came.
        hung_up: counts clients that went away while they waited for an answer.
        waiting: counts requests that began to hang.
    """

    def __init__(
        self,
        services: dict[str, tuple[str, ...]],
        region: str,
        context: ssl.SSLContext | None = None,
        kind: type[Operations] = Operations,
    ) -> None:
        self.region = region
        self.requests: list[Request] = []
        self.hung_up = threading.Semaphore(0)
        self.waiting = threading.Semaphore(0)
        self.operations = kind(services, region)
        self._turns: dict[str, deque[Turn]] = defaultdict(deque)
        self._free = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(self)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if context else "http"
        self.endpoint_url = f"{scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @abstractmethod
    def usual(self, request: Request) -> Reply:
        """Answer a request that the service takes.

        Raises:
            NotTaken: it does not after all.
        """

    def then(self, *turns: Turn, operation: str) -> None:
        """Answer the next requests for `operation` with these, and later ones as usual."""
        self._turns[operation].extend(turns)

    def let_go(self) -> None:
        """Answer, as usual, all that hang now or would later."""
        self._free.set()

    def _serve(self, handler: _Handler) -> None:
        turn: Turn | None = None
        try:
            request = self.operations.understand(handler)
            with self._lock:
                self.requests.append(request)
                turns = self._turns[request.operation]
                turn = turns.popleft() if turns else None
            reply = turn if isinstance(turn, Reply) else self.usual(request)
        except NotTaken as refusal:
            reply = refusal.reply
        match turn:
            case "hang":
                if self._hold(handler):
                    handler.send(reply)
            case "half":
                handler.send(reply, len(reply.body) // 2)
                if self._hold(handler):
                    handler.wfile.write(reply.body[len(reply.body) // 2 :])
            case "cut":
                handler.close_connection = True
            case "garbage":
                handler.wfile.write(b"\x00\xff nonsense\r\n\r\n")
                handler.close_connection = True
            case _:
                handler.send(reply)

    def _hold(self, handler: _Handler) -> bool:
        """Wait; return whether the client is still there."""
        self.waiting.release()
        while not self._free.is_set():
            if select.select([handler.connection], [], [], 0.02)[0]:
                handler.close_connection = True
                self.hung_up.release()
                return False
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, service: FakeAws) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let clients go away in silence."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.server.service._serve(self)

    def do_POST(self) -> None:
        self.server.service._serve(self)

    def send(self, reply: Reply, only: int | None = None) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[:only])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the base class's name
        pass
