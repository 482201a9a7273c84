"""Paints with any server that has the OpenAI images API: a cluster of one's own as much as OpenAI."""

from __future__ import annotations

import asyncio
import os
from base64 import b64decode
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx2  # the SDK's own HTTP client
import openai
from pydantic import BaseModel, Field, ValidationError

from cyclorama.backgrounds.base import Cancelled, Painting, Progress
from cyclorama.backgrounds.fit import cover
from cyclorama.backgrounds.openai_dialect import Dialect
from cyclorama.backgrounds.openai_errors import clip, told, too_slow
from cyclorama.backgrounds.upload import MAX_BYTES, decode
from cyclorama.errors import CycloramaError, GenerationFailed, InvalidSetting, NotConfigured

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from PIL import Image

    from cyclorama.backgrounds.base import Prompt, Report
    from cyclorama.settings import Settings

OPENAI = httpx2.URL("https://api.openai.com/v1")
PATIENCE_S = 300.0  # for one picture, retries and all; OpenAI's own models take up to two minutes
CONNECT_S = 5.0
READY_S = 2.0
RETRIES = 2
MOST_JSON = MAX_BYTES * 4 // 3 + 100_000  # base64, and words around it


class _Picture(BaseModel):
    b64_json: str | None = None
    url: str | None = None
    revised_prompt: str | None = None


class _Answer(BaseModel):
    data: list[_Picture] = Field(min_length=1)


# the picture's file, and the prompt as the server rewrote it, or ""
_Found = tuple[bytes, str]


