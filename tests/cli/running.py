"""The command, as programs run it, with pipes, and as people do, in a terminal."""

from __future__ import annotations

import codecs
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from cyclorama import cli

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

TIMEOUT_S = 60
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
START = "from cyclorama.cli import main; main()"
AT_KEYBOARD = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"


def run(*args: str, before: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command; `before` is Python that its process runs first."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{START}", *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        env=os.environ | variables,
    )


def call(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which is quicker; not from within an event loop."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, variables),
        mock.patch.object(sys, "argv", ["cyclorama", *args]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        cli.main()
    code = ended.value.code
    assert code is None or isinstance(code, int)
    return subprocess.CompletedProcess(args, code or 0, out.getvalue(), err.getvalue())


@dataclass
class Terminal:
    """The command in a terminal, 100x40 characters, that knows all colours.

    Attributes:
        text: all that was written to it by now.
        status: the command's exit code, when it has ended.
    """

    args: tuple[str, ...]
    before: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    text: str = ""
    status: int | None = None

    def __enter__(self) -> Self:
        self._screen, keyboard = pty.openpty()
        fcntl.ioctl(keyboard, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        plain = {
            name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"{AT_KEYBOARD}\n{self.before}\n{START}", *self.args],
            stdin=keyboard,
            stdout=keyboard,
            stderr=keyboard,
            start_new_session=True,
            env=plain
            | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
            | self.variables,
        )
        os.close(keyboard)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._screen)

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self._screen, keys.encode())

    def until(self, words: str) -> None:
        """Read until these words came."""
        while words not in self.plain:
            assert self._read(), self.text

    def end(self) -> str:
        """Read until the command ends, and return its words without colours."""
        while self._read():
            pass
        self.status = self._process.wait(TIMEOUT_S)
        return self.plain

    @property
    def plain(self) -> str:
        return ESCAPES.sub("", self.text)

    def _read(self) -> bool:
        try:
            data = os.read(self._screen, 65536)
        except OSError:  # Linux says so when the other side is closed
            data = b""
        self.text += self._decoder.decode(data)
        return bool(data)
