"""A process that paints every so-many-th frame of a loop: `python -m cyclorama.backgrounds.scenery.hand`.

It reads its order from standard input, in JSON, and writes frames to standard output, each as long as the
others, behind `HELLO`. It ends when nobody takes them any more.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pydantic import BaseModel

from cyclorama.backgrounds import loops
from cyclorama.backgrounds.base import Prompt  # noqa: TC001 - pydantic needs it at run time

from .film import Film

if TYPE_CHECKING:
    from typing import BinaryIO

HELLO = b"cyclorama paints\n"
NICE = 10  # whoever streams on this machine goes first


class Order(BaseModel):
    """What one of them paints: the frames `first`, `first + step` and so on, of `frames`."""

    prompt: Prompt
    frames: int
    first: int
    step: int


def paint(order: Order, out: BinaryIO) -> None:
    """Paint, and write while the next frame is painted."""
    prompt = order.prompt
    film = Film(prompt, prompt.seconds)
    out.write(HELLO)
    out.flush()
    with ThreadPoolExecutor(1) as writing:
        written = None
        for number in range(order.first, order.frames, order.step):
            data = loops.planes(film.frame(number / order.frames))
            if written:
                written.result()
            written = writing.submit(_write, out, data)
        if written:
            written.result()


def _write(out: BinaryIO, data: bytes) -> None:
    out.write(data)
    out.flush()


def main() -> None:
    """Paint what standard input says."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed shall not be taken for a frame
    try:
        paint(Order.model_validate_json(sys.stdin.buffer.read()), out)
    except BrokenPipeError:
        os._exit(1)  # nobody is there any more; what else is buffered has nowhere to go


if __name__ == "__main__":
    main()
