"""The cases of each loss, and the notes that explain their flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..case import Case
from . import crossentropies

CASES: dict[str, Callable[[], Iterator[Case]]] = {
    "binary_crossentropy": crossentropies.binary,
    "categorical_crossentropy": crossentropies.categorical,
    "sparse_categorical_crossentropy": crossentropies.sparse,
}
"""The cases of a loss by its name."""
