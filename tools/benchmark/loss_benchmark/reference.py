"""What a workload's results are, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .formulas import formula
from .workloads import GRADIENT, Workload

Array = np.ndarray[Any, np.dtype[Any]]
WHOLE_BATCH = ("dice", "tversky")
# Elements that are computed at once: they and what is made of them stay in the cache.
BLOCK = 1 << 16


@dataclass(frozen=True)
class Reference:
    """The losses of the rows, their mean, and the mean's gradient if that is asked."""

    losses: Array
    value: float
    gradient: Array | None


def reference(workload: Workload, labels: Array, predictions: Array) -> Reference:
    """Computes the answer from the very numbers that the workers get."""
    compute = formula(workload)
    slopes = workload.quantity == GRADIENT
    rows = len(predictions)
    step = rows if workload.loss in WHOLE_BATCH else max(1, BLOCK // workload.columns)
    losses = []
    gradient = np.empty(predictions.shape, np.float64) if slopes else None
    for start in range(0, rows, step):
        t, p = labels[start : start + step], predictions[start : start + step]
        part, sloped = compute(t if workload.is_sparse else _wide(t), _wide(p), slopes)
        losses.append(np.atleast_1d(part))
        if gradient is not None and sloped is not None:
            gradient[start : start + step] = sloped
    together = np.concatenate(losses)
    if gradient is not None:
        gradient /= len(together)
    return Reference(together, float(together.mean()), gradient)


def _wide(array: Array) -> Array:
    return array.astype(np.float64)
