"""Frames become packets of H.264, VP9 or ProRes, and sounds packets of AAC or Opus, at their own times."""

from __future__ import annotations

from .muxing import Muxer
from .picture import CODECS, Encoder, fitting_bitrate
from .sound import SOUND_CODECS, SoundEncoder

__all__ = ["CODECS", "SOUND_CODECS", "Encoder", "Muxer", "SoundEncoder", "fitting_bitrate"]
