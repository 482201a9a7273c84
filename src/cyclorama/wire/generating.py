"""Wishes, and what is told while they are painted."""

from __future__ import annotations

import asyncio
import base64
import io
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from cyclorama.backgrounds import styles
from cyclorama.backgrounds.base import Prompt, Seed, any_seed
from cyclorama.backgrounds.easel import Failed, Painted, Queued, Working
from cyclorama.errors import CycloramaError
from cyclorama.wire import problem

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from PIL.Image import Image

    from cyclorama.backgrounds.base import Progress
    from cyclorama.backgrounds.easel import Event
    from cyclorama.backgrounds.library import Library


class Wish(Prompt):
    """A prompt as it comes over HTTP, and who shall paint it. Without a seed, one is drawn."""

    style: Annotated[str, AfterValidator(styles.known), WithJsonSchema({"enum": ["", *styles.STYLES]})] = ""
    seed: Seed = Field(default_factory=any_seed)
    generator: Annotated[str, Field(max_length=100)] = ""


def _still(motion: bool) -> bool:
    if motion:
        raise ValueError("the answer is one picture, which cannot move; POST /backgrounds makes what moves")
    return motion


class WishForOne(Wish):
    """A wish for a single picture, which stands still."""

    count: Literal[1] = 1
    motion: Annotated[bool, AfterValidator(_still), WithJsonSchema({"const": False})] = False


class ImageAnswer(BaseModel):
    """A PNG in base64; or, where the library is public, the address of the background that was kept."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    base64_image: str = ""
    image_url: str = ""


async def events(
    painted: AsyncGenerator[Event], wish: Wish, painter: str, library: Library
) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    """Keep what is painted of `wish`, and yield what to tell of it: the names of events, and their data.

    `queued {position}`, `progress {sample, step, total, message, preview?, whole?}` (a WebP in base64; where
    it is `whole`, it is the finished picture, which is about to move), `image {sample, background}`, and last
    `done {failed: [{sample, problem}]}` or `error {problem}`. Errors are not raised: the answer has begun, so
    they can only leave as an event.

    Args:
        painted: what the easel says of `wish`; whoever made it closes it.
        wish: what is painted.
        painter: the generator's name.
        library: where pictures are kept.
    """
    samples = wish.samples()
    failed: list[dict[str, Any]] = []
    try:
        async for event in painted:
            match event:
                case Queued(position):
                    yield "queued", {"position": position}
                case Working(sample, progress):
                    yield "progress", {"sample": sample} | await _told(progress)
                case Painted(sample, painting):
                    try:
                        kept = await library.add(painting, samples[sample], painter)
                    except CycloramaError as error:
                        failed.append({"sample": sample, "problem": problem.of(error)})
                    else:
                        yield "image", {"sample": sample, "background": kept.model_dump(mode="json")}
                case Failed(sample, error):
                    failed.append({"sample": sample, "problem": problem.of(error)})
    except Exception as error:
        yield "error", {"problem": problem.of(error)}
        return
    if len(failed) == len(samples):
        yield "error", {"problem": failed[0]["problem"]}
    else:
        yield "done", {"failed": failed}


async def _told(progress: Progress) -> dict[str, Any]:
    told: dict[str, Any] = {"step": progress.step, "total": progress.total, "message": progress.message}
    if progress.preview is None:
        return told
    told["preview"] = await asyncio.to_thread(_webp, progress.preview, 90 if progress.whole else 60)
    return told | {"whole": True} if progress.whole else told


def _webp(preview: Image, quality: int) -> str:
    out = io.BytesIO()
    preview.save(out, "WEBP", quality=quality, method=0)  # soon rather than small
    return base64.b64encode(out.getvalue()).decode()
