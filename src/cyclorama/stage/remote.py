"""The stages of a studio that runs already, asked over HTTP. So the command reaches the local ones."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote, urljoin

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from cyclorama import keyfile
from cyclorama.errors import (
    Conflict,
    CycloramaError,
    Forbidden,
    InvalidRequest,
    NotFound,
    Refused,
    TooLarge,
    TooMany,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)
from cyclorama.settings import ANY_ADDRESS, LOOPBACK
from cyclorama.stage.base import Participant, Stage, StageBackend, Token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cyclorama.settings import Settings

CERTIFICATE = "tls/cert.pem"  # in the data folder: the one that the studio made for itself
TIMEOUT = httpx2.Timeout(30, connect=5)  # seconds; an IVS stage behind the studio may take some
PROBLEM = "application/problem+json"
ERRORS: dict[int, type[CycloramaError]] = {
    error.status: error
    for error in (
        InvalidRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        Conflict,
        TooLarge,
        UnsupportedMedia,
        Refused,
        CycloramaError,
    )
}
Answer = TypeVar("Answer")


class _Problem(BaseModel):
    detail: str


class _Stages(BaseModel):
    stages: list[Stage]


class _Participants(BaseModel):
    participants: list[Participant]


class RecordedFile(BaseModel):
    """A file of a recording; `started_at` is in Unix seconds, `open` means that it still grows."""

    name: str
    user_id: str
    started_at: float
    seconds: float
    bytes: int
    open: bool


class Recording(BaseModel):
    """Whether a stage is recorded, since when in Unix seconds, and what is in its folder."""

    recording: bool
    since: float | None
    folder: str
    files: list[RecordedFile]


def address(settings: Settings, server: str | None = None) -> str:
    """Return the origin of `server`, else of a studio with these settings.

    Raises:
        InvalidRequest: `server` is no address; or the studio takes any free port, so nobody can know.
    """
    if server:
        return str(_url(server)).rstrip("/")
    if not settings.port:
        raise InvalidRequest(
            "The settings let the studio take any free port, so its address is not known here. "
            "Name it with --server."
        )
    host = "localhost" if settings.host in LOOPBACK | ANY_ADDRESS else settings.host
    if settings.tls_cert and settings.allowed_hosts:
        host = settings.allowed_hosts[0]  # that certificate is for a name
    scheme = "https" if settings.tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"


class RemoteBackend(StageBackend):
    """The stages of the studio at `server`: its local ones, unless it is set to another backend."""

    name = "local"

    def __init__(self, server: str, key: str = "", certificate: Path | None = None) -> None:
        """Prepare to ask `server`, with the creator's key, trusting `certificate` beside the system's.

        Raises:
            InvalidRequest: `server` is not an address, or `key` no key.
            Unavailable: `certificate` cannot be used.
        """
        if not key.isascii() or not key.isprintable():
            raise InvalidRequest("The creator's key has characters that no key has. Copy it once more.")
        url = _url(server)
        self._server = str(url).rstrip("/")
        self._client = httpx2.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            verify=_trusting(certificate) if certificate else True,
            timeout=TIMEOUT,
            trust_env=url.host not in LOOPBACK,  # no proxy leads to this machine
        )

    @classmethod
    def of(cls, settings: Settings, server: str | None = None) -> Self:
        """Prepare to ask `server`, else the studio of these settings, as its creator.

        The key in the data folder is shown to a host that the settings name, and to no other.

        Raises:
            InvalidRequest: `server` is not an address, or none is given and it cannot be known.
            Unavailable: the files in the data folder cannot be used.
        """
        server = address(settings, server)
        key = settings.creator_key.get_secret_value()
        if not key and httpx2.URL(server).host in {*LOOPBACK, settings.host, *settings.allowed_hosts}:
            key = keyfile.read(settings.data / keyfile.CREATOR).decode()
        certificate = settings.data / CERTIFICATE
        return cls(server, key, certificate if certificate.is_file() else None)

    async def create_stage(self, name: str) -> Stage:
        """Make a stage."""
        return self._here(_read(await self._ask("POST", "/stages", {"name": name}), Stage))

    async def list_stages(self) -> list[Stage]:
        """Return all stages."""
        answer = await self._ask("GET", "/stages")
        return [self._here(stage) for stage in _read(answer, _Stages).stages]

    async def find_stage(self, stage: str) -> Stage:
        """Return the stage of that id, name or resource."""
        stages = await self.list_stages()
        for known in ("id", "name", "resource"):
            for each in stages:
                if getattr(each, known) == stage:
                    return each
        raise NotFound(f"There is no stage {stage!r}. See: cyclorama stage list")

    async def delete_stage(self, stage: str) -> None:
        """Send everybody away and forget the stage."""
        await self._ask("DELETE", await self._path(stage))

    async def mint_token(
        self,
        stage: str,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        """Return a token for a new participant."""
        wish = {
            "stage": stage,
            "user_id": user_id,
            "attributes": dict(attributes),
            "publish": publish,
            "subscribe": subscribe,
            "minutes": minutes,
        }
        return _read(await self._ask("POST", "/tokens", wish), Token)

    async def list_participants(self, stage: str) -> list[Participant]:
        """Return those who are there and may publish."""
        answer = await self._ask("GET", f"{await self._path(stage)}/participants")
        return _read(answer, _Participants).participants

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        """Send somebody away."""
        path = await self._path(stage)
        try:
            await self._ask("DELETE", f"{path}/participants/{quote(participant_id, safe='')}")
        except NotFound as error:
            raise NotFound(
                f"Nobody there has the id {participant_id!r}. See: cyclorama stage participants"
            ) from error

    async def recording(self, stage: str) -> Recording:
        """Return what is recorded of a stage."""
        return _read(await self._ask("GET", f"{await self._path(stage)}/recording"), Recording)

    async def record(self, stage: str, on: bool) -> Recording:
        """Start or stop to record a stage.

        Raises:
            Conflict: it is none of the studio's own.
        """
        method = "PUT" if on else "DELETE"
        return _read(await self._ask(method, f"{await self._path(stage)}/recording"), Recording)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _here(self, stage: Stage) -> Stage:
        """Return the stage with a whole WHIP address; that of a local one is relative to the studio's."""
        return replace(stage, whip_url=stage.whip_url and urljoin(self._server, stage.whip_url))

    async def _path(self, stage: str) -> str:
        # A name or a resource may hold a slash; an id does not.
        return f"/stages/{quote((await self.find_stage(stage)).id, safe='')}"

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx2.TimeoutException as error:
            raise Unavailable(f"The studio at {self._server} takes too long to answer. Try again.") from error
        except httpx2.TransportError as error:
            raise self._unanswered(error) from error
        if not answer.is_success:
            raise self._told(answer)
        return answer

    def _unanswered(self, error: BaseException) -> Unavailable:
        cause: BaseException | None = error
        while cause:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return Unavailable(
                    f"The certificate of {self._server} is not trusted here: {cause.verify_message}. Ask by "
                    "a name that is in it. Where the studio made it, let CYCLORAMA_DATA be its data folder."
                )
            cause = cause.__cause__ or cause.__context__
        return Unavailable(
            f"No studio answers at {self._server}. Start it with `cyclorama studio`, or name another with "
            "--server."
        )

    def _told(self, answer: httpx2.Response) -> CycloramaError:
        """Return the error that a problem document tells of."""
        if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
            return _no_studio(answer)
        detail, status = _read(answer, _Problem).detail, answer.status_code
        after = answer.headers.get("retry-after", "")
        seconds = int(after) if after.isdecimal() else None
        if status == TooMany.status:
            return TooMany(detail, seconds)
        if status == Unavailable.status:
            return Unavailable(detail, seconds)
        if status == Unauthorized.status:
            detail += " Give the key with --key, or set CYCLORAMA_CREATOR_KEY."
        return ERRORS.get(status, CycloramaError)(detail)


