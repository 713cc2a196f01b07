"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .competitors import ALLOCATOR, COMPETITORS
from .figures import KINDS, Cell, Figure, threads_text, wrong_text
from .judging import COSINE_BOUND, GRADIENT_BOUNDS, VALUE_BOUNDS
from .workloads import GRADIENT

CONTRACT = """\
All have their inputs in memory, in large pages, before the clock starts. Peers allocate their
results, KerasLosses writes into memory that the caller owns, and `KerasLosses, allocating` returns
tensors. Everybody's allocator keeps what is freed, in large pages
(`GLIBC_TUNABLES={allocator}`), so that no call pays the system for pages.
Streaming reads the labels and predictions, and writes as many numbers as the gradient has, never
all zeros. A time counts where the value is within {value:.0e} of float64, relative (cosines
{cosine:.0e}), and every element of the gradient within {gradient:.0e} of the larger of it and the
root mean square of all."""


def document(cells: Sequence[Cell], machine: dict[str, Any], versions: dict[str, str]) -> str:
    """All tables, with what they were made on."""
    dtype = cells[0].workload.dtype
    parts = [
        f"# Losses in {dtype}",
        f"{machine['cpu']} (family/model {machine['family_model']}; {' '.join(machine['flags'])}), "
        f"{machine['cpus']} CPUs, {machine['memory_gib']} GiB. "
        f"Python {machine['python']}; {', '.join(dict.fromkeys(versions.values()))}.",
        CONTRACT.format(
            allocator=ALLOCATOR,
            value=VALUE_BOUNDS[dtype],
            cosine=COSINE_BOUND,
            gradient=GRADIENT_BOUNDS[dtype],
        ),
    ]
    for title, some in grouped(cells):
        parts += [f"## {title}", summary(some), everybody(some)]
    return "\n\n".join(parts) + "\n"


def grouped(cells: Iterable[Cell]) -> list[tuple[str, list[Cell]]]:
    """The cells of each table, by its title."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        what = "value and gradient" if cell.workload.quantity == GRADIENT else "value"
        if cell.workload.is_batch:
            title = f"A batch of {cell.workload.shape}, {what}, microseconds a call"
        else:
            title = f"{what.capitalize()}, {threads_text(cell.threads)}, ns/element"
        groups.setdefault(title, []).append(cell)
    return list(groups.items())


def summary(cells: Sequence[Cell]) -> str:
    """Ours beside the best peer and streaming; each the minimum, and the median in brackets."""
    rows = [
        [
            cell.workload.title,
            cell.workload.shape,
            shown(cell.ours),
            f"{shown(cell.best_peer)} {KINDS[cell.best_peer.competitor].title}"
            if cell.best_peer
            else "",
            ratios(cell.ahead),
            shown(cell.streaming),
            ratios(cell.above_streaming),
        ]
        for cell in cells
    ]
    heads = ["loss", "shape", "KerasLosses", "best peer", "peer / ours", "bytes", "ours / bytes"]
    return table(heads, rows)


def everybody(cells: Sequence[Cell]) -> str:
    """Every competitor's minimum, and median in brackets."""
    present = [
        one
        for one in COMPETITORS
        if any(cell.figure(one.name) or one.name in cell.failed for cell in cells)
    ]
    rows = []
    for cell in cells:
        row = [cell.workload.title, cell.workload.shape]
        for one in present:
            row.append("failed" if one.name in cell.failed else shown(cell.figure(one.name)))
        rows.append(row)
    return table(["loss", "shape", *(one.title for one in present)], rows)


def shown(figure: Figure | None) -> str:
    """A time, three digits of it."""
    if figure is None:
        return ""
    times = f"{digits(figure.least)} ({digits(figure.median)})"
    return times if figure.wrong_by is None else f"{times} {wrong_text(figure)}"


def ratios(pair: tuple[float, float] | None) -> str:
    """The ratio of minima, and that of medians in brackets."""
    return f"{digits(pair[0], 2)} ({digits(pair[1], 2)})" if pair else ""


def digits(number: float, count: int = 3) -> str:
    """A number with so many digits that count."""
    text = f"{number:#.{count}g}"
    if "e+" in text:
        return f"{number:.0f}"
    return f"{number:.0e}" if "e-" in text else text.rstrip(".")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows)]
    lines.insert(1, "|" + "---|" * len(heads))
    return "\n".join(lines)
