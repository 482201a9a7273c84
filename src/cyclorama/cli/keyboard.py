"""Single keys from a terminal, as they are pressed."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import time
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

ENTER, BACKSPACE, ESCAPE, ERASE, BREAK = "\n", "\b", "\x1b", "\x15", "\x03"
# What arrow keys and the like send: CSI and SS3 sequences (ECMA-48), or Alt and a key.
SEQUENCES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O.|[^\x1b])", re.DOTALL)
ALIASES = {"\r": ENTER, "\x7f": BACKSPACE}
POLL_S = 0.02


class Keyboard(Protocol):
    """Gives keys while it is entered; afterwards the terminal is as it was."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def read(self, timeout: float) -> str:
        """Return the keys that were pressed, one character each; wait for one, but not longer than this."""
        ...


def plain(typed: str) -> str:
    """Return what was typed without what arrow keys and the like send, each other key as one character."""
    return "".join(ALIASES.get(key, key) for key in SEQUENCES.sub("", typed))


def keyboard() -> Keyboard | None:
    """Return the keyboard of the terminal in which the command runs; None where nobody can press keys."""
    if not sys.stdin or not sys.stdin.isatty():
        return None
    if sys.platform == "win32":
        return WindowsKeyboard()
    keys = PosixKeyboard(sys.stdin.fileno())
    return keys if keys.is_ours else None


if sys.platform == "win32":
    import msvcrt

    class WindowsKeyboard:
        """The console's keys."""

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            """Do nothing: the console is as it was."""

        def read(self, timeout: float) -> str:
            """Return the keys that were pressed; wait for one, but not longer than this."""
            end = time.monotonic() + timeout
            while True:
                typed = ""
                while msvcrt.kbhit():
                    key = msvcrt.getwch()
                    if key in "\0\xe0":
                        msvcrt.getwch()  # the second half of an arrow key or the like
                    else:
                        typed += key
                if typed or time.monotonic() >= end:
                    return plain(typed)
                time.sleep(POLL_S)

else:
    import signal
    import termios
    import tty

    class PosixKeyboard:
        """A terminal's keys, one by one and without echo; Ctrl+C and Ctrl+Z still do what they do.

        Args:
            fd: of the terminal.
        """

        def __init__(self, fd: int) -> None:
            self._fd = fd
            self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
            self._gone = False

        @property
        def is_ours(self) -> bool:
            """Whether keys are for this command. One in the background that asks for them is stopped."""
            try:
                return os.tcgetpgrp(self._fd) == os.getpgrp()
            except OSError:  # it is not the terminal that this command was started from, or is gone
                return False

        def __enter__(self) -> Self:
            self._before = termios.tcgetattr(self._fd)
            # After Ctrl+Z and `fg` the shell has set the terminal up in its own way.
            self._continued = signal.signal(signal.SIGCONT, lambda *_: self._one_by_one())
            self._one_by_one()
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            signal.signal(signal.SIGCONT, self._continued)
            if self.is_ours:
                termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)

        def read(self, timeout: float) -> str:
            """Return the keys that were pressed; wait for one, but not longer than this."""
            if self._gone or not self.is_ours:
                time.sleep(timeout)
                return ""
            if not select.select([self._fd], [], [], timeout)[0]:
                return ""
            try:
                data = os.read(self._fd, 4096)
            except OSError:
                data = b""
            self._gone = not data  # the terminal was closed
            return plain(self._decoder.decode(data))

        def _one_by_one(self) -> None:
            if self.is_ours:
                tty.setcbreak(self._fd, termios.TCSADRAIN)
