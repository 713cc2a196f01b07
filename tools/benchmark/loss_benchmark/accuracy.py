"""How far results in float32 are from float64: each loss by itself, and sums of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .competitors import STREAMING, Competitor
from .inputs import CONFIDENT, WELL_CONDITIONED, inputs, write_inputs
from .judging import value_error, worst_ulps
from .orchestrate import progress, scratch_folder
from .reference import WHOLE_BATCH, Array, Reference, reference
from .table import digits, table
from .team import Team
from .worker import Worker, WorkerFailure
from .workloads import CATEGORICAL, ELEMENTWISE, FLAT, LOSSES, VALUE, Workload

BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
# Losses of rows, not of elements; the vectors of cosines are longer.
COLUMNS = {"categorical_hinge": 10, "cosine_similarity": 100}


@dataclass(frozen=True)
class Errors:
    """The errors of the competitors on a workload, by their names: ulp, or relative for a sum.

    `rounding` is the relative error of the number of the dtype that is nearest to the value.
    """

    workload: Workload
    errors: dict[str, float | str]
    rounding: float


def ulp_workloads() -> Iterator[Workload]:
    """Those whose every loss is held against float64."""
    for loss in CATEGORICAL:
        for from_logits in (False, True):
            yield Workload(loss, from_logits, 100_000, 10, inputs=WELL_CONDITIONED)
    for from_logits in (False, True):
        yield Workload("binary_crossentropy", from_logits, 1_000_000, 1, inputs=WELL_CONDITIONED)
    for loss in ("binary_focal_crossentropy", *ELEMENTWISE):
        if loss not in WHOLE_BATCH:
            columns = COLUMNS.get(loss, 1)
            yield Workload(loss, False, 1_000_000 // columns, columns, inputs=WELL_CONDITIONED)
    for loss in CATEGORICAL:
        yield Workload(loss, True, 100_000, 10, inputs=CONFIDENT)
    yield Workload("binary_crossentropy", True, 1_000_000, 1, inputs=CONFIDENT)


def sum_workloads() -> Iterator[Workload]:
    """Those of ten million elements whose value is held against float64."""
    yield Workload("binary_crossentropy", True, *FLAT)
    for loss in (*BINARY, *ELEMENTWISE):
        yield Workload(loss, False, *FLAT)


def accuracy(competitors: Sequence[Competitor], binary: Path, quick: bool) -> list[Errors]:
    """Asks everybody; on few numbers where it is to be quick."""
    asked = [one.of(LOSSES) for one in ulp_workloads()] + list(sum_workloads())
    if quick:
        asked = [replace(one, rows=min(one.rows, 100)) for one in asked]
    found = []
    those = [one for one in competitors if one is not STREAMING]
    with scratch_folder() as folder, Team(those, binary, 1, "float32") as team:
        for number, workload in enumerate(asked):
            progress(f"{number}/{len(asked)} {workload.title}, {workload.quantity}")
            found.append(errors(workload, team, folder))
    progress("")
    return found


def errors(workload: Workload, team: Team, folder: Path) -> Errors:
    """The errors of everybody on a workload."""
    labels, predictions = inputs(workload)
    write_inputs(workload, folder, labels, predictions)
    team.begin(folder)
    expected = reference(workload, labels, predictions)
    if workload.inputs == CONFIDENT:
        expected = replace(expected, losses=confident_losses(workload, labels, predictions))
    workers, _, failed = team.ready()
    found: dict[str, float | str] = dict.fromkeys(failed, "failed")
    for worker in workers:
        try:
            found[worker.competitor.name] = error(worker, workload, expected, folder)
        except WorkerFailure:
            found[worker.competitor.name] = "failed"
    nearest = float(np.dtype(workload.dtype).type(expected.value))
    return Errors(workload, found, value_error(nearest, expected.value))


def error(worker: Worker, workload: Workload, expected: Reference, folder: Path) -> float:
    """The worst error of a loss in ulp, or the relative error of the value."""
    value, losses = worker.results(workload, folder)
    if workload.quantity != LOSSES:
        return value_error(value, expected.value)
    if losses is None or losses.shape != expected.losses.shape:
        raise WorkerFailure("losses of another shape")
    return worst_ulps(losses, expected.losses, workload.dtype)


def confident_losses(workload: Workload, labels: Array, predictions: Array) -> Array:
    """Crossentropies where the label is far ahead: log(1 + tiny), which float64 has with log1p."""
    x = predictions.astype(np.float64)
    if workload.loss == "binary_crossentropy":
        return np.log1p(np.exp(-np.abs(x)))[:, 0]
    shifted = x - x.max(axis=-1, keepdims=True)
    tail = np.exp(shifted)
    tail[shifted == 0] = 0
    return np.log1p(tail.sum(axis=-1))


def accuracy_table(found: Sequence[Errors], competitors: Sequence[Competitor]) -> str:
    """Three tables: well-conditioned losses, confident ones, sums."""
    those = [one for one in competitors if one is not STREAMING]
    groups = {
        "Worst error of a loss in ulp, where it is well conditioned": [
            one for one in found if one.workload.inputs == WELL_CONDITIONED
        ],
        "Worst error of a loss in ulp, labels ahead by logits of 10 to 80": [
            one for one in found if one.workload.inputs == CONFIDENT
        ],
        "Relative error of the mean of 10 million elements": [
            one for one in found if one.workload.quantity == VALUE
        ],
    }
    return "\n\n".join(f"{title}\n\n{_table(some, those)}" for title, some in groups.items())


def _table(found: Iterable[Errors], competitors: Sequence[Competitor]) -> str:
    heads = ["loss", *(one.title for one in competitors)]
    rows = []
    for one in found:
        row = [one.workload.title, *(_shown(one, each.name) for each in competitors)]
        if one.workload.quantity == VALUE:
            row.insert(1, f"{one.rounding:.1e}")
        rows.append(row)
    if rows and len(rows[0]) > len(heads):
        heads.insert(1, "nearest float32")
    return table(heads, rows)


def _shown(errors: Errors, competitor: str) -> str:
    found = errors.errors.get(competitor, "")
    if isinstance(found, str):
        return found
    if errors.workload.quantity == VALUE:
        return f"{found:.1e}"
    return digits(found, 2) if found < 1e4 else f"{found:.1e}"
