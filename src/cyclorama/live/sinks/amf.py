"""AMF0, in which RTMP's commands are written: as much of it as a publisher says and hears."""

from __future__ import annotations

import struct
from typing import Any

NUMBER, BOOLEAN, STRING, OBJECT, NULL, UNDEFINED, MAP, END, ARRAY, LONG_STRING = (
    0,
    1,
    2,
    3,
    5,
    6,
    8,
    9,
    10,
    12,
)


def encode(*values: Any) -> bytes:
    """Write numbers, booleans, strings, None, and dicts of these."""
    return b"".join(_encoded(value) for value in values)


def decode(data: bytes) -> list[Any]:
    """Read values one after the other.

    Raises:
        ValueError: that is no AMF0, or a type that no server's answer has.
    """
    values, at = [], 0
    try:
        while at < len(data):
            value, at = _decoded(data, at)
            values.append(value)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("This is no AMF0.") from error
    return values


def _encoded(value: Any) -> bytes:
    match value:
        case None:
            return bytes([NULL])
        case bool():
            return bytes([BOOLEAN, value])
        case int() | float():
            return struct.pack(">Bd", NUMBER, value)
        case str():
            return bytes([STRING]) + _name(value)
        case _:
            fields = b"".join(_name(name) + _encoded(field) for name, field in value.items())
            return bytes([OBJECT]) + fields + b"\0\0" + bytes([END])


def _name(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _decoded(data: bytes, at: int) -> tuple[Any, int]:
    kind, at = data[at], at + 1
    match kind:
        case 0:
            return struct.unpack_from(">d", data, at)[0], at + 8
        case 1:
            return data[at] != 0, at + 1
        case 2:
            return _text(data, at, ">H")
        case 3:
            return _fields(data, at)
        case 5 | 6:
            return None, at
        case 8:
            return _fields(data, at + 4)
        case 10:
            values, count = [], struct.unpack_from(">I", data, at)[0]
            at += 4
            for _ in range(count):
                value, at = _decoded(data, at)
                values.append(value)
            return values, at
        case 12:
            return _text(data, at, ">I")
        case _:
            raise ValueError(f"AMF0 of type {kind} is not read here.")


def _text(data: bytes, at: int, size: str) -> tuple[str, int]:
    at, length = at + struct.calcsize(size), struct.unpack_from(size, data, at)[0]
    if at + length > len(data):
        raise IndexError
    return data[at : at + length].decode(), at + length


def _fields(data: bytes, at: int) -> tuple[dict[str, Any], int]:
    fields: dict[str, Any] = {}
    while True:
        name, at = _text(data, at, ">H")
        if data[at] == END:
            return fields, at + 1
        fields[name], at = _decoded(data, at)
