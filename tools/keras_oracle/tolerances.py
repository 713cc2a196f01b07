"""How much of the tolerances plain NumPy needs: a bound that is hardly used hides mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .answer import answer, dtype_of, plain_answer
from .arithmetic import Array
from .case import Case
from .case_record import LARGEST_GRADIENT
from .cases import CASES
from .dialect import Dialect
from .golden import Golden

QUANTILES = {"median": 0.5, "90 %": 0.9, "99 %": 0.99, "maximum": 1.0}


def used(loss: str, dialect: Dialect, dtype: str) -> Array:
    """error / allowed of each element that plain NumPy does not answer exactly."""
    return np.concatenate(
        [np.zeros(0)]
        + [
            used_by(case, loss, dialect)
            for case in CASES[loss]()
            if dtype_of(case) == dtype and case.y_pred.size <= LARGEST_GRADIENT
        ]
    )


def used_by(case: Case, loss: str, dialect: Dialect) -> Array:
    """The same of one case; infinite where an element is not finite, and should be, or conversely.

    Raises `ValueError` where one refuses the case and the other does not.
    """
    plain, exact = plain_answer(loss, dialect, case), answer(loss, dialect, case, gradient=False)
    if plain.error != exact.error:
        raise ValueError(f"{case.id}: {plain.error} where {exact.error} is expected")
    if plain.value is None or exact.value is None:
        return np.zeros(0)
    golden = Golden.of(exact.value, dtype_of(case))
    actual, expected = (it.astype(np.float64).ravel() for it in (plain.value, golden.values))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.abs(actual - expected) / golden.tolerance.ravel()
    other = (actual != expected) & ~(np.isnan(actual) & np.isnan(expected))
    return np.where(np.isnan(shares), np.inf, shares)[other]


def lines(dialect: Dialect, dtype: str) -> Iterator[str]:
    """A table: for each loss, and for all, how the shares are distributed."""
    yield f"error / allowed of {dtype} in plain NumPy, {dialect.id}, where it is not exactly right"
    yield f"{'':38}{'elements':>10}" + "".join(f"{name:>10}" for name in QUANTILES)
    of_losses = {loss: used(loss, dialect, dtype) for loss in CASES}
    for name, shares in {**of_losses, "all": np.concatenate(list(of_losses.values()))}.items():
        if shares.size:
            quantiles = np.quantile(shares, list(QUANTILES.values()), method="inverted_cdf")
            texts = "".join(f"{100 * share:8.2g} %" for share in quantiles)
            yield f"{name:38}{shares.size:>10}{texts}"
