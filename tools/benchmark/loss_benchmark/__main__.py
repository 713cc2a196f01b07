"""Times losses beside their peers.

usage: python -m loss_benchmark [times | accuracy | draw] [OPTION...]; see tools/benchmark/losses
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .accuracy import accuracy, accuracy_table
from .competitors import COMPETITORS, Competitor, chosen
from .figures import Cell
from .judging import GRADIENT_BOUNDS, VALUE_BOUNDS
from .machine import machine
from .orchestrate import Plan, Run, failures, run, wrong
from .plot import plot
from .rounds import Pace
from .table import document
from .workloads import Workload, all_workloads, made_small

QUICK = Pace(rounds=2, turn=1e5)


def main() -> int:
    """Returns the exit code: 1 where a result is wrong that must not be."""
    options = parsed()
    competitors = chosen(options.competitor)
    if options.what == "draw":
        draw(options.output / f"losses-{options.dtype}.json")
        return 0
    if options.what == "accuracy":
        found = accuracy(competitors, options.binary, options.quick)
        print(accuracy_table(found, competitors))
        return 0
    plan = Plan(
        selected(options),
        competitors,
        [1] if options.quick and not options.threads else options.threads or [1, 2],
        options.binary,
        QUICK if options.quick else replace(Pace(), rounds=options.rounds),
    )
    done = run(plan)
    if options.quick:
        return checked(done, competitors)
    write(done, plan, options.output)
    return report(wrong(done.cells, [one.name for one in competitors if one.is_ours]))


def parsed() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="tools/benchmark/losses",
        description="Times losses beside their peers, and holds all results against float64.",
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["times", "accuracy", "draw"],
        default="times",
        help="what is measured; draw: what was measured is written and drawn anew",
    )
    parser.add_argument("--loss", action="append", default=[], help="a loss, by its Keras name")
    parser.add_argument("--shape", action="append", default=[], help="a shape, as 65536x10")
    parser.add_argument("--threads", action="append", type=int, default=[], help="1 or 2")
    parser.add_argument("--dtype", choices=list(VALUE_BOUNDS), default="float32")
    parser.add_argument(
        "--competitor",
        action="append",
        default=[],
        help="one of " + ", ".join(one.name for one in COMPETITORS),
    )
    parser.add_argument(
        "--rounds", type=int, default=Pace().rounds, help="how often they take turns"
    )
    parser.add_argument("--quick", action="store_true", help="small inputs, results alone")
    parser.add_argument("--output", type=Path, default=Path(".benchmark"), help="a folder")
    parser.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 1 or any(one < 1 for one in options.threads):
        parser.error("--rounds and --threads take numbers from 1 on")
    return options


def selected(options: argparse.Namespace) -> list[Workload]:
    """The workloads that the options name."""
    found = list(all_workloads(options.dtype))
    if options.loss:
        found = [one for one in found if one.loss in options.loss]
    if options.shape:
        shapes = [one.replace(" ", "") for one in options.shape]
        found = [one for one in found if f"{one.rows}x{one.columns}" in shapes]
    if not found:
        raise SystemExit("losses: no workload has such a loss and shape; see --help")
    return made_small(found) if options.quick else found


def checked(done: Run, competitors: Sequence[Competitor]) -> int:
    """Says how many results were held against float64."""
    dtype = done.cells[0].workload.dtype
    results = sum(one.competitor != "streaming" for cell in done.cells for one in cell.figures)
    print(
        f"{results} results of {len(competitors)} competitors on {len(done.cells)} questions held"
        f" against float64: values within {VALUE_BOUNDS[dtype]:.0e},"
        f" gradients within {GRADIENT_BOUNDS[dtype]:.0e}"
    )
    if not results:
        return report(["no result was held against float64"])
    # Peers may define a loss in another way: that is said, and no failure.
    others = wrong(done.cells, [one.name for one in competitors if not is_certain(one)])
    report(others)
    certain = [one.name for one in competitors if is_certain(one)]
    return report(failures(done.cells) + wrong(done.cells, certain))


def is_certain(competitor: Competitor) -> bool:
    """Whether its results are right, or something is to be mended here."""
    return competitor.is_ours or competitor.name == "numpy"


def write(done: Run, plan: Plan, output: Path) -> None:
    """Writes the figures as JSON, and draws them."""
    output.mkdir(parents=True, exist_ok=True)
    everything = {
        "machine": machine(),
        "versions": done.versions,
        "seconds": round(done.seconds),
        "rounds": plan.pace.rounds,
        "cells": [cell.as_json() for cell in done.cells],
    }
    file = output / f"losses-{done.cells[0].workload.dtype}.json"
    file.write_text(json.dumps(everything, indent=1) + "\n")
    draw(file)
    print(f"Written to {output} in {done.seconds:.0f} s", file=sys.stderr)


def draw(file: Path) -> None:
    """Writes and prints the tables of figures, and draws them, beside their file."""
    if not file.exists():
        raise SystemExit(f"losses: there is no {file}; measure first")
    given = json.loads(file.read_text())
    cells = [Cell.from_json(one) for one in given["cells"]]
    text = document(cells, given["machine"], given["versions"])
    file.with_suffix(".md").write_text(text)
    print(text)
    for threads in dict.fromkeys(cell.threads for cell in cells):
        some = [one for one in cells if one.threads == threads and not one.workload.is_batch]
        if some:
            plot(some, given["machine"], file.with_name(f"{file.stem}-{threads}.png"))


def report(problems: Sequence[str]) -> int:
    """Names what is wrong; returns the exit code."""
    for one in problems:
        print(f"losses: {one}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    # Ended from outside, it ends its workers and removes its folder as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
