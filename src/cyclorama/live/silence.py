"""A source without its sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.picture import Frame

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from cyclorama.live.base import Source


class Silenced:
    """The pictures of a source, alone.

    Args:
        source: whose sound nobody wants.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

        self.live, self.name = source.live, source.name
        self.fps: Any = getattr(source, "fps", None)

    def __iter__(self) -> Generator[Frame]:
        """Open the source; see `Source`."""
        items = iter(self._source)
        try:
            for item in items:
                if isinstance(item, Frame):
                    yield item
        finally:
            # A device is let go of now, in this thread, not when the iterator is forgotten.
            if close := getattr(items, "close", None):
                close()

    def close(self) -> None:
        """End the iteration, from any thread."""
        self._source.close()
