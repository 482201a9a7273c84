"""Bits of codec headers, most significant first."""

from __future__ import annotations


class Bits:
    """Reads numbers from `data`. Each method raises `ValueError` past its end."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        if count > self._left:
            raise ValueError("a header ends too soon")
        self._left -= count
        return self._number >> self._left & (1 << count) - 1

    def exp_golomb(self) -> int:
        """Return an unsigned Exp-Golomb number (H.264, 9.1; `uvlc` of AV1, 4.10.3)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("a number is larger than 32 bits")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_exp_golomb(self) -> int:
        """Return a signed Exp-Golomb number (H.264, 9.1.1)."""
        code = self.exp_golomb()
        return (code + 1) // 2 if code & 1 else -(code // 2)
