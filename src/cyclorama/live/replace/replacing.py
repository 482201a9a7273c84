"""A recording gets another background."""

from __future__ import annotations

import hashlib
import shutil
import time
from contextlib import closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cyclorama
from cyclorama.errors import Conflict, InvalidRequest, UnsupportedMedia
from cyclorama.live.replace.ahead import Ahead
from cyclorama.live.replace.joining import join
from cyclorama.live.replace.painting import matted, painted
from cyclorama.live.replace.parts import Parts, writing
from cyclorama.live.replace.recording import Recording, frames, probe
from cyclorama.live.replace.target import Target
from cyclorama.live.replace.writing import write_parts
from cyclorama.live.sinks.pictures import NAMES, TIMES
from cyclorama.picture import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Backdrop
    from cyclorama.matting.base import Matter

WARM_UP_S = 2
"""Before the first frame of a run that goes on: the model's room, light and person are learned again."""
WAITING = 8
"""Frames between two threads."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is.

    Attributes:
        done: frames, those of earlier runs too.
        total: frames, as far as the file says; 0 where it does not.
        left_s: seconds that are left, as it goes; None where nobody knows.
    """

    done: int
    total: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """What was made.

    Attributes:
        path: the file, or the folder of pictures.
        frames: how many.
        resumed: how many of them an earlier run had made.
        remarks: what is not as it was, a sentence each.
    """

    path: Path
    frames: int
    resumed: int
    remarks: list[str] = field(default_factory=list)


def replace(
    source: str | Path | Recording,
    target: str | Path,
    background: Backdrop,
    *,
    matter: Matter | None = None,
    look: Look | None = None,
    quality: int | None = None,
    to_sdr: bool = False,
    overwrite: bool = False,
    made_of: str = "",
    on_progress: Callable[[Progress], object] = lambda _: None,
) -> Result:
    """Put the person of a recording before another background; every frame stays in its place.

    What is done is kept in a folder beside the target, NAME.parts, until all of it is: after an interruption
    of any kind the same call goes on.

    Args:
        source: the recording, or what `probe` said of it.
        target: a .mp4, .mov, .mkv or .webm, or a folder for PNG pictures.
        background: what stands behind the person. A transparent one wants a .webm, .mov, .mkv or pictures.
        matter: what tells person from room; it stays open. None: `LiteRT()`.
        look: what the creator can change.
        quality: constant rate factor: less is better and larger. None is 20 for H.264, 30 for VP9.
        to_sdr: of a recording with HDR, make one for usual screens; without it such a recording is refused.
        overwrite: whether the target may be there.
        made_of: what the background's name does not tell, such as a file's size and time: where it is not
            what it was, nothing of an earlier run is used.
        on_progress: told after each frame, in this thread. What it raises ends the run.

    Raises:
        InvalidRequest: target and background do not go together; or HDR, and not `to_sdr`.
        NotFound, UnsupportedMedia: the source cannot be read.
        Conflict: the target is there already.
        Unavailable: the target cannot be written. What is done is kept.
        MissingExtra: LiteRT is not installed.
    """
    recording = source if isinstance(source, Recording) else probe(source)
    where = check(recording, target, alpha=background.transparent, to_sdr=to_sdr, overwrite=overwrite)
    look = look or Look()
    own = None
    if matter is None:
        from cyclorama.matting.litert import LiteRT

        matter = own = LiteRT()
    made = _made_of(recording, where, background, made_of, matter, look, quality)
    try:
        with Parts.begin(where.parts, where.part_suffix, made) as parts:
            resumed = parts.frames
            remarks = recording.remarks
            if parts.thrown_away:
                remarks.append("What an earlier run had begun was of something else; it was made anew.")
            _make(parts, recording, where, background, matter, look, quality, on_progress)
            with writing(parts.folder):
                remarks += _put_in_place(parts, recording, where, overwrite=overwrite)
            return Result(where.path, parts.frames, resumed, remarks)
    finally:
        if own is not None:
            own.close()


