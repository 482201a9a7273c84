"""What a running engine and a studio say to each other over the engine's link, as JSON.

Pictures for a preview go as binary messages, each a WebP.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from cyclorama.live.state import Change, EngineState

PROTOCOL = "cyclorama"  # the subprotocol; beside it the key, as with the roster
PATH = "/engines/link"
MAX_MESSAGE = 60_000  # bytes; servers take 64 kB
SILENCE_S = 5.0  # after which a link counts as dead
INTERVAL_S = 1.0  # between two states
LOOK_S = 3.0  # for so long somebody looks who asked for a picture


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class Problem(_Message):
    """What an engine answers to a change that it does not make."""

    title: Annotated[str, Field(max_length=100)]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(max_length=2000)]


class Told(_Message):
    """From the engine: how it is."""

    type: Literal["state"] = "state"
    state: EngineState


class Answer(_Message):
    """From the engine: what became of the change of that number."""

    type: Literal["answer"] = "answer"
    number: int
    state: EngineState | None = None
    problem: Problem | None = None


class Wish(_Message):
    """From the studio: change this."""

    type: Literal["change"] = "change"
    number: int
    change: Change


class Look(_Message):
    """From the studio: somebody looks, so send pictures for a while."""

    type: Literal["look"] = "look"


FROM_ENGINE: TypeAdapter[Told | Answer] = TypeAdapter(Annotated[Told | Answer, Field(discriminator="type")])
FROM_STUDIO: TypeAdapter[Wish | Look] = TypeAdapter(Annotated[Wish | Look, Field(discriminator="type")])
