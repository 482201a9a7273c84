"""What the functions wrote: their log groups, as one, by time."""

from __future__ import annotations

import heapq
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of
from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.stack import Stack

LOOK_S = 2.0
# What is written takes some seconds to be there, and may be there after what is younger.
LATE_MS = 15_000
SINCE = re.compile(r"(\d{1,6})([smhd])")
UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, order=True)
class Line:
    """A line that a function wrote."""

    at_ms: int
    id: str
    function: str
    text: str

    @property
    def at(self) -> datetime:
        """When."""
        return datetime.fromtimestamp(self.at_ms / 1000, UTC)


def groups(stack: Stack) -> dict[str, str]:
    """Return the names of the functions' log groups, by short names of the functions."""
    found = {"api": stack.outputs.get("ApiLogGroup", ""), "painter": stack.outputs.get("PainterLogGroup", "")}
    return {name: group for name, group in found.items() if group}


def since(text: str) -> int:
    """Read such as 30s, 10m, 2h or 1d, before now, and return the moment in milliseconds.

    Raises:
        InvalidRequest: it is not that.
    """
    found = SINCE.fullmatch(text.strip().lower())
    if not found:
        raise InvalidRequest(f"{text!r} is no time. Give --since such as 30s, 10m, 2h or 1d.")
    return int((time.time() - int(found[1]) * UNITS_S[found[2]]) * 1000)


def read(cloud: Cloud, where: Mapping[str, str], start_ms: int) -> Iterator[Line]:
    """Give what was written since then, by time."""
    return heapq.merge(*(_read(cloud, name, group, start_ms) for name, group in where.items()))


def follow(cloud: Cloud, where: Mapping[str, str], start_ms: int) -> Iterator[Line]:
    """Give what was written since then, and then what is being written, without an end."""
    shown: dict[str, int] = {}
    while True:
        for line in cloud.patiently(partial(_all, cloud, where, start_ms)):
            if line.id not in shown:
                shown[line.id] = line.at_ms
                yield line
        newest = max(shown.values(), default=0)
        start_ms = max(start_ms, newest - LATE_MS)
        shown = {id_: at for id_, at in shown.items() if at >= start_ms}
        cloud.pause(LOOK_S)


def _all(cloud: Cloud, where: Mapping[str, str], start_ms: int) -> list[Line]:
    return list(read(cloud, where, start_ms))


def _read(cloud: Cloud, name: str, group: str, start_ms: int) -> Iterator[Line]:
    with cloud.logs.asking(f"the log group {group}") as client:
        more: dict[str, Any] = {}
        while True:
            try:
                page = client.filter_log_events(logGroupName=group, startTime=start_ms, **more)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return  # nothing was written yet
                raise
            # They come by time within a stream, and not quite so between streams.
            lines = [
                Line(each["timestamp"], each["eventId"], name, each["message"].rstrip())
                for each in page["events"]
            ]
            yield from sorted(lines)
            if not page.get("nextToken"):
                return
            more = {"nextToken": page["nextToken"]}
