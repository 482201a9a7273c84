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
└── Unavailable              503  1   it should work, and does not right now

Every error says what happened, what it means and what to do next, in `detail`, in the words of the person
who reads it. The numbers are the HTTP status and the exit code of the command line.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


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


class Unavailable(CycloramaError):
    """It should work, and does not right now."""

    title = "Unavailable"
    status = 503


def instead(name: str, known: Collection[str]) -> str:
    """Advise somebody who used a name that is not among the `known` ones."""
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(known))}."
