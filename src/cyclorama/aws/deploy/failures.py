"""Why a stack did not become what it should: the first resource that failed, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cyclorama.aws.deploy import kinds
from cyclorama.aws.deploy.stack import STACK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cyclorama.aws.deploy.telling import Happening

# What follows from another failure.
CANCELLED = re.compile(r"cancell?ed|The following resource\(s\) failed", re.IGNORECASE)
ADVICE = (
    (
        r"not authorized to perform|AccessDenied|access denied",
        "Allow it to the AWS user or role that runs this; docs/aws-commands.md lists what is needed.",
    ),
    (
        r"limit ?exceeded|quota|maximum number|TooMany",
        "Delete what is not used, or ask for more under Service Quotas in the AWS console.",
    ),
    (r"throttl|rate exceeded|too many requests", "That passes: run it again in a minute."),
    (
        r"CNAMEAlreadyExists|associated with a different resource",
        "Another CloudFront distribution has that domain. Take it away there, or give another --domain.",
    ),
    (
        r"certificate",
        "Check that the certificate in us-east-1 is issued and covers the domain; see --domain.",
    ),
    (
        r"already exist",
        "Something of that name is there that is not of this stack. Remove it, or give the studio another "
        "--name.",
    ),
    (r"time(d)? ?out|did not stabilize|internal (error|failure)", "Amazon was slow: run it again."),
    (r"not empty", "Somebody wrote into it meanwhile: run it again."),
    (r"must be verified|account.*verif", "Ask AWS support to verify the account, and try again."),
)
OTHERWISE = "Mend that and run it again."


def first(events: Iterable[Happening]) -> Happening | None:
    """Return the event that later failures follow from; `events` are those of one operation, oldest first."""
    failed = [each for each in events if each.failed and not CANCELLED.search(each.reason)]
    return next((each for each in failed if each.kind != STACK), failed[0] if failed else None)


def in_words(event: Happening | None, reason: str) -> str:
    """Return what failed, why, and what to do; `reason` is the stack's own, where no event tells."""
    if event is None:
        return f"Amazon says: {_ended(reason or 'nothing more')} {advice(reason)}"
    done = {"CREATE": "made", "UPDATE": "changed", "DELETE": "deleted"}.get(
        event.status.split("_")[0], "changed"
    )
    what = "The stack" if event.kind == STACK else f"The {kinds.in_words(event.kind)} {event.resource}"
    said = _ended(event.reason or reason or "nothing more")
    return f"{what} could not be {done}. {advice(event.reason)} Amazon says: {said}"


def advice(reason: str) -> str:
    """Return what to do about a reason that Amazon gave."""
    return next((what for words, what in ADVICE if re.search(words, reason, re.IGNORECASE)), OTHERWISE)


def _ended(sentence: str) -> str:
    flat = " ".join(sentence.split())
    return flat if flat.endswith(".") else f"{flat}."