def check(
    recording: Recording, path: str | Path, *, alpha: bool, to_sdr: bool = False, overwrite: bool = False
) -> Target:
    """Say where a recording would go; before anything is painted or written.

    Raises:
        InvalidRequest, Conflict: it cannot go there, as `replace` says.
    """
    target = Target.of(Path(path), alpha=alpha)
    if target.path.exists() and target.path.samefile(recording.path):
        raise InvalidRequest("The output would take the recording's own place. Choose another name.")
    if target.path.is_dir() and target.format:
        raise InvalidRequest(f"{target.path} is a folder. Choose another name.")
    if target.path.exists() and not overwrite:
        raise Conflict(f"{target.path} is there already. Choose another name, or add --overwrite.")
    if recording.hdr and not to_sdr:
        raise InvalidRequest(
            f"{recording.path.name} is HDR ({recording.hdr}), and pictures are put together in SDR here: its "
            "colours would be pale and wrong. Add --sdr to have them converted."
        )
    if not target.path.parent.is_dir():
        raise InvalidRequest(f"There is no folder {target.path.parent}. Make it, or choose another place.")
    return target


def _make(
    parts: Parts,
    recording: Recording,
    target: Target,
    background: Backdrop,
    matter: Matter,
    look: Look,
    quality: int | None,
    on_progress: Callable[[Progress], object],
) -> None:
    """Decode in one thread, find mattes in another, composite and encode in this one."""
    since = None
    if parts.last is not None:
        since = max(recording.start, parts.last - round(WARM_UP_S / recording.time_base))
    resumed, begun = parts.frames, time.monotonic()
    with (
        Ahead(frames(recording, since), WAITING, "decode") as decoded,
        Ahead(matted(decoded, matter, look), WAITING, "matte") as cut,
    ):
        start = float(recording.start * recording.time_base)
        shown = painted(cut, background, matter, look, start)
        with closing(write_parts(shown, parts, recording, target, quality)) as written:
            for done in written:
                took, made = time.monotonic() - begun, done - resumed
                total = max(recording.frames, done) if recording.frames else 0
                on_progress(Progress(done, total, (total - done) * took / made if total else None))


def _put_in_place(parts: Parts, recording: Recording, target: Target, *, overwrite: bool) -> list[str]:
    if not parts.done:
        raise UnsupportedMedia(f"No picture of {recording.path} can be decoded. Is the file whole?")
    remarks = []
    made = parts.joined
    if target.format:
        remarks = join(parts, recording, target, made)
    else:
        made = parts.pictures
        moments = (moment for part in parts.done for moment in part.times)
        lines = [
            f"{NAMES % number},{float(moment * recording.time_base):.6f}\n"
            for number, moment in enumerate(moments, 1)
        ]
        (made / TIMES).write_text("picture,seconds\n" + "".join(lines), "utf-8")
        remarks.append("Pictures have no sound. times.csv says when each is shown.")
    if target.path.exists():
        if not overwrite:
            raise Conflict(
                f"{target.path} appeared meanwhile. The result is kept: add --overwrite to put it there."
            )
        if target.path.is_dir():
            _remove_pictures(target.path)
    made.replace(target.path)
    parts.remove()
    return remarks


def _remove_pictures(folder: Path) -> None:
    """Remove what an earlier run made, and never anything else."""
    strangers = [path.name for path in folder.iterdir() if path.suffix != ".png" and path.name != TIMES]
    if strangers:
        raise Conflict(f"{folder} holds other things too, such as {strangers[0]}. Choose another name.")
    shutil.rmtree(folder)


def _made_of(
    recording: Recording,
    target: Target,
    background: Backdrop,
    more: str,
    matter: Matter,
    look: Look,
    quality: int | None,
) -> dict[str, Any]:
    """Return what decides how the result looks: parts of anything else cannot be gone on with."""
    stat = recording.path.stat()
    kernel = files("cyclorama.picture").joinpath("kernel.wasm").read_bytes()
    return {
        "version": [cyclorama.__version__, hashlib.sha256(kernel).hexdigest()],
        "source": [str(recording.path.resolve()), stat.st_size, stat.st_mtime_ns],
        "background": [background.name, more],
        "matter": matter.name,
        "look": look.values(),
        "target": [target.format, target.codec, target.alpha, quality],
    }
