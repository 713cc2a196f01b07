"""Mistakes about precision: computing in another dtype than Keras does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..answer import dtype_of
from ..arithmetic import Array
from ..case import Case
from ..losses import LOSSES
from ..number_format import cast
from .mistake import Mistake, Question


def _computed_in(dtype: str, of: tuple[str, ...]) -> Question:
    """The same numbers in another dtype, for cases of some dtypes."""

    def asked(case: Case) -> Case | None:
        if dtype_of(case) not in of:
            return None

        def converted(array: Array | None) -> Array | None:
            if array is None or array.dtype.kind != "f":
                return None
            with np.errstate(over="ignore"):
                return cast(array, dtype)

        arrays = {
            name: changed
            for name, array in case.inputs.items()
            if (changed := converted(array)) is not None
        }
        return replace(case, dtype=dtype, **arrays)

    return asked


PRECISION = tuple(
    Mistake(
        id=f"computed_in_{dtype}",
        kind="precision",
        title=f"computed in {dtype}",
        explanation=f"The loss's dtype is wider; this computes in {dtype}, and its numbers are "
        f"rounded to that."
        if wider
        else f"Keras computes in the loss's dtype, whose constants are rounded to it and whose "
        f"range ends earlier; this computes in {dtype}.",
        fix="Cast inputs to the dtype of the loss, and compute in it.",
        losses=tuple(LOSSES),
        question=_computed_in(dtype, of),
    )
    for dtype, of, wider in (
        ("float16", ("float32", "float64"), True),
        ("bfloat16", ("float32", "float64"), True),
        ("float32", ("float64",), True),
        ("float64", ("float32",), False),
    )
)
