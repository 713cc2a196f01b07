"""NumPy: the formulas as they read. It has one thread."""

from __future__ import annotations

import numpy as np

from ..formulas import formula
from ..workloads import GRADIENT, LOSSES, Workload
from .peer import Array, Call, Unsupported


class NumPyPeer:
    """Computes with NumPy."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """The formula on the arrays."""
        if self.threads > 1:
            raise Unsupported("it has one thread")
        compute = formula(workload)
        if workload.quantity == GRADIENT:

            def value_and_gradient() -> tuple[Array, Array]:
                losses, gradient = compute(labels, predictions, True)
                assert gradient is not None
                gradient *= gradient.dtype.type(1 / losses.size)
                return losses.mean(), gradient

            return value_and_gradient
        if workload.quantity == LOSSES:
            return lambda: compute(labels, predictions, False)[0]
        return lambda: compute(labels, predictions, False)[0].mean()

    def version(self) -> str:
        """The version of NumPy."""
        return f"NumPy {np.__version__}"


def peer(threads: int, dtype: str) -> NumPyPeer:
    """Creates the peer."""
    return NumPyPeer(threads)
