"""Sources by the words that people write: `camera`, `screen:1`, `film.mp4`, `rtsp://…`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, NotFound, instead
from cyclorama.live.sources.av_source import AVSource, is_address
from cyclorama.live.sources.camera import CameraSource
from cyclorama.live.sources.microphones import microphone
from cyclorama.live.sources.person import FPS, TestPerson
from cyclorama.live.sources.screen import ScreenSource

if TYPE_CHECKING:
    from fractions import Fraction

    from cyclorama.live.base import Source
    from cyclorama.settings import Settings

WORDS = ("test", "camera", "screen", "stage", "whep")
SIZE = (1280, 720)


def open_source(
    text: str,
    *,
    size: tuple[int, int] | None = None,
    fps: Fraction | float | None = None,
    token: str = "",
    paced: bool = False,
    loop: bool = False,
    settings: Settings | None = None,
    server: str | None = None,
) -> Source:
    """Return the source that `text` names; it is opened when it is iterated.

    Args:
        text: `test`, `camera`, `camera:NAME|INDEX|/dev/videoN`, `screen`, `screen:N`, a path, an address of
            http, https, rtsp, rtmp, srt, udp, tcp or rtp; `stage:NAME/PARTICIPANT` or `whep:URL`.
        size: width and height to ask a camera or the test person for; others have their own.
        fps: pictures a second, likewise; and of a screen.
        token: of a viewer, for `whep:URL`; for a stage of a studio it is asked for.
        paced: a file at its own pace, as if it were a camera.
        loop: a file over and over.
        settings: where a stage is; by default what is set here.
        server: the address of the running studio, for `stage:`; by default what the settings say.

    Raises:
        InvalidRequest, NotFound: there is no such thing; the message says what to write instead.
    """
    word, colon, rest = text.partition(":")
    if is_address(text):
        return AVSource(text)
    match word:
        case "test" if not colon:
            return TestPerson(size or SIZE, fps or FPS)
        case "camera":
            return CameraSource(rest, size, fps)
        case "screen":
            if rest and not rest.isdecimal():
                raise InvalidRequest(
                    f"{text!r} is no screen: their numbers are counted from 0, as in screen:1."
                )
            return ScreenSource(int(rest or 0), fps)
        case "whep" if colon:
            from cyclorama.live.sources.whep import WHEPSource

            return WHEPSource(rest, token)
        case "stage" if colon:
            from cyclorama.live.sources.whep import of_stage

            return of_stage(rest, token, settings=settings, server=server)
    return AVSource(_file(text), paced=paced, loop=loop)


def open_sound(text: str) -> Source:
    """Return what is heard from what `text` names: a microphone or a file; it is opened when it is iterated.

    Args:
        text: `default`; `alsa:NAME`, `pulse:NAME` (Linux); `:INDEX` or a device's name (macOS); a device's
            name (Windows); a path or an address.

    Raises:
        NotFound: it looks like a path, and there is no such file.
    """
    if is_address(text):
        return AVSource(text, picture=False)
    if Path(text).is_file():
        return AVSource(Path(text), picture=False, loop=False)
    if not text.startswith(("alsa:", "pulse:")) and (Path(text).suffix or "/" in text):
        raise NotFound(f"There is no file {text}. Check the path, or name a microphone: default.")
    return microphone(text or "default")


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists():
        return path
    scheme, separator, _ = text.partition("://")
    if separator:
        raise InvalidRequest(
            f"{scheme}:// is no kind of address that is read here. Take http, https, rtsp, rtmp, srt or udp."
        )
    if path.suffix or len(path.parts) > 1:
        raise NotFound(f"There is no file {text}. Check the path.")
    raise NotFound(
        f"{text!r} is no input: there is no such file. {instead(text, WORDS)} See docs/sources.md for all."
    )
