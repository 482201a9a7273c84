"""What can be recorded, and how Matroska calls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.stage.recording.av1 import av1
from cyclorama.stage.recording.frames import Frame
from cyclorama.stage.recording.h264 import H264
from cyclorama.stage.recording.vpx import vp8, vp9

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cyclorama.stage.codecs import Codec
    from cyclorama.stage.recording.frames import Depacketizer


@dataclass(frozen=True)
class Recordable:
    """A codec: its depacketizer and its id in Matroska (matroska.org/technical/codec_specs.html)."""

    id: str
    depacketizer: Callable[[Codec], Depacketizer]


def opus(payloads: Sequence[bytes]) -> Frame:
    """Return the Opus packet that an RTP packet is (RFC 7587, 4.2)."""
    return Frame(b"".join(payloads), key=True)


RECORDABLE = {
    "VP8": Recordable("V_VP8", lambda _: vp8),
    "VP9": Recordable("V_VP9", lambda _: vp9),
    "H264": Recordable("V_MPEG4/ISO/AVC", lambda codec: H264(codec.parameters)),
    "AV1": Recordable("V_AV1", lambda _: av1),
    "OPUS": Recordable("A_OPUS", lambda _: opus),
}  # by the upper case of a codec's name in the SDP
