"""The live engine: a camera, file or stream becomes the person before a background, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyclorama.live.backdrops import open_backdrop
    from cyclorama.live.base import Backdrop, Sink, SinkClosed, Sound, Source, Stream
    from cyclorama.live.engine import Engine
    from cyclorama.live.fake import FakeSink, FakeSource
    from cyclorama.live.painter import Painter
    from cyclorama.live.sinks import open_sink
    from cyclorama.live.sources import open_sound, open_source
    from cyclorama.live.stats import Event, SinkStats, Stats
    from cyclorama.live.still import composite
    from cyclorama.matting.base import Matter

__all__ = [
    "Backdrop",
    "Engine",
    "Event",
    "FakeSink",
    "FakeSource",
    "Matter",
    "Painter",
    "Sink",
    "SinkClosed",
    "SinkStats",
    "Sound",
    "Source",
    "Stats",
    "Stream",
    "composite",
    "open_backdrop",
    "open_sink",
    "open_sound",
    "open_source",
]

_HOMES = {
    "live.backdrops": ("open_backdrop",),
    "live.base": ("Backdrop", "Sink", "SinkClosed", "Sound", "Source", "Stream"),
    "live.engine": ("Engine",),
    "live.fake": ("FakeSink", "FakeSource"),
    "live.painter": ("Painter",),
    "live.sinks": ("open_sink",),
    "live.sources": ("open_sound", "open_source"),
    "live.still": ("composite",),
    "live.stats": ("Event", "SinkStats", "Stats"),
    "matting.base": ("Matter",),
}


def __getattr__(name: str) -> object:
    # Only when somebody asks: the command line imports this package to print its help.
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"cyclorama.{home}"), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
