"""What a running engine tells of itself, and what may be changed, as both go over HTTP."""

from __future__ import annotations

import json
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from cyclorama.backgrounds.base import MAX_PROMPT
from cyclorama.errors import InvalidRequest
from cyclorama.picture.look import VERSION, Look

ID = r"^[0-9a-f]{16}$"
COLOUR = r"#[0-9a-fA-F]{6}"
LIBRARY = "library:"
AT_HAND = {"none": "It shows the room", "transparent": "It wants outputs that keep alpha"}
"""What only who sits at the engine may choose, and why."""

Name = Annotated[str, Field(max_length=300)]
Sentence = Annotated[str, Field(max_length=2000)]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, allow_inf_nan=False)


class OutputState(_Told):
    """How one output is; `problem` says in a sentence what is wrong with it, or is ""."""

    name: Name
    state: Name = ""
    frames: int = 0
    dropped: int = 0
    bits_per_second: float | None = None
    problem: Sentence = ""

    @field_validator("problem", mode="before")
    @classmethod
    def _none_is_none(cls, problem: object) -> object:
        return "" if problem is None else problem


class Figures(_Told):
    """The engine's figures; `stages` are milliseconds a frame, on average, of each step."""

    seconds: float = 0.0
    fps: float = 0.0
    frames: int = 0
    dropped: int = 0
    late: int = 0
    matte_age_ms: float | None = None
    stages: Annotated[dict[Name, float], Field(max_length=20)] = {}
    source_state: Name = ""
    sound_offset_ms: float | None = None


class Coming(_Told):
    """A background that is still being made; `total` is 0 where nobody can know."""

    background: Sentence
    step: int = 0
    total: int = 0
    message: Sentence = ""


class EngineState(_Told):
    """A running engine.

    Attributes:
        id: 16 hex digits, which it keeps for as long as it runs.
        name: what people call it.
        input: the source's name.
        outputs: where its picture goes.
        background: what was asked for from afar ("blur", "#rrggbb", a prompt, "library:ID"), else its name.
        coming: the background that is being made; the one on air stays meanwhile.
        look: every field of the look.
        model: what cuts the person out.
        person: whether the person is shown.
        width: of the picture, in pixels; 0 before there is any.
        height: of the picture, in pixels.
        participant: as whom it publishes to a stage of this server, or "".
        problem: why the last background did not come, in a sentence, or "".
        stats: its figures.
    """

    id: Annotated[str, Field(pattern=ID)]
    name: Name
    input: Name
    outputs: Annotated[list[OutputState], Field(max_length=20)] = []
    background: Sentence
    coming: Coming | None = None
    look: Annotated[dict[Name, float], Field(max_length=100)]
    model: Name
    person: bool
    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    participant: Name = ""
    problem: Sentence = ""
    stats: Figures = Figures()


class Change(BaseModel):
    """What shall be another way; what is not named stays as it is.

    Attributes:
        background: "blur", "#rrggbb", "library:ID" or a prompt.
        look: some fields of the look.
        model: "landscape", "square" or "multiclass".
        person: false shows the background alone, at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    background: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PROMPT)] | None
    ) = None
    look: Annotated[dict[Name, Annotated[float, Field(strict=True)]], Field(max_length=100)] | None = None
    model: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    person: bool | None = None

    @field_validator("look")
    @classmethod
    def _is_one(cls, look: dict[str, float] | None) -> dict[str, float] | None:
        try:
            merged(Look(), look or {})
        except InvalidRequest as error:
            raise ValueError(error.detail) from error
        return look

    def from_afar(self) -> Self:
        """Return it, if it may be asked for by somebody who does not sit at the engine.

        Raises:
            InvalidRequest: it may not.
        """
        if self.background and (why := AT_HAND.get(self.background.lower())):
            raise InvalidRequest(
                f"The background {self.background!r} is chosen where the engine runs, and only there. {why}."
            )
        return self


def merged(look: Look, fields: dict[str, float]) -> Look:
    """Return `look` with these fields in place of its own.

    Raises:
        InvalidRequest: there is no such field, or its value is out of range.
    """
    text = {"cyclorama": "look", "version": VERSION, "look": fields_of(look) | fields}
    return Look.from_json(json.dumps(text))


def fields_of(look: Look) -> dict[str, float]:
    """Return every field of a look, by name."""
    fields: dict[str, float] = json.loads(look.to_json())["look"]
    return fields
