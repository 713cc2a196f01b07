"""What is timed: a loss of Keras on arrays of a shape, its value alone or with its gradient."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

VALUE, GRADIENT, LOSSES = "value", "gradient", "losses"
BATCH = (32, 10)
FLAT = (100_000, 100)
CLASSES = ((65_536, 10), (8_192, 1_000), (256, 50_257))

CATEGORICAL = ("categorical_crossentropy", "sparse_categorical_crossentropy")
ELEMENTWISE = (
    "log_cosh",
    "mean_squared_logarithmic_error",
    "kl_divergence",
    "poisson",
    "cosine_similarity",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "mean_absolute_percentage_error",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "dice",
    "tversky",
)


@dataclass(frozen=True)
class Workload:
    """A loss, whether of logits, the shape and dtype of its predictions, and what is computed.

    `quantity` is `value`, the reduced loss, `gradient`, that and its gradient by the predictions,
    or `losses`, one a row. `inputs` names the numbers it is computed from.
    """

    loss: str
    from_logits: bool
    rows: int
    columns: int
    dtype: str = "float32"
    quantity: str = VALUE
    inputs: str = "usual"

    @property
    def elements(self) -> int:
        """The number of predictions."""
        return self.rows * self.columns

    @property
    def is_sparse(self) -> bool:
        """Whether the labels are class ids, one a row."""
        return self.loss == "sparse_categorical_crossentropy"

    @property
    def is_batch(self) -> bool:
        """Whether it is so small that a call of it is measured, not its elements."""
        return (self.rows, self.columns) == BATCH

    @property
    def title(self) -> str:
        """Its name in a table, without shape and quantity."""
        return self.loss + (" from logits" if self.from_logits else "")

    @property
    def shape(self) -> str:
        """Its shape as one writes it."""
        return f"{self.rows} x {self.columns}"

    def of(self, quantity: str) -> Workload:
        """The same inputs for another quantity."""
        return replace(self, quantity=quantity)

    def write(self, folder: Path) -> None:
        """Writes the description that workers read."""
        (folder / "workload.json").write_text(json.dumps(asdict(self)))

    @staticmethod
    def read(folder: Path) -> Workload:
        """What `write` wrote."""
        return Workload(**json.loads((folder / "workload.json").read_text()))


def all_workloads(dtype: str) -> Iterator[Workload]:
    """Everything that is timed, the value of each."""
    for loss in CATEGORICAL:
        for from_logits in (False, True):
            for rows, columns in CLASSES:
                yield Workload(loss, from_logits, rows, columns, dtype)
    yield Workload("binary_crossentropy", False, *FLAT, dtype)
    yield Workload("binary_crossentropy", True, *FLAT, dtype)
    yield Workload("binary_focal_crossentropy", False, *FLAT, dtype)
    for loss in ELEMENTWISE:
        yield Workload(loss, False, *FLAT, dtype)
    for loss in (*CATEGORICAL, "binary_crossentropy"):
        for from_logits in (False, True):
            yield Workload(loss, from_logits, *BATCH, dtype)
    yield Workload("mean_squared_error", False, *BATCH, dtype)


def made_small(workloads: Iterable[Workload]) -> list[Workload]:
    """The same losses on inputs that take no time, each shape once."""
    small = {
        replace(one, rows=min(one.rows, 37), columns=min(one.columns, 1_003)): None
        for one in workloads
        if not one.is_batch
    }
    return list(small)
