"""Tables of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bench.quality.scores import FIGURES
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.quality.evaluation import Figures

BASELINE = "bilinear"


def average(clips: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each figure over the clips that have it; of the lag, how far from 0 it is."""
    means = {}
    for figure in FIGURES:
        values = [clip[figure] for clip in clips if figure in clip]
        if values:
            means[figure] = float(np.mean(np.abs(values) if figure == "lag" else values))
    return means


def tables(figures: dict[str, dict[str, Figures]]) -> Iterator[Table]:
    """Yield a table for each group of clips and tier: clips, averages and their change from the baseline.

    figures: of a group and a clip.
    """
    for group, clips in figures.items():
        first = next(iter(clips.values()))
        for tier, methods in first.items():
            own = [
                name
                for name in FIGURES
                if any(name in clip[tier][way] for clip in clips.values() for way in methods)
            ]
            table = Table("", "", *own, title=f"{tier}, {group}", title_justify="left")
            for column in table.columns[2:]:
                column.justify = "right"
            for name, clip in clips.items():
                for method in methods:
                    table.add_row(
                        name if method == next(iter(methods)) else "",
                        method,
                        *_cells(clip[tier][method], own),
                    )
                table.add_section()
            means = {method: average([clip[tier][method] for clip in clips.values()]) for method in methods}
            for method, mean in means.items():
                table.add_row("average" if method == next(iter(means)) else "", method, *_cells(mean, own))
            if BASELINE in means:
                table.add_section()
                for method, mean in means.items():
                    if method != BASELINE:
                        table.add_row("change", method, *_changes(mean, means[BASELINE], own))
            yield table


def _cells(figures: dict[str, float], names: list[str]) -> list[str]:
    return [_number(figures[name]) if name in figures else "" for name in names]


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) >= 0.995 else f"{value:.3f}"


def _changes(figures: dict[str, float], baseline: dict[str, float], names: list[str]) -> list[str]:
    cells = []
    for name in names:
        known = name in figures and name != "lag" and baseline.get(name)
        cells.append(f"{(figures[name] / baseline[name] - 1) * 100:+.0f} %" if known else "")
    return cells
