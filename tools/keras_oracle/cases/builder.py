"""Building cases: each question in both dtypes, and the matrix of weights and reductions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..arithmetic import Array
from ..case import Case
from ..wrapper import REDUCTIONS

DTYPES = ("float32", "float64")
_WEIGHTS = {
    "scalar": [2.3],
    "per_sample": [1.2, 3.4, 0.0],
    "zero": [0.0, 0.0, 0.0],
    "opposite": [1.0, -1.0, 0.0],
    "column": [[0.5], [2.0], [1.0]],
    "enlarging": [[1.0, 2.0, 3.0], [0.5, 0.0, 1.0], [4.0, 1.0, 0.25]],
}
_MASKS = {"some": [True, False, True], "none": [False] * 3, "all": [True] * 3}


class Builder:
    """Makes the cases of one loss, each question in both dtypes."""

    def __init__(self, loss: str) -> None:
        self.loss = loss

    def both(
        self,
        slug: str,
        comment: str,
        y_true: Any,
        y_pred: Any,
        *,
        label_dtype: str | None = None,
        sample_weight: Any = None,
        mask: Any = None,
        flags: tuple[str, ...] = (),
        form: str = "class",
        **config: Any,
    ) -> Iterator[Case]:
        """The question once for each dtype."""
        for dtype in DTYPES:
            yield Case(
                id=f"{self.loss}.{slug}.{dtype}",
                comment=comment,
                dtype=dtype,
                y_true=np.array(y_true, dtype=label_dtype or dtype),
                y_pred=np.array(y_pred, dtype=dtype),
                form=form,
                config=config,
                flags=flags,
                sample_weight=_optional(sample_weight, dtype),
                mask=_optional(mask, "bool"),
            )

    def matrix(
        self, y_true: Any, y_pred: Any, label_dtype: str | None = None, rows: bool = True
    ) -> Iterator[Case]:
        """Every reduction, unweighted, with every kind of weight and of mask.

        `rows` tells whether a sample is a row of its own, which may be NaN, or one of more axes.
        """
        for reduction in REDUCTIONS:
            yield from self.both(
                f"reduction.{reduction}.unweighted",
                "Unweighted.",
                y_true,
                y_pred,
                label_dtype=label_dtype,
                flags=("reduction",),
                reduction=reduction,
            )
            for name, weight in _WEIGHTS.items():
                yield from self.both(
                    f"reduction.{reduction}.weight_{name}",
                    f"sample_weight: {name.replace('_', ' ')}.",
                    y_true,
                    y_pred,
                    label_dtype=label_dtype,
                    sample_weight=weight[0] if name == "scalar" else weight,
                    flags=("reduction", "weighted"),
                    reduction=reduction,
                )
            for name, mask in _MASKS.items():
                yield from self.both(
                    f"reduction.{reduction}.mask_{name}",
                    f"The mask keeps {name}.",
                    y_true,
                    y_pred,
                    label_dtype=label_dtype,
                    mask=mask,
                    flags=("reduction", "masked"),
                    reduction=reduction,
                )
            yield from self.both(
                f"reduction.{reduction}.mask_and_weight",
                "A mask and a weight: they are multiplied.",
                y_true,
                y_pred,
                label_dtype=label_dtype,
                mask=_MASKS["some"],
                sample_weight=[0.5, 2.0, 4.0],
                flags=("reduction", "weighted", "masked"),
                reduction=reduction,
            )
        yield from self.both(
            "weight.not_broadcastable",
            "A weight of two for three losses.",
            y_true,
            y_pred,
            label_dtype=label_dtype,
            sample_weight=[1.0, 2.0],
            flags=("weighted", "invalid_input"),
        )
        if not rows:
            return
        yield from self.both(
            "weight.zero_of_nan",
            "A loss of NaN is not hidden by its weight of 0.",
            y_true,
            [np.full_like(np.array(y_pred[0]), np.nan), *y_pred[1:]],
            label_dtype=label_dtype,
            sample_weight=[0.0, 1.0, 2.0],
            flags=("weighted", "special_value"),
        )
        yield from self.both(
            "reduction.sum_over_batch_size.two_of_two",
            "Losses of shape (2, 2): their mean is over both axes.",
            [y_true[:2], y_true[1:]],
            [y_pred[:2], y_pred[1:]],
            label_dtype=label_dtype,
            flags=("reduction",),
            reduction="sum_over_batch_size",
        )

    def id(self, slug: str, dtype: str) -> str:
        """The id of a question in a dtype."""
        return f"{self.loss}.{slug}.{dtype}"


def _optional(values: Any, dtype: str) -> Array | None:
    return None if values is None else np.array(values, dtype=dtype)