def _read(answer: httpx2.Response, kind: type[Answer]) -> Answer:
    try:
        return TypeAdapter(kind).validate_json(answer.content)
    except ValidationError:
        # `from None`: the cause quotes the answer, and that may hold a token.
        raise _no_studio(answer) from None


def _no_studio(answer: httpx2.Response) -> Unavailable:
    origin = str(answer.url.copy_with(path="/")).rstrip("/")
    return Unavailable(
        f"{origin} answers ({answer.status_code}), but not as a studio of this version does. "
        "Name another with --server."
    )


def _url(server: str) -> httpx2.URL:
    try:
        url = httpx2.URL(server)
    except httpx2.InvalidURL:
        url = httpx2.URL()
    if url.scheme not in {"http", "https"} or not url.host or url.path not in {"", "/"} or url.query:
        raise InvalidRequest(
            "--server is not the address of a studio. Write it like https://studio.example.org:8000."
        )
    return url.copy_with(path="/", fragment=None, userinfo=b"")


def _trusting(certificate: Path) -> ssl.SSLContext:
    context = httpx2.create_ssl_context()
    try:
        context.load_verify_locations(certificate)
    except OSError as error:
        raise Unavailable(
            f"{certificate} is not a certificate that can be read: {error.strerror}. Mend it, or remove it."
        ) from error
    return context
