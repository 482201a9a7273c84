"""How many bits a second the picture may take: what was wished for, as far as the receiver can follow."""

from __future__ import annotations

# draft-ietf-rmcat-gcc-02, 6 (loss-based control): below the lower share of lost packets it may grow, above
# the upper it must shrink.
FEW, MANY = 0.02, 0.10
GROWTH = 1.05
LEAST = 0.1  # of what was wished for: below that, a picture is none


class Rate:
    """The bit rate of one picture, which follows REMB and the share of packets that get lost.

    Args:
        wished: in bits a second, where the network lets us.
        beside: what else goes the same way, the sound: an estimate counts it, too.
    """

    def __init__(self, wished: int, beside: int = 0) -> None:
        self._wished = wished
        self._beside = beside
        self._most = float(wished)
        self._by_loss = float(wished)

    @property
    def now(self) -> int:
        """In bits a second."""
        return int(max(min(self._most, self._by_loss, self._wished), LEAST * self._wished))

    def take_estimate(self, bits_per_second: int) -> None:
        """Heed what the receiver believes that the network can take (REMB)."""
        self._most = float(bits_per_second - self._beside)

    def take_loss(self, share: float) -> None:
        """Heed that this share of the packets, 0 to 1, were lost since the last report."""
        if share > MANY:
            self._by_loss = max(self.now * (1 - share / 2), LEAST * self._wished)
        elif share < FEW:
            self._by_loss = min(self._by_loss * GROWTH, float(self._wished))
