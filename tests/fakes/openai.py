"""A server with the OpenAI images API, over real HTTP on loopback, for tests of whoever asks one."""

from __future__ import annotations

import io
import socket
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from openai.types.image_generate_params import ImageGenerateParamsNonStreaming
from PIL import Image
from pydantic import TypeAdapter, ValidationError, with_config
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.serving import Threaded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request


@with_config({"extra": "forbid"})
class Body(ImageGenerateParamsNonStreaming):
    """What the SDK's own types say that the API takes, and nothing else."""


BODY: TypeAdapter[Body] = TypeAdapter(Body)


@dataclass
class Failure:
    """An answer that is an error, in the API's form unless `body` is another one."""

    status: int
    message: str = "It failed."
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def response(self) -> Response:
        error = {"message": self.message, "type": "some_error", "param": None, "code": self.code}
        return JSONResponse(self.body or {"error": error}, self.status, self.headers)


@dataclass
class FakeOpenAI:
    """Answers with one plain colour that depends on the seed, in the size that is asked for.

    Attributes:
        key: that it wants; "" lets everyone in.
        fields: beyond OpenAI's own, which it takes.
        failures: the next answers, first to last, before it paints.
        answer: the body of the answer in place of a picture, or a picture's file.
        url: answered in place of the picture; "" for none, "here" for where it really lies.
        revised: the prompt as it rewrote it.
        hangs: whether it takes for ever.
        has_models: whether it has the route that lists them.
        bodies, headers: of every request for a picture.
        fetched: how many pictures were fetched by URL.
        asked: set when a request is there.
        left: set when the other side closed the connection while it was hanging.
    """

    key: str = ""
    fields: frozenset[str] = frozenset()
    failures: list[Failure] = field(default_factory=list)
    answer: Any = None
    url: str = ""
    revised: str | None = None
    hangs: bool = False
    has_models: bool = True
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    fetched: int = 0
    asked: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = Starlette(
            routes=[
                Route("/v1/models", self._models),
                Route("/v1/images/generations", self._generate, methods=["POST"]),
                Route("/pictures/whole.png", self._picture),
                Route("/pictures/endless.png", self._endless),
                Route("/pictures/elsewhere.png", self._elsewhere),
            ]
        )
        self._serving = Threaded(app, listening, log_level="critical")
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.stop()

    def forget(self) -> None:
        """Be as new, at the same address."""
        vars(self).update(vars(FakeOpenAI()))

    @property
    def base(self) -> str:
        """The base URL of the API."""
        return f"{self.origin}/v1"

    def _let_in(self, request: Request) -> Response | None:
        if self.failures:
            return self.failures.pop(0).response()
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return Failure(401, f"Incorrect API key: {request.headers.get('authorization')}.").response()
        return None

    async def _models(self, request: Request) -> Response:
        if not self.has_models:
            return JSONResponse({"detail": "Not Found"}, 404)
        listed = {
            "object": "list",
            "data": [{"id": "tiny", "object": "model", "created": 0, "owned_by": "me"}],
        }
        return await self._hung(request) or self._let_in(request) or JSONResponse(listed)

    async def _generate(self, request: Request) -> Response:
        body = await request.json()
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        if error := await self._hung(request) or self._let_in(request) or self._wrong(body):
            return error
        if isinstance(self.answer, bytes):
            return Response(self.answer, media_type="text/html")
        if self.answer is not None:
            return JSONResponse(self.answer)
        picture: dict[str, str | None] = {"revised_prompt": self.revised}
        if self.url:
            here = f"{self.origin}/pictures/whole.png"
            picture["url"] = here if self.url == "here" else self.url
        else:
            picture["b64_json"] = b64encode(_file(*_size(body), body.get("seed", 0))).decode()
        return JSONResponse({"created": 0, "data": [picture]})

    def _wrong(self, body: dict[str, Any]) -> Response | None:
        own = {name: value for name, value in body.items() if name not in self.fields}
        try:
            BODY.validate_python(own, strict=True)
        except ValidationError as error:
            return Failure(400, f"Unknown parameter: {error}").response()
        model = body.get("model", "")
        if model.startswith("gpt-image") and "response_format" in body:
            return Failure(400, "Unknown parameter: 'response_format'.", "unknown_parameter").response()
        return None

    async def _hung(self, request: Request) -> Response | None:
        self.asked.set()
        if not self.hangs:
            return None
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.left.set()
        return Response()

    async def _picture(self, _: Request) -> Response:
        self.fetched += 1
        return Response(_file(64, 64, 0), media_type="image/png")

    async def _endless(self, request: Request) -> Response:
        async def more() -> AsyncIterator[bytes]:
            while not await request.is_disconnected():
                yield bytes(100_000)
            self.left.set()

        return StreamingResponse(more(), media_type="image/png")

    async def _elsewhere(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["to"])


def _size(body: dict[str, Any]) -> tuple[int, int]:
    width, _, height = body["size"].partition("x")
    return int(width), int(height)


def _file(width: int, height: int, seed: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (seed % 256, 90, 160)).save(file, "PNG")
    return file.getvalue()
