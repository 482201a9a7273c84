"""H.264 from RTP (RFC 6184: single NAL units, STAP-A, FU-A), as Matroska wants it: ISO/IEC 14496-15."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING

from aiortc.codecs.h264 import H264PayloadDescriptor

from cyclorama.stage.recording.bits import Bits
from cyclorama.stage.recording.frames import Frame, Look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START_CODE = b"\0\0\0\1"
IDR, SPS, PPS = 5, 7, 8  # nal_unit_type
SLICES = range(1, 6)
# profile_idc of those whose SPS tells the chroma format (7.3.2.1.1)
WITH_CHROMA = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
# profile_idc of those that avcC repeats chroma format and bit depths for (14496-15, 5.3.3.1.2)
CHROMA_REPEATED = frozenset({100, 110, 122, 144})
MAX_SPS = 4096  # bytes


class H264:
    """Depacketizes one stream. It remembers the parameter sets: they may come once only, or in the SDP.

    Args:
        parameters: those of the codec in the SDP.
    """

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._sets: dict[int, bytes] = {}
        for each in str(parameters.get("sprop-parameter-sets", "")).split(","):
            try:
                self._remember(b64decode(each, validate=True))
            except binascii.Error:
                continue

    def __call__(self, payloads: Sequence[bytes]) -> Frame:
        """Return the access unit in `payloads`.

        Raises:
            ValueError: they are no whole access unit, or a key frame whose parameter sets never came.
        """
        head, *nals = b"".join(H264PayloadDescriptor.parse(each)[1] for each in payloads).split(START_CODE)
        nals = [nal for nal in nals if nal]
        slices = [nal for nal in nals if nal[0] & 0x1F in SLICES]
        # A picture begins with macroblock 0, whose Exp-Golomb code is a single 1.
        if head or not slices or slices[0][1:2] < b"\x80":
            raise ValueError("no picture, or only its later part")
        for nal in nals:
            self._remember(nal)
        data = b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals)
        key = slices[0][0] & 0x1F == IDR
        return Frame(data, key, self._look() if key else None)

    def _remember(self, nal: bytes) -> None:
        if nal and (kind := nal[0] & 0x1F) in {SPS, PPS}:
            self._sets[kind] = nal

    def _look(self) -> Look:
        sps, pps = self._sets.get(SPS), self._sets.get(PPS)
        if sps is None or pps is None:
            raise ValueError("a key frame before its parameter sets")
        width, height, chroma = _read_sps(sps)
        private = b"".join(
            (
                bytes([1]) + sps[1:4] + bytes([0xFC | 3]),  # NAL units have lengths of four bytes
                bytes([0xE0 | 1]) + len(sps).to_bytes(2, "big") + sps,
                bytes([1]) + len(pps).to_bytes(2, "big") + pps,
                bytes([0xFC | chroma[0], 0xF8 | chroma[1], 0xF8 | chroma[2], 0])
                if sps[1] in CHROMA_REPEATED
                else b"",
            )
        )
        return Look(width, height, private)


def _read_sps(sps: bytes) -> tuple[int, int, tuple[int, int, int]]:
    """Return width and height in pixels; chroma format and bit depths of luma and chroma minus 8.

    7.3.2.1.1 of the H.264 specification.
    """
    if len(sps) > MAX_SPS:
        raise ValueError("a parameter set that is too large")
    bits = Bits(sps[1:].replace(b"\0\0\3", b"\0\0"))
    profile = bits.take(8)
    bits.take(16)
    bits.exp_golomb()
    chroma, luma_depth, chroma_depth, separate = 1, 0, 0, 0
    if profile in WITH_CHROMA:
        chroma = bits.exp_golomb()
        if chroma == 3:
            separate = bits.take(1)
        luma_depth, chroma_depth = bits.exp_golomb(), bits.exp_golomb()
        bits.take(1)
        if bits.take(1):
            for index in range(12 if chroma == 3 else 8):
                if bits.take(1):
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    bits.exp_golomb()
    order = bits.exp_golomb()
    if order == 0:
        bits.exp_golomb()
    elif order == 1:
        bits.take(1)
        bits.signed_exp_golomb()
        bits.signed_exp_golomb()
        for _ in range(bits.exp_golomb()):
            bits.signed_exp_golomb()
    bits.exp_golomb()
    bits.take(1)
    columns, rows = bits.exp_golomb() + 1, bits.exp_golomb() + 1
    frames_only = bits.take(1)
    if not frames_only:
        bits.take(1)
    bits.take(1)
    crop = [bits.exp_golomb() for _ in range(4)] if bits.take(1) else [0, 0, 0, 0]
    subsampled = chroma if not separate else 0
    across = 2 if subsampled in {1, 2} else 1
    down = (2 if subsampled == 1 else 1) * (2 - frames_only)
    width = columns * 16 - (crop[0] + crop[1]) * across
    height = rows * 16 * (2 - frames_only) - (crop[2] + crop[3]) * down
    if not (
        0 < width < 1 << 16 and 0 < height < 1 << 16 and chroma < 4 and max(luma_depth, chroma_depth) < 7
    ):
        raise ValueError("a parameter set that makes no sense")
    return width, height, (chroma, luma_depth, chroma_depth)


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = scale = 8
    for _ in range(size):
        if scale:
            scale = (last + bits.signed_exp_golomb()) % 256
        last = scale or last
