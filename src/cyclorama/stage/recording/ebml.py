"""EBML, the elements that Matroska is made of (RFC 8794). Names are their ids, with the marker bit."""

from __future__ import annotations

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def element(name: int, *content: bytes) -> bytes:
    """Return an element."""
    data = b"".join(content)
    return identifier(name) + size(len(data)) + data


def number(name: int, value: int) -> bytes:
    """Return an element that is an unsigned integer."""
    return element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def void(room: int) -> bytes:
    """Return `room` bytes of nothing: 0, or 2 to 128."""
    return b"\xec" + bytes([0x80 | room - 2]) + bytes(room - 2) if room else b""


def identifier(name: int) -> bytes:
    """Return an id."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big")


def size(value: int, length: int = 0) -> bytes:
    """Return the size of an element, in `length` bytes or as few as it takes."""
    while not length or value >= (1 << 7 * length) - 1:  # all ones would mean an unknown size
        length += 1
    return (1 << 7 * length | value).to_bytes(length, "big")


def read(data: bytes, at: int, *, mask: bool) -> tuple[int, int]:
    """Return the id or, with `mask`, the size at `at`, and where it ends; without one, the end of `data`."""
    length = 9 - data[at].bit_length() if at < len(data) else 9
    if length > 8 or at + length > len(data):
        return 1 << 56, len(data)
    value = int.from_bytes(data[at : at + length], "big")
    return value & (1 << 7 * length) - 1 if mask else value, at + length
