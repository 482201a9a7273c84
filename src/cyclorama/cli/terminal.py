"""Watches over a running engine in a terminal: shows how it is, and does what keys say."""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError
from rich.live import Live
from rich.text import Text

from cyclorama.cli import screen
from cyclorama.cli.keyboard import BACKSPACE, BREAK, ENTER, ERASE, ESCAPE, Keyboard
from cyclorama.cli.options import read_look
from cyclorama.cli.preview import COLUMNS, Preview
from cyclorama.cli.view import Question, in_a_line, length, view
from cyclorama.errors import CycloramaError, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from PIL.Image import Image
    from rich.console import Console

    from cyclorama.live import Engine
    from cyclorama.live.control import Control

TICK_S = 0.1
VIEW_S = 0.3
PREVIEW_S = 0.5
LINE_S = 30.0
FIRST_LINE_S = 3.0
PIXELS = 4  # of the preview for each character, before it is made of them
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Board:
    """What keys do to an engine.

    Args:
        control: changes it.
        say: shows a message to the person at the keyboard; any thread may call it.
    """

    def __init__(self, control: Control, say: Callable[[str], object]) -> None:
        self._control, self._say = control, say
        self._answer: Callable[[str], object] | None = None
        self.question: Question | None = None
        self.help = False
        self.stopping = False

    def press(self, keys: str) -> None:
        """Do what these keys say, one after the other."""
        for key in keys:
            if key == BREAK:  # where the system makes no signal of it
                self.stopping = True
            elif self.question:
                self._type(self.question, key)
            else:
                self._do(key)

    def change(self, **wishes: object) -> None:
        """Change the engine, or say why not."""
        from cyclorama.live.state import Change

        try:
            self._control.change(Change.model_validate(wishes))
        except CycloramaError as error:
            self._say(error.detail)
        except ValidationError as error:
            self._say(in_words(error.errors()))

    def _do(self, key: str) -> None:
        match key.lower():
            case " ":
                self.change(person=not self._control.state().person)
            case "b":
                self._ask("Background", lambda text: self.change(background=_unquoted(text)))
            case "l":
                self._ask("Look file", self._load_look)
            case "m":
                # Loading takes a moment, in which the panic key must work.
                threading.Thread(target=self._next_model, name="model", daemon=True).start()
            case "?" | "h":
                self.help = not self.help
            case "q":
                self.stopping = True

    def _ask(self, label: str, answer: Callable[[str], object]) -> None:
        self.question, self._answer = Question(label), answer

    def _type(self, question: Question, key: str) -> None:
        if key == ENTER:
            self.question = None
            if self._answer and question.text.strip():
                self._answer(question.text.strip())
        elif key == ESCAPE:
            self.question = None
        elif key == BACKSPACE:
            question.text = question.text[:-1]
        elif key == ERASE:
            question.text = ""
        elif key.isprintable():
            question.text += key

    def _load_look(self, text: str) -> None:
        from cyclorama.live.state import fields_of

        try:
            look = read_look(_unquoted(text))
        except CycloramaError as error:
            self._say(error.detail)
        else:
            self.change(look=fields_of(look))
            self._say(f"The look is that of {_unquoted(text)}.")

    def _next_model(self) -> None:
        from cyclorama.matting import models

        known = [*models()]
        now = self._control.state().model
        name = known[(known.index(now) + 1) % len(known)] if now in known else known[0]
        self.change(model=name)


