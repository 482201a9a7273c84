"""How a running engine looks in a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cyclorama.cli.preview import COLUMNS, MOST_ROWS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cyclorama.cli.preview import Preview
    from cyclorama.live.state import EngineState

BESIDE = 44  # characters that the figures need beside it
FIGURE_ROWS, HELP_ROWS, OTHER_ROWS = 7, 9, 9
BAR = 16
USUAL_MS = 1000 / 30
DOTS = {"running": "green", "opening": "yellow", "ended": "dim", "closed": "dim"}

KEYS = {
    "b": "background",
    "l": "look",
    "m": "model",
    "space": "background alone",
    "?": "help",
    "q": "stop",
}
HELP = {
    "b": "another background: words, #00ff00, blur, library:ID, none, or the path of a picture or a video",
    "l": "a look from a file, as the studio exports it",
    "m": "the next model: landscape, square, multiclass",
    "space": "the background alone, at once, without you; once more, and you are back",
    "q": "stop, and close files properly; so does Ctrl+C, and a second one leaves at once",
    "?": "this, or not",
}


@dataclass
class Question:
    """A line that is being typed.

    Attributes:
        label: what is asked for.
        text: what was typed by now.
    """

    label: str
    text: str = ""


def view(
    state: EngineState,
    width: int,
    height: int,
    preview: Preview | None = None,
    question: Question | None = None,
    help_: bool = False,
    stopping: bool = False,
) -> RenderableType:
    """Return all that is shown of an engine at one moment, as far as there is room.

    Args:
        state: of the engine.
        width: of the terminal, in characters.
        height: of the terminal, in rows.
        preview: of what is on air.
        question: what is being typed.
        help_: whether keys are explained.
        stopping: whether the end has begun.
    """
    outputs, lines = _outputs(state), [*_troubles(state), Text(), *_air(state)]
    room = height - OTHER_ROWS - outputs.row_count - (HELP_ROWS if help_ else 0)
    room -= sum(ceil(each.cell_len / (width - 2)) if isinstance(each, Text) else 1 for each in lines)
    parts: list[RenderableType] = [_head(state), Text()]
    if room >= FIGURE_ROWS:
        figures = _figures(state)
        if preview is not None and room > MOST_ROWS and width >= COLUMNS + BESIDE:
            beside = Table.grid(padding=(0, 2))
            beside.add_row(preview, figures)
            figures = beside
        parts += [figures, Text()]
    parts += [outputs, *lines, Text()]
    if help_:
        parts += [_help(), Text()]
    parts.append(_foot(question, stopping))
    return Padding(Group(*parts), (1, 1, 0, 1))


def in_a_line(state: EngineState) -> str:
    """Return the same for a log: figures and outputs."""
    stats = state.stats
    parts = [
        f"{state.input} {stats.source_state}",
        f"{stats.fps:.1f} fps",
        f"{stats.frames} frames",
        f"matte {stats.stages.get('matte', 0):.1f} ms",
        f"dropped {stats.dropped}, late {stats.late}",
        f"background {state.background}",
    ]
    if state.coming:
        parts.append(f"painting {state.coming.background!r}")
    for output in state.outputs:
        words = [output.name, output.state, _rate(output.bits_per_second)]
        words += [f"dropped {output.dropped}"] if output.dropped else []
        parts.append(" ".join(filter(None, words)))
    return "; ".join(parts)


def length(seconds: float) -> str:
    """Return 0:00:00, without hours while there are none."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _head(state: EngineState) -> Text:
    stats = state.stats
    gap = Text("   ")
    return Text(no_wrap=True, overflow="ellipsis").append_text(
        gap.join(
            [
                _dot(stats.source_state).append(f" {state.input}", "bold"),
                Text(stats.source_state, DOTS.get(stats.source_state, "red")),
                Text(f"{stats.fps:.1f} fps"),
                Text(length(stats.seconds)),
                _count("dropped", stats.dropped),
                _count("late", stats.late),
            ]
        )
    )


def _figures(state: EngineState) -> Table:
    """Return a bar for each stage; a whole one is the time that a frame may take."""
    stats = state.stats
    whole = 1000 / stats.fps if stats.fps > 1 else USUAL_MS
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(width=BAR)
    table.add_column(justify="right")
    table.add_column()
    for stage, time in stats.stages.items():
        note = ""
        if stage == "matte" and stats.matte_age_ms is not None:
            note = f"{stats.matte_age_ms:.0f} ms old"
        table.add_row(Text(stage), _bar(time, whole), Text(f"{time:.1f} ms"), Text(note, "dim"))
    total = sum(stats.stages.values())
    table.add_row(
        Text("in all"), _bar(total, whole), Text(f"{total:.1f} ms"), Text(f"of {whole:.1f} ms", "dim")
    )
    return table


def _bar(time: float, whole: float) -> ProgressBar:
    colour = "green" if time < 0.8 * whole else "red"
    return ProgressBar(whole, min(time, whole), BAR, complete_style=colour, finished_style=colour)


def _outputs(state: EngineState) -> Table:
    table = Table.grid(padding=(0, 2))
    for output in state.outputs:
        table.add_row(
            _dot(output.state).append(f" {output.name}"),
            Text(output.state, DOTS.get(output.state, "red")),
            Text(_rate(output.bits_per_second)),
            Text(f"{output.frames} taken", "dim"),
            _count("dropped", output.dropped),
        )
    return table


def _troubles(state: EngineState) -> list[Text]:
    return [Text(f"{each.name}: {each.problem}", "red") for each in state.outputs if each.problem]


def _air(state: EngineState) -> list[Text | Table]:
    """Return what is on air, what comes, and what did not."""
    lines: list[Text | Table] = []
    if not state.person:
        lines.append(Text("The background alone is shown. Space brings you back.", "black on yellow"))
    elif state.background == "none":
        lines.append(Text("Your room is shown as it is.", "white on red"))
    about = Text("background ", "dim").append(state.background, "not dim")
    lines.append(about.append("   model ").append(state.model, "not dim"))
    if coming := state.coming:
        bar = Table.grid(padding=(0, 1))
        done = ProgressBar(coming.total or None, coming.step, BAR, pulse=not coming.total)
        bar.add_row(Text("painting", "cyan"), done, Text(coming.background), Text(coming.message, "dim"))
        lines.append(bar)
    if state.problem:
        lines.append(Text(state.problem, "red"))
    return lines


def _help() -> Table:
    table = Table.grid(padding=(0, 2))
    for key, words in HELP.items():
        table.add_row(Text(key, "bold"), Text(words))
    return table


def _foot(question: Question | None, stopping: bool) -> Text:
    if stopping:
        return Text("Closing the outputs. Ctrl+C leaves at once.", "yellow")
    if question:
        return Text(f"{question.label}: ", "bold").append(question.text, "not bold").append("█", "blink")
    foot = Text(no_wrap=True, overflow="ellipsis")
    for key, words in KEYS.items():
        foot.append(key, "bold").append(f" {words}   ", "dim")
    return foot


def _dot(state: str) -> Text:
    return Text("●", DOTS.get(state, "red"))


def _count(name: str, number: int) -> Text:
    return Text(f"{name} {number}", "yellow" if number else "dim")


def _rate(bits_per_second: float | None) -> str:
    return f"{bits_per_second / 1e6:.1f} Mbit/s" if bits_per_second else ""
