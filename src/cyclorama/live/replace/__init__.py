"""Recordings with another background: every frame in its place, mattes that look ahead, resumable."""

from cyclorama.live.replace.recording import Recording, probe
from cyclorama.live.replace.replacing import Progress, Result, check, replace

__all__ = ["Progress", "Recording", "Result", "check", "probe", "replace"]
