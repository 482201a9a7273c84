"""Where frames come from: cameras, files, streams of the network, screens, stages, a test person."""

from __future__ import annotations

from cyclorama.live.sources.av_source import AVSource
from cyclorama.live.sources.camera import CameraSource
from cyclorama.live.sources.finding import Camera, CameraFormat, cameras
from cyclorama.live.sources.joining import joined
from cyclorama.live.sources.microphones import MicrophoneSource, PulseSource, microphone
from cyclorama.live.sources.opening import open_sound, open_source
from cyclorama.live.sources.person import TestPerson
from cyclorama.live.sources.screen import ScreenSource

__all__ = [
    "AVSource",
    "Camera",
    "CameraFormat",
    "CameraSource",
    "MicrophoneSource",
    "PulseSource",
    "ScreenSource",
    "TestPerson",
    "cameras",
    "joined",
    "microphone",
    "open_sound",
    "open_source",
]
