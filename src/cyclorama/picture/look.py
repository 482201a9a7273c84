"""What a creator can change about the picture."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Look:
    """The kernel's `Look`: fields, order and defaults as in `kernel/kernel.h`; a test makes sure of it.

    Attributes:
        low: confidence that becomes alpha 0.
        high: confidence that becomes alpha 1; between the two alpha is linear.
        floor: how much of a new matte a still place takes, 0 to 1.
        gain: how much more it takes for each level of luma (of 255) that changed.
        noise: levels of luma that change without motion.
        blur: standard deviation of the strongest blur, in heights of the frame.
    """

    low: float = 0.3
    high: float = 0.9
    floor: float = 0.25
    gain: float = 0.12
    noise: float = 2.0
    blur: float = 0.04

    def values(self) -> list[float]:
        """Return the fields in the kernel's order."""
        return [getattr(self, field.name) for field in fields(self)]