class OpenAI:
    """Asks one server for pictures.

    Args:
        settings: those that begin with `openai_`.

    Raises:
        InvalidSetting: one of them is not what it should be.
        NotConfigured: OpenAI itself is meant, and the key or the model is missing.
    """

    name = "openai"
    slots = 4  # the samples of one prompt; a server has a queue of its own

    def __init__(self, settings: Settings) -> None:
        self._base = _address(settings.openai_url) if settings.openai_url else OPENAI
        self._host = self._base.host
        self._model = settings.openai_model
        self._dialect = Dialect(settings)
        self._key = settings.openai_key.get_secret_value()
        if self._host == OPENAI.host:
            # That variable holds a key to OpenAI: no other server is shown it.
            self._key = self._key or os.environ.get("OPENAI_API_KEY", "")
            if not self._key:
                raise NotConfigured("OpenAI wants an API key: set openai_key or OPENAI_API_KEY to yours.")
            if not self._model:
                raise NotConfigured("OpenAI has several models: set openai_model to one that makes images.")
        hosts = (host if "://" in host else f"https://{host}" for host in settings.openai_hosts)
        self._origins = {_origin(self._base), *(_origin(_address(host)) for host in hosts)}

    def ready(self) -> None:
        """Ask the server for its models: then it is there, and knows the key.

        Raises:
            Unavailable: it cannot be reached within two seconds, or is out of order.
            CredentialsRefused: it does not know the key.
        """
        try:
            asyncio.run(self._models())
        except openai.APIStatusError as error:
            # Anything else is the answer of a server that lives: many have no such route, and some keys may
            # paint but not look.
            if error.status_code == 401 or error.status_code >= 500:
                raise self._told(error) from error
        except openai.APIError as error:
            raise self._told(error) from error

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Ask for one picture, and crop it to the size of `prompt`.

        Raises:
            Unavailable: the server cannot be reached, or cannot paint; its subclasses say why.
            PromptRefused: it does not paint this.
            InvalidRequest: it does not understand what it is asked.
            Cancelled: `report` said so; the connection is closed by then.
        """
        report(Progress(0, 0, f"{self._host} paints"))
        try:
            data, revised = asyncio.run(_cancellable(self._paint(prompt), report))
        except asyncio.CancelledError:
            raise Cancelled from None
        report(Progress(0, 0, "opening the picture"))
        image = cover(self._open(data), prompt.width, prompt.height)
        said = [f"Painted as: {clip(revised)}"] if revised and revised != prompt.text else []
        note = " ".join(said + self._dialect.unheard(prompt))
        return Painting(image, (prompt.text,), note, model=self._model, learned=True)

    async def _models(self) -> None:
        async with self._client(READY_S, retries=0) as client:
            await client.models.with_raw_response.list(extra_headers=self._headers())

    async def _paint(self, prompt: Prompt) -> _Found:
        try:
            async with asyncio.timeout(PATIENCE_S), self._client(PATIENCE_S, RETRIES) as client:
                picture = await self._ask(client, prompt)
                return await self._file(picture), picture.revised_prompt or ""
        except TimeoutError as error:
            raise too_slow(self._host) from error
        except openai.APIError as error:
            raise self._told(error) from error
        except httpx2.HTTPError as error:
            raise GenerationFailed(
                f"The picture of {self._host} broke off before it was here. Try again."
            ) from error

    async def _ask(self, client: openai.AsyncOpenAI, prompt: Prompt) -> _Picture:
        asking = client.images.with_streaming_response.generate(
            prompt=self._dialect.words(prompt),
            model=self._model or openai.omit,
            size=self._dialect.size(prompt.width, prompt.height),
            response_format=openai.omit if self._dialect.only_base64 else "b64_json",
            extra_body=self._dialect.fields(prompt),
            extra_headers=self._headers(),
        )
        async with asking as response:
            body = await _read(response.iter_bytes(), MOST_JSON)
        try:
            return _Answer.model_validate_json(body).data[0]
        except ValidationError as error:
            raise GenerationFailed(
                f"{self._host} answered without a picture. Check that openai_url is the address of an OpenAI "
                "images API; it often ends in /v1."
            ) from error

    async def _file(self, picture: _Picture) -> bytes:
        if picture.url and not picture.b64_json:
            return await self._fetch(picture.url)
        try:
            return b64decode(picture.b64_json or "", validate=True)
        except ValueError as error:
            raise self._no_picture() from error

    async def _fetch(self, address: str) -> bytes:
        """Return what lies at `address`, which the server chose, so that it could be anything.

        Only origins that the settings name are asked, and no redirect is followed. A name that is made to
        lead into the private network gains nothing: the certificate there is another one's, unless the
        settings name that host with http.
        """
        try:
            url = self._base.join(address)
        except httpx2.InvalidURL as error:
            raise self._no_picture() from error
        if _origin(url) not in self._origins:
            raise NotConfigured(
                f"{self._host} keeps its picture at {clip(_origin(url), 100)}, from where none may be "
                "fetched. If you trust that host, add it to openai_hosts."
            )
        async with (
            httpx2.AsyncClient(timeout=PATIENCE_S, follow_redirects=False) as client,
            client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise GenerationFailed(
                    f"{self._host} painted, but its picture could not be fetched from {url.host}: "
                    f"the answer was {response.status_code}. Try again."
                )
            return await _read(response.aiter_raw(), MAX_BYTES)

    def _open(self, data: bytes) -> Image.Image:
        try:
            return decode(data)
        except CycloramaError as error:
            raise self._no_picture() from error

    def _client(self, patience: float, retries: int) -> openai.AsyncOpenAI:
        timeout = openai.Timeout(patience, connect=min(CONNECT_S, patience))
        return openai.AsyncOpenAI(
            base_url=self._base,
            api_key=self._key or "none",  # the SDK wants one; without ours, `_headers` keeps it back
            max_retries=retries,
            timeout=timeout,
            http_client=openai.DefaultAsyncHttpxClient(
                timeout=timeout, follow_redirects=False, event_hooks={"response": [_tell_of_waits]}
            ),
        )

    def _headers(self) -> dict[str, str | openai.Omit]:
        return {} if self._key else {"Authorization": openai.omit}

    def _told(self, error: openai.APIError) -> CycloramaError:
        return told(error, self._host, self._model, self._key)

    def _no_picture(self) -> GenerationFailed:
        return GenerationFailed(
            f"What {self._host} sent is not a whole PNG, JPEG or WebP picture of at most 20 MB. Try again; "
            "if it stays so, look which format the server is set to."
        )


def of(settings: Settings) -> OpenAI:
    """Return the generator."""
    return OpenAI(settings)


async def _cancellable(work: Coroutine[None, None, _Found], report: Report) -> _Found:
    """Do `work` until `report` wants it to stop, which closes its sockets."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def stop() -> None:
        with suppress(RuntimeError):  # the loop is closed: the work ended by itself a moment ago
            loop.call_soon_threadsafe(task.cancel)

    with report.stopping(stop):
        return await task


async def _tell_of_waits(response: httpx2.Response) -> None:
    """Keep the SDK from waiting in silence where the server says how long: the creator shall know."""
    if response.status_code == httpx2.codes.TOO_MANY_REQUESTS and "retry-after" in response.headers:
        response.headers["x-should-retry"] = "false"


async def _read(chunks: AsyncIterator[bytes], most: int) -> bytes:
    whole = bytearray()
    async for chunk in chunks:
        whole += chunk
        if len(whole) > most:
            raise GenerationFailed(
                "The picture is larger than 20 MB, so it was not taken. Ask for a smaller size."
            )
    return bytes(whole)


def _address(text: str) -> httpx2.URL:
    with suppress(httpx2.InvalidURL):
        url = httpx2.URL(text)
        if url.scheme in {"http", "https"} and url.host:
            return url
    raise InvalidSetting(
        f"openai_url or openai_hosts has {text!r}, which is no address. Write it like http://gpu:8000/v1."
    )


def _origin(url: httpx2.URL) -> str:
    """Return scheme, host and port, the port only where it is not the scheme's own."""
    return str(url.copy_with(userinfo=None, path="/", query=None, fragment=None)).rstrip("/")
