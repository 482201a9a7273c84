"""AV1 from RTP (AOM's RTP Payload Format for AV1), as Matroska wants it: temporal units of sized OBUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.stage.recording.av1_sequence import look_of
from cyclorama.stage.recording.bits import Bits
from cyclorama.stage.recording.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

# obu_type (6.2.2 of the AV1 specification)
SEQUENCE_HEADER, TEMPORAL_DELIMITER, FRAME_HEADER, FRAME, TILE_LIST, PADDING = 1, 2, 3, 6, 8, 15
UNWANTED = frozenset({TEMPORAL_DELIMITER, TILE_LIST, PADDING})
HAS_EXTENSION, HAS_SIZE = 0x04, 0x02  # bits of an OBU's header
CONTINUES, GOES_ON = 0x80, 0x40  # Z and Y of the aggregation header
KEY_FRAME = 0


def av1(payloads: Sequence[bytes]) -> Frame:
    """Return the temporal unit in `payloads`.

    Raises:
        ValueError: they are no whole temporal unit.
    """
    obus = [_Obu(each) for each in _elements(payloads)]
    obus = [obu for obu in obus if obu.kind not in UNWANTED]
    pictures = [obu for obu in obus if obu.kind in {FRAME, FRAME_HEADER}]
    if not pictures:
        raise ValueError("an AV1 temporal unit without a picture")
    sequence = next((obu for obu in obus if obu.kind == SEQUENCE_HEADER), None)
    key = sequence is not None and _is_key(pictures[0])
    look = look_of(sequence.body, sequence.sized()) if sequence is not None and key else None
    return Frame(b"".join(obu.sized() for obu in obus), key, look)


class _Obu:
    """One open bitstream unit, with or without the size that RTP leaves out (5.3 of the specification)."""

    def __init__(self, data: bytes) -> None:
        if not data or data[0] & 0x80:
            raise ValueError("not an OBU")
        self.kind = data[0] >> 3 & 0x0F
        end = 2 if data[0] & HAS_EXTENSION else 1
        self._head = bytes([data[0] | HAS_SIZE]) + data[1:end]
        if len(data) < end:
            raise ValueError("an OBU that ends in its header")
        if data[0] & HAS_SIZE:
            size, start = _leb128(data, end)
            self.body = data[start : start + size]
            if len(self.body) != size:
                raise ValueError("an OBU that is shorter than it says")
        else:
            self.body = data[end:]

    def sized(self) -> bytes:
        """Return the OBU with its size."""
        return self._head + _as_leb128(len(self.body)) + self.body


def _elements(payloads: Sequence[bytes]) -> list[bytes]:
    """Return the OBU elements, whose fragments are joined (4.4 of the payload format)."""
    elements: list[bytearray] = []
    open_end = False
    for payload in payloads:
        if not payload:
            raise ValueError("an AV1 payload without a header")
        header = payload[0]
        if bool(header & CONTINUES) != open_end:
            raise ValueError("an AV1 fragment without what goes before it")
        count = header >> 4 & 3
        at, index = 1, 0
        while at < len(payload):
            index += 1
            size = len(payload) - at
            if index != count:
                size, at = _leb128(payload, at)
                if size > len(payload) - at:
                    raise ValueError("an AV1 element that is longer than its packet")
            if index == 1 and open_end:
                elements[-1] += payload[at : at + size]
            else:
                elements.append(bytearray(payload[at : at + size]))
            at += size
        if not index:
            raise ValueError("an AV1 payload without an element")
        open_end = bool(header & GOES_ON)
    if open_end:
        raise ValueError("an AV1 temporal unit without its end")
    return [bytes(each) for each in elements if each]


def _is_key(picture: _Obu) -> bool:
    bits = Bits(picture.body[:1])
    return not bits.take(1) and bits.take(2) == KEY_FRAME


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return a number (4.10.5 of the specification) and where it ends."""
    number = 0
    for index in range(8):
        if at + index >= len(data):
            break
        number |= (data[at + index] & 0x7F) << index * 7
        if not data[at + index] & 0x80:
            return number, at + index + 1
    raise ValueError("an AV1 number without an end")


def _as_leb128(number: int) -> bytes:
    data = bytearray()
    while number >= 0x80:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)
