"""Where the composited picture goes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, NotFound, instead

if TYPE_CHECKING:
    from cyclorama.live.base import Sink
    from cyclorama.settings import Settings

FILES = (".mp4", ".mov", ".mkv", ".webm")
NAMES = ("stage", "whip", "rtmp", "rtmps", "virtual-camera", "window")
FORMS = (
    "stage, stage:NAME, whip:https://…, rtmp://…, rtmps://…, virtual-camera, window, "
    f"a file ({' '.join(FILES)}), or a folder for pictures"
)


def open_sink(
    text: str, *, settings: Settings | None = None, server: str | None = None, token: str = ""
) -> Sink:
    """Return the output that `text` names; it is not opened yet.

    `stage` (the studio's) or `stage:NAME`, `whip:URL`, `rtmp://…` or `rtmps://…`, `virtual-camera` or
    `virtual-camera:NAME`, `window`; a path that ends in .mp4, .mov, .mkv or .webm; and for pictures a folder
    or `folder/%05d.png`.

    Args:
        text: as above.
        settings: where a stage is; by default what is set here.
        server: the address of the running studio, for `stage`; by default what the settings say.
        token: the bearer token for `whip:`.

    Raises:
        InvalidRequest: it is none of these, or lacks its token.
        NotFound: the folder that the file shall go to is not there.
        MissingExtra: it needs a package that is not installed.
    """
    kind, _, rest = text.partition(":")
    match kind:
        case "stage":
            from cyclorama import settings as settings_
            from cyclorama.live.sinks.stage import StageSink

            return StageSink(settings or settings_.load(), rest, server=server)
        case "whip":
            from cyclorama.live.sinks.whip import WHIPSink

            if not rest.startswith(("https://", "http://")):
                raise InvalidRequest(f"{text!r} is no output. One writes whip:https://…")
            if not token:
                raise InvalidRequest(f"{text} needs a token: give it with --token.")
            return WHIPSink(rest, token)
        case "rtmp" | "rtmps":
            from cyclorama.live.sinks.rtmp import RTMPSink

            return RTMPSink(text)
        case "virtual-camera":
            from cyclorama.live.sinks.virtual_camera import VirtualCamera

            return VirtualCamera(rest or None)
        case "window":
            from cyclorama.live.sinks.window import Window

            return Window()
    return _file(text)


def _file(text: str) -> Sink:
    path = Path(text).expanduser()
    if path.suffix.lower() in FILES:
        if not path.parent.is_dir():
            raise NotFound(f"There is no folder {path.parent} for {path.name}. Make it first.")
        from cyclorama.live.sinks.file import FileSink

        return FileSink(path)
    if text and (path.suffix.lower() == ".png" or path.is_dir() or text.endswith("/")):
        from cyclorama.live.sinks.pictures import PictureSink

        return PictureSink(path)
    if "/" in text or path.suffix:
        raise InvalidRequest(
            f"{text} is no kind of file that is written here. There are: {', '.join(FILES)}."
        )
    raise InvalidRequest(f"There is no output {text!r}. {instead(text, NAMES)} One writes: {FORMS}.")
