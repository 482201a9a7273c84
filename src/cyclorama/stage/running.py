"""A studio that runs already: where it is, how its creator asks it over HTTP, and what its answers mean."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from cyclorama import keyfile, network
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

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.settings import Settings

TIMEOUT = httpx2.Timeout(30, connect=5)  # seconds; an IVS stage behind the studio may take some
PROBLEM = "application/problem+json"  # RFC 9457
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


@dataclass(frozen=True)
class Access:
    """Where a studio is, and what it takes to be its creator.

    Attributes:
        server: its address, without a path.
        key: the creator's, or "" where none is needed.
        certificate: file of one to trust beside the system's.

    Raises:
        InvalidRequest: `server` is not an address, or `key` no key.
    """

    server: str
    key: str = field(default="", repr=False)
    certificate: Path | None = None

    def __post_init__(self) -> None:
        if not self.key.isascii() or not self.key.isprintable():
            raise InvalidRequest("The creator's key has characters that no key has. Copy it once more.")
        object.__setattr__(self, "server", str(_url(self.server)).rstrip("/"))

    @classmethod
    def of(cls, settings: Settings, server: str | None = None) -> Self:
        """Return that to `server`, else to the studio of these settings.

        The key in the data folder is shown to this machine and to hosts that the settings name, and to no
        other.

        Raises:
            InvalidRequest: `server` is not an address, or none is given and it cannot be known.
            Unavailable: the files in the data folder cannot be used.
        """
        server = address(settings, server)
        key = settings.creator_key.get_secret_value()
        if not key and _is_here(httpx2.URL(server).host, settings):
            key = keyfile.read(settings.data / keyfile.CREATOR).decode(errors="replace")
        certificate = settings.data / keyfile.CERTIFICATE
        return cls(server, key, certificate if certificate.is_file() else None)

    @property
    def by_proxy(self) -> bool:
        """Whether a proxy may be asked: none leads to this machine."""
        return httpx2.URL(self.server).host not in LOOPBACK

    def trusting(self) -> ssl.SSLContext | None:
        """Return what to trust; None for a server that is not asked over TLS.

        Raises:
            Unavailable: the certificate cannot be used.
        """
        if not self.server.startswith("https:"):
            return None
        return trusting(self.certificate) if self.certificate else httpx2.create_ssl_context()


class RunningStudio:
    """The studio at `server`, an address without a path."""

    def __init__(self, server: str, key: str = "", certificate: Path | None = None) -> None:
        """Prepare to ask `server`, with the creator's key, trusting `certificate` beside the system's.

        Raises:
            InvalidRequest: `server` is not an address, or `key` no key.
            Unavailable: `certificate` cannot be used.
        """
        access = Access(server, key, certificate)
        self.server = access.server
        self._client = httpx2.AsyncClient(
            base_url=access.server,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            verify=access.trusting() or True,
            timeout=TIMEOUT,
            trust_env=access.by_proxy,
        )

    @classmethod
    def of(cls, settings: Settings, server: str | None = None) -> Self:
        """Prepare to ask `server`, else the studio of these settings, as its creator.

        Raises:
            InvalidRequest, Unavailable: as those of `Access.of`.
        """
        access = Access.of(settings, server)
        return cls(access.server, access.key, access.certificate)

    async def ask(
        self, kind: type[Answer], method: str, path: str, body: dict[str, Any] | None = None
    ) -> Answer:
        """Send a request, and return what it is answered, in JSON that fits `kind`.

        Raises:
            CycloramaError: the studio's own answer, if that is an error.
            Unavailable: no studio answers.
        """
        return _read(await self._answer(method, path, body), kind)

    async def fetch(self, path: str) -> bytes:
        """Return what is at a path; raises as `ask`."""
        return (await self._answer("GET", path)).content

    async def tell(self, method: str, path: str) -> None:
        """Send a request that is answered with nothing, or as that of `ask` with an error."""
        await self._answer(method, path)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _answer(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx2.TimeoutException as error:
            raise Unavailable(f"The studio at {self.server} takes too long to answer. Try again.") from error
        except httpx2.RequestError as error:
            raise self._unanswered(error) from error
        if not answer.is_success:
            raise _told(answer)
        return answer

    def _unanswered(self, error: BaseException) -> Unavailable:
        cause: BaseException | None = error
        while cause:
            if isinstance(cause, ssl.SSLCertVerificationError):
                reason = cause.verify_message.rstrip(".")
                return Unavailable(
                    f"The certificate of {self.server} is not trusted here: {reason}. Ask by "
                    "a name that is in it. Where the studio made it, let CYCLORAMA_DATA be its data folder."
                )
            cause = cause.__cause__ or cause.__context__
        return Unavailable(
            f"No studio answers at {self.server}. Start it with `cyclorama studio`, or name another with "
            "--server."
        )


def _told(answer: httpx2.Response) -> CycloramaError:
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


def _is_here(host: str, settings: Settings) -> bool:
    known = {*LOOPBACK, settings.host, *settings.allowed_hosts}
    return host in known or host in network.own_addresses()


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


def trusting(certificate: Path) -> ssl.SSLContext:
    """Trust `certificate` beside the system's.

    Raises:
        Unavailable: it cannot be used.
    """
    context = httpx2.create_ssl_context()
    try:
        context.load_verify_locations(certificate)
    except OSError as error:
        raise Unavailable(
            f"{certificate} is not a certificate that can be read: {error.strerror}. Mend it, or remove it."
        ) from error
    return context
