"""The one tree of errors.

CycloramaError
├── InvalidRequest           400  2   what was asked for makes no sense
│   └── InvalidSetting       400  2   a setting is unknown or wrong
├── Unauthorized             401  2   no token, or one that is not ours
├── Forbidden                403  2   a good token that does not allow this
├── NotFound                 404  2   nothing has that name
├── Conflict                 409  1   true only at another moment
├── TooLarge                 413  2   more than the limits allow
├── UnsupportedMedia         415  2   not a kind of data that is read here
├── Refused                  422  1   a moderator, or the model's own filter, said no
│   ├── PromptRefused                 to the words
│   └── PictureRefused                to the picture that came of them
├── TooMany                  429  1   more at once than the limits allow; carries `retry_after`
└── Unavailable              503  1   it should work, and does not right now
    ├── MissingExtra                  an optional package is not installed
    ├── NotConfigured                 a setting or an account that it needs is not there
    ├── CredentialsRefused            the service does not know the account, or not any more
    ├── AccessDenied                  the account is known and may not do this
    ├── ModelUnavailable              there is no such model, or it is past its end of life
    ├── Throttled                     the service wants to be asked less often; carries `retry_after`
    ├── OutOfMemory                   the picture did not fit into the device's memory
    ├── GenerationFailed              the generator broke off, and its work is lost
    ├── SourceLost                    a camera, file or stream gives no frames any more
    └── SinkLost                      an output takes no frames any more

Every error says what happened, what it means and what to do next, in `detail`, in the words of the person
who reads it. The numbers are the HTTP status and the exit code of the command line.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any


class CycloramaError(Exception):
    """Base of every error that Cyclorama raises on purpose."""

    title = "Something went wrong"
    status = 500
    exit_code = 1

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidRequest(CycloramaError):
    """What was asked for makes no sense."""

    title = "Invalid request"
    status = 400
    exit_code = 2


class InvalidSetting(InvalidRequest):
    """A setting is unknown, or its value is not what it should be."""

    title = "Invalid setting"


class Unauthorized(CycloramaError):
    """No token was given, or one that this server did not sign."""

    title = "Unauthorized"
    status = 401
    exit_code = 2


class Forbidden(CycloramaError):
    """The token is good, but does not allow this; or the caller is a stranger."""

    title = "Forbidden"
    status = 403
    exit_code = 2


class SentAway(Forbidden):
    """The host has sent the token's bearer away."""

    title = "Sent away"


class StageOver(Forbidden):
    """The token's stage is not there any more."""

    title = "The stage is over"


class NotFound(CycloramaError):
    """Nothing has that name."""

    title = "Not found"
    status = 404
    exit_code = 2


class Conflict(CycloramaError):
    """The request is right, but not at this moment."""

    title = "Conflict"
    status = 409


class TooLarge(CycloramaError):
    """More than the limits allow."""

    title = "Too large"
    status = 413
    exit_code = 2


class UnsupportedMedia(CycloramaError):
    """Not a kind of data that is read here."""

    title = "Unsupported media type"
    status = 415
    exit_code = 2


class Refused(CycloramaError):
    """A moderator, or the model's own filter, said no."""

    title = "Refused"
    status = 422


class PromptRefused(Refused):
    """The words were refused."""

    title = "Prompt refused"


class PictureRefused(Refused):
    """The picture that came of the words was refused."""

    title = "Picture refused"


class TooMany(CycloramaError):
    """More at once than the limits allow; `retry_after` is in seconds, None where waiting does not help."""

    title = "Too many requests"
    status = 429

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(CycloramaError):
    """It should work, and does not right now; `retry_after` is in seconds, None where nobody can know."""

    title = "Unavailable"
    status = 503

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class MissingExtra(Unavailable):
    """An optional package is not installed."""

    title = "Not installed"


class NotConfigured(Unavailable):
    """A setting or an account that it needs is not there."""

    title = "Not configured"


class CredentialsRefused(Unavailable):
    """The service does not know the account, or not any more."""

    title = "Credentials refused"


class AccessDenied(Unavailable):
    """The account is known and may not do this."""

    title = "Access denied"


class ModelUnavailable(Unavailable):
    """There is no such model, or it is past its end of life."""

    title = "Model unavailable"


class Throttled(Unavailable):
    """The service wants to be asked less often."""

    title = "Throttled"


class OutOfMemory(Unavailable):
    """The picture did not fit into the device's memory."""

    title = "Out of memory"


class GenerationFailed(Unavailable):
    """The generator broke off, and its work is lost."""

    title = "Generation failed"


class SourceLost(Unavailable):
    """A camera, file or stream gives no frames any more."""

    title = "The source is lost"


class SinkLost(Unavailable):
    """An output takes no frames any more."""

    title = "The output is lost"


def instead(name: str, known: Collection[str]) -> str:
    """Advise somebody who used a name that is not among the `known` ones."""
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(known))}."


def in_words(problems: Iterable[Mapping[str, Any]]) -> str:
    """Say which parts are wrong, and how; `problems` are the `errors()` of pydantic or FastAPI."""
    parts = []
    for problem in problems:
        # FastAPI begins with the part of the request
        where = ".".join(str(part) for part in problem["loc"] if part not in {"body", "query", "path"})
        message = str(problem["msg"]).removeprefix("Value error, ").removesuffix(".")
        parts.append(f"{where}: {message}" if where else message)
    return "; ".join(parts) + "."
