"""What a peer does: it makes the call that is timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from ..workloads import Workload

Array = np.ndarray[Any, np.dtype[Any]]


class Unsupported(Exception):
    """A peer does not compute such a workload."""


class Peer(Protocol):
    """Somebody who computes losses with a library."""

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """Compiles and moves the inputs to where the library has them.

        Raises `Unsupported` where it does not compute such a workload.
        """
        ...

    def version(self) -> str:
        """The versions of the libraries."""
        ...


# Computes once, to the end; returns the value, the value and the gradient, or the losses.
Call = Callable[[], Any]


def parts(result: Any) -> list[Array]:
    """The arrays of a call's result."""
    several = result if isinstance(result, tuple | list) else [result]
    return [np.asarray(one) for one in several]
