"""Frames become packets of H.264, VP9 or ProRes, and sounds packets of AAC or Opus, at their own times."""

from __future__ import annotations

from .picture import CODECS, Encoder, fitting_bitrate

__all__ = ["CODECS", "Encoder", "fitting_bitrate"]
