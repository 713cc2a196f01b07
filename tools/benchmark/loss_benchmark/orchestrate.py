"""The whole run: every workload with every number of threads."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .competitors import STREAMING, Competitor
from .figures import KINDS, Cell, figure, threads_text, wrong_text
from .inputs import inputs, write_inputs
from .judging import error_beyond_bounds
from .reference import Reference, reference
from .rounds import Pace, take_turns
from .team import Team
from .worker import Worker, WorkerFailure
from .workloads import GRADIENT, VALUE, Workload

MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Plan:
    """What is run."""

    workloads: Sequence[Workload]
    competitors: Sequence[Competitor]
    threads: Sequence[int]
    binary: Path
    pace: Pace


@dataclass(frozen=True)
class Run:
    """What was measured, with whom, and how long it took in seconds."""

    cells: list[Cell]
    versions: dict[str, str]
    seconds: float


def run(plan: Plan) -> Run:
    """Runs everything."""
    started = time.monotonic()
    cells: list[Cell] = []
    versions: dict[str, str] = {}
    total = len(plan.workloads) * len(plan.threads)
    with scratch_folder() as folder:
        for threads in plan.threads:
            dtype = plan.workloads[0].dtype
            with Team(plan.competitors, plan.binary, threads, dtype) as team:
                for number, workload in enumerate(plan.workloads):
                    done = plan.threads.index(threads) * len(plan.workloads) + number
                    progress(
                        f"{done}/{total} {workload.title} {workload.shape}, {threads_text(threads)}"
                    )
                    # A batch is too small for several.
                    if not workload.is_batch or threads == 1:
                        cells += measured(workload, team, folder, plan.pace)
                versions |= team.versions
    progress("")
    return Run(cells, versions, time.monotonic() - started)


def measured(workload: Workload, team: Team, folder: Path, pace: Pace) -> Iterator[Cell]:
    """The cells of a workload: its value, and that with the gradient."""
    labels, predictions = inputs(workload)
    write_inputs(workload, folder, labels, predictions)
    expected: Reference | None = None
    for quantity in (VALUE, GRADIENT):
        asked = workload.of(quantity)
        asked.write(folder)
        team.begin(folder)
        # While they compile.
        if expected is None or quantity == GRADIENT:
            expected = reference(asked, labels, predictions)
        workers, without, failed = team.ready()
        times, failures = take_turns(workers, asked, pace)
        failed |= failures
        figures = []
        for worker in workers:
            name = worker.competitor.name
            if name not in times:
                continue
            try:
                wrong_by = judged(worker, asked, expected, folder)
            except WorkerFailure as failure:
                failed[name] = str(failure)
                continue
            figures.append(figure(name, asked, times[name], wrong_by))
        yield Cell(asked, team.threads, tuple(figures), without, failed)


def judged(worker: Worker, workload: Workload, expected: Reference, folder: Path) -> float | None:
    """By how much the worker's results are wrong; `None` where they are right."""
    if worker.competitor is STREAMING:
        return None
    value, gradient = worker.results(workload, folder)
    return error_beyond_bounds(workload, expected, value, gradient)


def failures(cells: Sequence[Cell]) -> list[str]:
    """What competitors failed at, in words."""
    return [
        f"{KINDS[name].title}: {cell.title}: {reason}"
        for cell in cells
        for name, reason in cell.failed.items()
    ]


def wrong(cells: Sequence[Cell], competitors: Iterable[str]) -> list[str]:
    """What competitors have wrong, in words."""
    return [
        f"{KINDS[one.competitor].title}: {cell.title}: {wrong_text(one)}"
        for cell in cells
        for one in cell.figures
        if one.competitor in competitors and one.wrong_by is not None
    ]


def progress(text: str) -> None:
    """Says on a terminal what is being done."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for inputs and results, in memory where there is room: no disk disturbs."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 1 << 30
    with tempfile.TemporaryDirectory(dir=MEMORY if has_room else None) as folder:
        yield Path(folder)
