"""What a shared library says of itself: the processor that it is for, and what it needs.

https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
"""

from __future__ import annotations

import re
import struct

AARCH64, X86_64 = 183, 62  # e_machine
SHT_DYNAMIC = 6
DT_NEEDED = 1


class Library:
    """A 64-bit little-endian ELF file.

    Attributes:
        machine: the processor, as ELF numbers them.
        needed: names of the libraries that it loads.
        glibc: the newest minor version of glibc 2 that it wants something of, or 0.
    """

    def __init__(self, data: bytes) -> None:
        assert data[:6] == b"\x7fELF\x02\x01"
        (self.machine,) = struct.unpack_from("<H", data, 18)
        self.needed = _needed(data)
        self.glibc = max(map(int, re.findall(rb"GLIBC_2\.(\d+)", data)), default=0)


def _needed(data: bytes) -> set[str]:
    (sections_at,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    # type, offset, size and link of each section
    sections = [struct.unpack_from("<4xI16xQQI", data, sections_at + size * n) for n in range(count)]
    names = set()
    for kind, offset, length, link in sections:
        if kind == SHT_DYNAMIC:
            strings = sections[link][1]
            for tag, value in struct.iter_unpack("<QQ", data[offset : offset + length]):
                if tag == DT_NEEDED:
                    start = strings + value
                    names.add(data[start : data.index(b"\0", start)].decode())
    return names
