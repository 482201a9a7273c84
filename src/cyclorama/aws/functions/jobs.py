"""Jobs, written down as objects, so that whoever is asked about one can answer.

`ID.json` is the job: what is wished for, and what was told of it so far. Only one writes it at a time: first
who takes the order, then who paints. Two marks may stand beside it: `ID.taken`, which the painter makes
before it begins, as Lambda may hand the same order to two; and `ID.cancelled`, which says that nobody wants
it any more. Nothing here is ever removed: the bucket does that after a day.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ValidationError

from cyclorama.errors import GenerationFailed, NotFound
from cyclorama.wire import problem
from cyclorama.wire.generating import Wish  # noqa: TC001 - pydantic needs it at run time
from cyclorama.wire.jobs import JobAnswer, JobEvent

if TYPE_CHECKING:
    from cyclorama.backgrounds.store import Store

ID = re.compile(r"[0-9a-f]{32}")
LAST = {"done", "error"}


class Job(BaseModel):
    """One order.

    Attributes:
        id: 32 hexadecimal digits that nobody guesses.
        wish: what is to be painted.
        deadline: in Unix seconds; whatever is not told by then never will be.
        events: as they are told, in the order of their numbers.
        over: whether the last of them is the end.
    """

    id: str
    wish: Wish
    deadline: float
    events: list[JobEvent] = []
    over: bool = False

    @classmethod
    def new(cls, wish: Wish, patience_s: float) -> Self:
        """Make a job that has to be taken within so many seconds."""
        job = cls(id=secrets.token_hex(16), wish=wish, deadline=time.time() + patience_s)
        job.tell("queued", {"position": 0})
        return job

    @property
    def told(self) -> int:
        """The number of the last event."""
        return self.events[-1].n if self.events else 0

    @property
    def late(self) -> bool:
        """Whether its time is up."""
        return time.time() > self.deadline

    def tell(self, name: str, data: dict[str, Any]) -> None:
        """Add an event, in place of an earlier one of the same name and sample."""
        what = name, data.get("sample")
        kept = [each for each in self.events if (each.event, each.data.get("sample")) != what]
        self.events = [*kept, JobEvent(n=self.told + 1, event=name, data=data)]
        self.over = name in LAST

    def fail(self, error: Exception) -> None:
        """Tell that it ends with an error."""
        self.tell("error", {"problem": problem.of(error)})

    def answer(self, after: int = 0) -> JobAnswer:
        """Return what to tell of it, without the events up to the number `after`."""
        shown = self
        if self.late and not self.over:
            shown = self.model_copy()
            shown.fail(
                GenerationFailed(
                    "The painter was stopped before it had ended, and what it had not kept by then is lost. "
                    "Try again."
                )
            )
        events = [each for each in shown.events if each.n > after]
        return JobAnswer(id=self.id, events=events, over=shown.over)


class Jobs:
    """Jobs in a store. Every method may raise what that raises: an `Unavailable`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, job: Job) -> None:
        """Write a job down as it is now."""
        await self._store.put(f"{job.id}.json", job.model_dump_json().encode())

    async def get(self, id_: str) -> Job:
        """Return a job as it was written last.

        Raises:
            NotFound: there is none of that id (any more).
        """
        data = await self._store.get(f"{id_}.json") if ID.fullmatch(id_) else None
        try:
            return Job.model_validate_json(data or b"")
        except ValidationError:
            raise NotFound("There is no such job. Jobs are forgotten after a day.") from None

    async def take(self, job: Job) -> bool:
        """Begin with a job; return False where somebody has before."""
        return await self._store.create(f"{job.id}.taken", b"")

    async def cancel(self, job: Job) -> None:
        """Say that nobody wants a job any more."""
        await self._store.put(f"{job.id}.cancelled", b"")

    async def cancelled(self, job: Job) -> bool:
        """Return whether somebody has said so."""
        return await self._store.age(f"{job.id}.cancelled") is not None
