"""The figures as a picture: a line for each workload, a dot for each competitor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .competitors import COMPETITORS, FLOOR, OURS
from .figures import Cell, threads_text
from .workloads import GRADIENT, VALUE

INK, FAINT, GRID = "#1f2430", "#8a8f9c", "#e4e6eb"
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


def plot(cells: Sequence[Cell], machine: dict[str, Any], file: Path) -> None:
    """Draws the cells of one number of threads, without those of batches."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    cells = [cell for cell in cells if not cell.workload.is_batch]
    lines = list(dict.fromkeys(cell.workload.of(VALUE) for cell in cells))
    style = {"font.family": "DejaVu Sans", "font.size": 8.5, "text.color": INK}
    with pyplot.rc_context(style):
        figure, panels = pyplot.subplots(
            1, 2, sharey=True, figsize=(12, 1.7 + 0.27 * len(lines)), facecolor="white"
        )
        for panel, (quantity, title) in zip(panels, PANELS):
            some = [cell for cell in cells if cell.workload.quantity == quantity]
            _draw(panel, some, lines)
            panel.set_title(title, loc="left", fontsize=10, color=INK)
            panel.set_xlabel("ns/element, minimum", color=INK)
        panels[0].set_yticks(range(len(lines)), [f"{one.title}  {one.shape}" for one in lines])
        panels[0].set_ylim(len(lines) - 0.4, -0.6)
        handles = {}
        for panel in panels:
            handles |= {h.get_label(): h for h in panel.collections if _is_named(h)}
        order = [one.title for one in COMPETITORS if one.title in handles]
        figure.legend(
            [handles[one] for one in order],
            order,
            loc="lower center",
            ncols=len(order),
            frameon=False,
            handletextpad=0.2,
            columnspacing=1.4,
        )
        first = cells[0]
        figure.suptitle(
            f"Losses in {first.workload.dtype}, {threads_text(first.threads)}  ·  {machine['cpu']}",
            x=0.01,
            ha="left",
            fontsize=12,
        )
        figure.tight_layout(rect=(0, 0.035, 1, 0.995))
        figure.savefig(file, dpi=150)
        pyplot.close(figure)


def _draw(panel: Any, cells: Sequence[Cell], lines: Sequence[Any]) -> None:
    places = {line: number for number, line in enumerate(lines)}
    panel.set_xscale("log")
    panel.grid(axis="x", which="major", color=GRID, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(length=0, colors=INK)
    for side in panel.spines.values():
        side.set_visible(False)
    panel.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    for cell in cells:
        if cell.ours and cell.best_peer:
            place = places[cell.workload.of(VALUE)]
            ends = (cell.ours.least, cell.best_peer.least)
            panel.plot(ends, (place, place), color=OUR_COLOUR, linewidth=1.2, alpha=0.35, zorder=1)
    for one in COMPETITORS:
        for is_right in (True, False):
            points = [
                (found.least, places[cell.workload.of(VALUE)])
                for cell in cells
                if (found := cell.figure(one.name)) and (found.wrong_by is None) == is_right
            ]
            if points:
                x, y = zip(*points)
                panel.scatter(x, y, **_mark(one.kind, one.name, is_right), label=one.title)


def _mark(kind: str, name: str, is_right: bool) -> dict[str, Any]:
    if kind == FLOOR:
        return {"marker": "|", "s": 90, "color": INK, "linewidths": 1.8, "zorder": 2}
    colour = OUR_COLOUR if kind == OURS else PEER_COLOURS[name]
    if name == "tensors":
        return {"marker": "o", "s": 34, "facecolors": "white", "edgecolors": colour, "zorder": 4}
    if kind == OURS:
        return {"marker": "o", "s": 58, "color": colour, "zorder": 5}
    if not is_right:
        # Wrong results: no time that counts.
        return {"marker": "x", "s": 18, "color": colour, "linewidths": 0.9, "zorder": 2}
    return {"marker": "o", "s": 24, "color": colour, "linewidths": 0, "zorder": 3, "alpha": 0.9}


def _is_named(handle: Any) -> bool:
    return not str(handle.get_label()).startswith("_") and len(handle.get_paths()) > 0
