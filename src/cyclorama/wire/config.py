"""What a service tells of itself: the pages' configuration, its health, its generators."""

from __future__ import annotations

from pydantic import BaseModel

import cyclorama
from cyclorama.backgrounds import styles, upload
from cyclorama.backgrounds.base import MAX_COUNT, MAX_PROMPT
from cyclorama.backgrounds.generators import State  # noqa: TC001 - pydantic needs it at run time

MAX_IMPORT = 2_000_000_000  # some hundred pictures of 4k


class Bounds(BaseModel):
    """The most that is taken: characters of a prompt, samples, bytes of a picture and of an archive."""

    prompt: int = MAX_PROMPT
    count: int = MAX_COUNT
    upload_bytes: int = upload.MAX_BYTES
    import_bytes: int = MAX_IMPORT


class StyleAnswer(BaseModel):
    """A style that may be asked for, and the path of its picture."""

    id: str
    name: str
    image: str


class SignIn(BaseModel):
    """Where creators sign in: an OpenID Connect issuer, and what it knows the studio by."""

    issuer: str
    client_id: str
    scope: str


class Features(BaseModel):
    """What there is beside backgrounds and a stage; the pages hide what is false."""

    engines: bool = True
    recording: bool = True
    archives: bool = True
    videos: bool = True
    guests: bool = True


class Config(BaseModel):
    """What the pages need to know; `generator` and `stage_backend` are the settings.

    `livekit_url` is where the LiveKit server is, or "". Where `sign_in` is null, creators show the key, if
    one is needed.
    """

    version: str = cyclorama.__version__
    generator: str
    key_needed: bool
    sign_in: SignIn | None = None
    stage_backend: str
    livekit_url: str
    limits: Bounds
    features: Features
    styles: list[StyleAnswer]


class Health(BaseModel):
    """The service is up."""

    status: str = "ok"
    version: str = cyclorama.__version__


class Auto(BaseModel):
    """The generator that `auto` takes, and why."""

    name: str
    why: str


class GeneratorsAnswer(BaseModel):
    """All generators, and the one that `auto` takes."""

    generators: list[State]
    auto: Auto


def all_styles() -> list[StyleAnswer]:
    """Return the styles with the paths of their pictures."""
    return [
        StyleAnswer(id=style.id, name=style.name, image=f"/styles/{style.id}")
        for style in styles.STYLES.values()
    ]