def watch(
    engine: Engine,
    control: Control,
    console: Console,
    keyboard: Keyboard | None = None,
    background: str | None = None,
    trouble: Callable[[], str] = str,
) -> bool:
    """Run an engine until its source has ended, or somebody stops it.

    Args:
        engine: not started yet; stopped and closed afterwards.
        control: changes it.
        console: a terminal gets a view, anything else a line now and then.
        keyboard: who watches, in a terminal; None where nobody does.
        background: shown as soon as it is there; a prompt is painted while the engine runs already.
        trouble: asked for what else goes wrong beside the engine, a sentence or "".

    Returns:
        Whether all was closed; False when somebody would not wait for that.
    """
    messages: deque[str] = deque()
    board = Board(control, messages.append)
    engine.listen(lambda event: messages.append(event.message))
    shows = console.file.isatty() and not console.is_dumb_terminal
    display = _View(console) if shows else _Lines(console)
    with ExitStack() as stack:
        hurried = stack.enter_context(_signals(board))
        if keyboard:
            stack.enter_context(keyboard)
        stack.enter_context(display)
        engine.start()
        if background is not None:
            board.change(background=background)
        stopper, troubled = None, ""
        while not engine.wait(0) and not hurried.is_set():
            if keyboard:
                board.press(keyboard.read(TICK_S))
            else:
                engine.wait(TICK_S)
            if board.stopping and stopper is None:
                stopper = threading.Thread(target=engine.stop, name="stop", daemon=True)
                stopper.start()
            if (now := trouble()) != troubled:
                troubled = now
                messages.append(now)
            display.show(engine, control, board, messages)
        if stopper and not hurried.is_set():
            stopper.join()
        display.say(messages)
    return not hurried.is_set()


class _View:
    """A view that is always up to date, with messages above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        self._preview: Preview | None = None
        self._next_view = self._next_preview = 0.0

    def __enter__(self) -> None:
        self._live.start()

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, engine: Engine, control: Control, board: Board, messages: deque[str]) -> None:
        now = time.monotonic()
        self.say(messages)
        if now < self._next_view and not board.question:
            return
        self._next_view = now + VIEW_S
        if now >= self._next_preview:
            self._next_preview = now + PREVIEW_S
            self._preview = self._seen(engine)
        width, height = self._console.size
        shown = view(
            control.state(), width, height, self._preview, board.question, board.help, board.stopping
        )
        self._live.update(shown, refresh=True)

    def say(self, messages: deque[str]) -> None:
        while messages:
            if message := messages.popleft():
                self._console.print(Text(f"{time.strftime('%H:%M:%S')}  ", "dim").append(message))

    def _seen(self, engine: Engine) -> Preview | None:
        frame = engine.preview()
        if frame is None or not screen.shows_pictures(self._console):
            return None
        from cyclorama.live import thumbnail

        return Preview(_opaque(thumbnail.small(frame, PIXELS * COLUMNS)))


class _Lines:
    """A line now and then, for a log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = time.monotonic() + FIRST_LINE_S
        self._problem = ""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, engine: Engine, control: Control, board: Board, messages: deque[str]) -> None:
        del engine, board
        state = control.state()
        if state.problem != self._problem:
            self._problem = state.problem
            messages.append(state.problem)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LINE_S
            messages.append(f"{length(state.stats.seconds)}  {in_a_line(state)}")
        self.say(messages)

    def say(self, messages: deque[str]) -> None:
        while messages:
            if message := messages.popleft():
                self._console.print(message, markup=False, soft_wrap=True)


@contextmanager
def _signals(board: Board) -> Iterator[threading.Event]:
    """Stop properly when the system asks; set the event when it asks for the second time."""
    hurried = threading.Event()

    def heard(number: int, frame: FrameType | None) -> None:
        del number, frame
        if board.stopping:
            hurried.set()
        board.stopping = True

    # What was ignored on purpose, as SIGHUP is by nohup, stays so.
    ours = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, heard) for number in ours}
    try:
        yield hurried
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _unquoted(text: str) -> str:
    """Return what a terminal makes of a file that is dropped onto it, without its quotes."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text.replace("\\ ", " ")


def _opaque(image: Image) -> Image:
    if image.mode != "RGBA":
        return image
    from PIL import Image as Images

    return Images.alpha_composite(Images.new("RGBA", image.size, "black"), image).convert("RGB")
