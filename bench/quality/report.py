"""Tables of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.quality.scores import FIGURES

if TYPE_CHECKING:
    from collections.abc import Set

    Clips = dict[str, dict[str, float]]
    Figures = dict[str, dict[str, Clips]]
    """Of a tier, a method, a clip."""

BASELINE = "bilinear"


def average(clips: Clips, apart: Set[str]) -> dict[str, float]:
    """Return the mean of each figure over the clips that have it; those apart give only what no other has."""
    means = {}
    for figure in FIGURES:
        values = [own[figure] for name, own in clips.items() if figure in own and name not in apart]
        if figure == "stranger":
            values = [own[figure] for own in clips.values() if figure in own]
        if values:
            means[figure] = float(np.mean(np.abs(values) if figure == "lag" else values))
    return means


def show(figures: Figures, apart: Set[str]) -> None:
    """Print, for each tier, every clip and the average of each method, with its ratio to the baseline."""
    console = Console(width=150)
    for tier, methods in figures.items():
        table = Table("clip", "method", *FIGURES, title=tier, title_justify="left")
        for column in table.columns[2:]:
            column.justify = "right"
        names = list(next(iter(methods.values())))
        for name in names:
            for method, clips in methods.items():
                label = f"{name} (apart)" if name in apart else name
                table.add_row(label if method == next(iter(methods)) else "", method, *_cells(clips[name]))
            table.add_section()
        means = {method: average(clips, apart) for method, clips in methods.items()}
        for method, mean in means.items():
            table.add_row("average" if method == next(iter(means)) else "", method, *_cells(mean))
        if BASELINE in means:
            table.add_section()
            for method, mean in means.items():
                if method != BASELINE:
                    table.add_row("change", f"{method} / {BASELINE}", *_changes(mean, means[BASELINE]))
        console.print(table)


def _cells(figures: dict[str, float]) -> list[str]:
    return [_number(figures[name]) if name in figures else "" for name in FIGURES]


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) >= 0.995 else f"{value:.3f}"


def _changes(figures: dict[str, float], baseline: dict[str, float]) -> list[str]:
    cells = []
    for name in FIGURES:
        known = name in figures and name != "lag" and baseline.get(name)
        cells.append(f"{(figures[name] / baseline[name] - 1) * 100:+.0f} %" if known else "")
    return cells
