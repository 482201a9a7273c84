"""Amazon Bedrock on loopback: InvokeModel for Stability's models, ApplyGuardrail and GetFoundationModel."""

from __future__ import annotations

import select
import threading
from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self

from tests.fakes.aws import NotTaken, Operations, Reply, Request, answer, error, invalid
from tests.fakes.bedrock_models import paint

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

INVOKE, APPLY, GET = "InvokeModel", "ApplyGuardrail", "GetFoundationModel"
SERVICES = {"bedrock-runtime": (INVOKE, APPLY), "bedrock": (GET,)}

HANG: Literal["hang"] = "hang"  # the answer does not come until the client hangs up or `let_go` is called
HALF: Literal["half"] = "half"  # half of the answer comes, and then as above
CUT: Literal["cut"] = "cut"  # the connection ends without an answer
GARBAGE: Literal["garbage"] = "garbage"  # what comes is no HTTP

Turn = Reply | Literal["hang", "half", "cut", "garbage"]


class FakeBedrock:
    """Serves while its context is open, under `endpoint_url`.

    Args:
        region: for which requests must be signed.
        context: serves over TLS with this.

    Attributes:
        models: what GetFoundationModel tells of each model; change it as you like.
        requests: all that were understood, in the order in which they came.
        hung_up: counts clients that went away while they waited for an answer.
        words, pictures: whether the guardrail minds a text, or the bytes of a picture.
        guards_pictures: whether it has filters for images at all.
    """

    def __init__(self, region: str = "us-west-2", context: ssl.SSLContext | None = None) -> None:
        self.region = region
        self.models: dict[str, dict[str, Any]] = {
            name: {"modelLifecycle": {"status": "ACTIVE"}, "inferenceTypesSupported": ["ON_DEMAND"]}
            for name in (
                "stability.stable-image-core-v1:1",
                "stability.stable-image-ultra-v1:1",
                "stability.sd3-5-large-v1:0",
                "stability.stable-diffusion-xl-v1",
            )
        }
        self.requests: list[Request] = []
        self.hung_up = threading.Semaphore(0)
        self.waiting = threading.Semaphore(0)  # counts requests that began to hang
        self.words: Callable[[str], bool] = lambda _: False
        self.pictures: Callable[[bytes], bool] = lambda _: False
        self.guards_pictures = True
        self._turns: dict[str, deque[Turn]] = defaultdict(deque)
        self._free = threading.Event()
        self._lock = threading.Lock()
        self._operations = Operations(SERVICES, region)
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

    def then(self, *turns: Turn, operation: str = INVOKE) -> None:
        """Answer the next requests for `operation` with these, and later ones as usual."""
        self._turns[operation].extend(turns)

    def let_go(self) -> None:
        """Answer, as usual, all that hang now or would later."""
        self._free.set()

    def ended(self, model: str, on: datetime, status: str = "LEGACY") -> None:
        """Let `model` have an end of life."""
        self.models[model]["modelLifecycle"] = {"status": status, "endOfLifeTime": on.isoformat()}

    def _serve(self, handler: _Handler) -> None:
        turn: Turn | None = None
        try:
            request = self._operations.understand(handler)
            with self._lock:
                self.requests.append(request)
                turns = self._turns[request.operation]
                turn = turns.popleft() if turns else None
            reply = turn if isinstance(turn, Reply) else self._usual(request)
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

    def _usual(self, request: Request) -> Reply:
        if request.operation == GET:
            return self._model(request.params["modelIdentifier"])
        if request.operation == APPLY:
            return self._guard(request.params)
        return paint(request)

    def _model(self, name: str) -> Reply:
        name = name.rpartition("/")[2]
        if name not in self.models:
            return error(
                404,
                "ResourceNotFoundException",
                "Could not resolve the foundation model from the model identifier.",
            )
        arn = f"arn:aws:bedrock:{self.region}::foundation-model/{name}"
        return answer({"modelDetails": {"modelArn": arn, "modelId": name, **self.models[name]}})

    def _guard(self, params: dict[str, Any]) -> Reply:
        texts = [part["text"]["text"] for part in params["content"] if "text" in part]
        images = [part["image"]["source"]["bytes"] for part in params["content"] if "image" in part]
        if any(len(image) > 4_000_000 for image in images):
            raise invalid("The image exceeds the maximum size of 4 MB.")
        minded = any(map(self.words, texts)) or (self.guards_pictures and any(map(self.pictures, images)))
        found = {"type": "VIOLENCE", "confidence": "HIGH", "filterStrength": "HIGH", "action": "BLOCKED"}
        units = ("topic", "content", "word", "sensitiveInformation", "contextualGrounding")
        guarded = len(images) if self.guards_pictures else 0
        return answer(
            {
                "usage": dict.fromkeys([f"{unit}PolicyUnits" for unit in units], 1)
                | {"sensitiveInformationPolicyFreeUnits": 0, "contentPolicyImageUnits": guarded},
                "action": "GUARDRAIL_INTERVENED" if minded else "NONE",
                "outputs": [{"text": "We do not show violence."}] if minded else [],
                "assessments": [{"contentPolicy": {"filters": [found]}}] if minded else [],
                "guardrailCoverage": {"images": {"guarded": guarded, "total": len(images)}},
            }
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, bedrock: FakeBedrock) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bedrock = bedrock

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let clients go away in silence."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.server.bedrock._serve(self)

    def do_POST(self) -> None:
        self.server.bedrock._serve(self)

    def send(self, reply: Reply, only: int | None = None) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[:only])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the base class's name
        pass


def in_days(days: float) -> datetime:
    """Return a moment so many days from now."""
    return datetime.now(UTC) + timedelta(days=days)
