"""The figures as a picture: a line for each workload, a dot for each competitor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .competitors import COMPETITORS, FLOOR, OURS, Competitor
from .figures import Cell, threads_text
from .workloads import GRADIENT, VALUE, Workload

INK, FAINT, GRID = "#1f2430", "#7a808e", "#e4e6eb"
OUR_COLOUR = "#d1495b"
PEER_COLOURS = {
    "jax": "#2a6f97",
    "keras-jax": "#61a5c2",
    "keras-tensorflow": "#e09f3e",
    "torch": "#b08ea2",
    "torch-compile": "#6a4c93",
    "onnxruntime": "#7fb069",
    "numpy": "#a3a7b0",
}
PANELS = ((VALUE, "value"), (GRADIENT, "value and gradient"))
LINE, HEAD, FOOT = 0.25, 1.15, 0.55
# So many powers of ten are too many to name 2 and 5 of each.
WIDE = 10_000


def plot(cells: Sequence[Cell], machine: dict[str, Any], file: Path) -> None:
    """Draws the cells of one number of threads; none is of a batch."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = list(dict.fromkeys(cell.workload.of(VALUE) for cell in cells))
    height = HEAD + FOOT + LINE * len(lines)
    style = {"font.family": "DejaVu Sans", "font.size": 8.5, "text.color": INK}
    with pyplot.rc_context(style):
        figure, panels = pyplot.subplots(
            1, 2, sharex=True, sharey=True, figsize=(12, height), facecolor="white"
        )
        figure.subplots_adjust(
            left=0.315, right=0.985, top=1 - HEAD / height, bottom=FOOT / height, wspace=0.04
        )
        for panel, (quantity, title) in zip(panels, PANELS):
            _prepare(panel, title, len(lines))
            _draw(panel, [one for one in cells if one.workload.quantity == quantity], lines)
        _scale(panels[0].xaxis)
        panels[0].set_yticks(range(len(lines)), [_named(one) for one in lines])
        _head(figure, height, cells, machine)
        figure.savefig(file, dpi=150)
        pyplot.close(figure)


def _prepare(panel: Any, title: str, lines: int) -> None:
    panel.set_xscale("log")
    panel.grid(axis="x", color=GRID, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(length=0, colors=INK)
    for side in panel.spines.values():
        side.set_visible(False)
    for place in range(0, lines, 2):
        panel.axhspan(place - 0.5, place + 0.5, color="#f7f8fa", zorder=0)
    panel.set_ylim(lines - 0.5, -0.5)
    panel.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)
    panel.set_xlabel("ns/element, minimum; further left is faster", color=FAINT)


def _scale(axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = axis.get_view_interval()
    steps = (1.0,) if high > low * WIDE else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps, numticks=30))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))


def _draw(panel: Any, cells: Sequence[Cell], lines: Sequence[Workload]) -> None:
    places = {line: number for number, line in enumerate(lines)}
    for cell in cells:
        if cell.ours and cell.best_peer:
            place = places[cell.workload.of(VALUE)]
            ends = (cell.ours.least, cell.best_peer.least)
            panel.plot(ends, (place, place), color=OUR_COLOUR, linewidth=1.2, alpha=0.4, zorder=1)
        for one in COMPETITORS:
            found = cell.figure(one.name)
            if found is not None:
                place = places[cell.workload.of(VALUE)]
                panel.scatter(found.least, place, **_mark(one, found.wrong_by is None))


def _head(figure: Any, height: float, cells: Sequence[Cell], machine: dict[str, Any]) -> None:
    from matplotlib.lines import Line2D

    first = cells[0]
    title = f"Losses in {first.workload.dtype}, {threads_text(first.threads)}"
    figure.text(0.012, 1 - 0.27 / height, title, fontsize=13, fontweight="bold", va="center")
    about = f"{machine['cpu']}, {' '.join(machine['flags'])}"
    figure.text(0.988, 1 - 0.27 / height, about, color=FAINT, va="center", ha="right")
    panels = figure.axes
    marks = []
    for one in COMPETITORS:
        if any(cell.figure(one.name) for cell in cells):
            handle = panels[0].scatter([], [], **_mark(one, True))
            marks.append((handle, one.title))
    if any(one.wrong_by is not None for cell in cells for one in cell.figures):
        cross = Line2D([], [], linestyle="", marker="x", markersize=4, color=FAINT)
        marks.append((cross, "wrong result"))
    figure.legend(
        *zip(*marks),
        loc="center left",
        bbox_to_anchor=(0.004, 1 - 0.65 / height),
        ncols=len(marks),
        frameon=False,
        fontsize=7.6,
        handletextpad=0.1,
        columnspacing=0.8,
    )


def _mark(one: Competitor, is_right: bool) -> dict[str, Any]:
    if one.kind == FLOOR:
        return {"marker": "|", "s": 80, "color": INK, "linewidths": 1.8, "zorder": 2}
    colour = OUR_COLOUR if one.kind == OURS else PEER_COLOURS[one.name]
    if not is_right:
        # No time that counts.
        return {"marker": "x", "s": 18, "color": colour, "linewidths": 0.9, "zorder": 2}
    if one.name == "tensors":
        return {"marker": "o", "s": 30, "facecolors": "white", "edgecolors": colour, "zorder": 4}
    if one.kind == OURS:
        return {"marker": "o", "s": 56, "color": colour, "linewidths": 0, "zorder": 5}
    return {"marker": "o", "s": 24, "color": colour, "linewidths": 0, "zorder": 3}


def _named(workload: Workload) -> str:
    return f"{workload.title}  {workload.shape}"
