"""The golden intermediate results of a case: where an implementation departs from Keras first."""

from __future__ import annotations

from .answer import answer, dtype_of
from .case import Case
from .dialect import Dialect
from .golden import Golden
from .shared import Shared
from .tracked import UnstableError

Stages = dict[str, Golden]
"""Goldens by the names of `arithmetic.STAGES`, in the order of the computation."""


def stages_of(loss: str, dialect: Dialect, case: Case, shared: Shared | None = None) -> Stages:
    """The golden stages of a case; none of one that is refused.

    A stage of which rounding decides what it is has no golden, and is left out.
    """
    try:
        numbers = (
            answer(loss, dialect, case, gradient=False, stages=True, shared=shared).stages or {}
        )
    except UnstableError:
        return {}
    stages = {}
    for name, values in numbers.items():
        try:
            stages[name] = Golden.of(values, dtype_of(case))
        except UnstableError:
            continue
    return stages


def before_the_value(stages: Stages) -> Stages:
    """The stages without those that are the value itself: the last one, and its equals before it.

    A bare function's losses per sample are its value, and so are a class's that reduces nothing.
    """
    names = list(stages)
    while len(names) > 1 and stages[names[-1]] == stages[names[-2]]:
        names.pop()
    return {name: stages[name] for name in names[:-1]}
