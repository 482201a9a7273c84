"""What the live engine needs on this machine: models without a browser, outputs, encoders."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import av

from cyclorama import extras
from cyclorama.cli.doctor.check import Check
from cyclorama.live.sinks.virtual_camera import MODULE, how_to_get_one, loopbacks

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED = ("libx264", "libopus", "aac")  # what WebRTC, RTMP and files are encoded with
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def checks() -> Iterator[Check]:
    """Look at what `cyclorama live` and `cyclorama replace` use. All of it is optional to the studio page."""
    yield _matting()
    yield _encoders()
    yield _virtual_camera()
    yield _window()


def _matting() -> Check:
    if extras.missing("live"):
        return Check("Live engine", "optional", "LiteRT is not installed", extras.command("live"))
    try:
        # Not more: to run a model, LiteRT writes on the terminal that it does.
        import_module("ai_edge_litert.interpreter")
    except Exception as error:  # whatever it is, it is the finding
        command = "pip install --force-reinstall ai-edge-litert"
        return Check("Live engine", "broken", f"LiteRT does not load: {error}", f"Reinstall: {command}")
    return Check("Live engine", "ok", "LiteRT loads")


def _encoders() -> Check:
    missing = [name for name in NEEDED if name not in av.codecs_available]
    if missing:
        advice = "Install PyAV's own build: pip install --force-reinstall --only-binary=:all: av"
        return Check("- Encoders", "optional", f"PyAV lacks {', '.join(missing)}", advice)
    return Check("- Encoders", "ok", ", ".join(NEEDED))


def _virtual_camera() -> Check:
    name = "- Virtual camera"
    if extras.missing("virtual-camera"):
        command = extras.command("virtual-camera")
        return Check(name, "optional", "pyvirtualcam is not installed", f"For OBS, Zoom and Meet: {command}")
    if sys.platform != "linux":
        return Check(name, "ok", "OBS's, if OBS is installed", f"If it is not there: {how_to_get_one()}")
    there = loopbacks()
    if not there:
        found = "v4l2loopback has no device" if MODULE.is_dir() else "v4l2loopback is not loaded"
        return Check(name, "optional", found, f"To get one: {how_to_get_one()}")
    closed = [device for device in there if not os.access(device, os.W_OK)]
    if closed:
        return Check(
            name, "optional", f"no right to write to {', '.join(closed)}", "sudo usermod -aG video $USER"
        )
    return Check(name, "ok", ", ".join(f"{label} ({device})" for device, label in there.items()))


def _window() -> Check:
    if extras.missing("window"):
        command = extras.command("window")
        return Check("- Window", "optional", "PySDL2 is not installed", f"To see it here: {command}")
    if sys.platform == "darwin":
        return Check(
            "- Window", "optional", "not for the engine on macOS", "Watch a stage in a browser instead."
        )
    if sys.platform == "linux" and not any(os.environ.get(name) for name in SCREENS):
        return Check("- Window", "optional", "no screen here", "Nothing: only the output window needs one.")
    return Check("- Window", "ok", "SDL")
