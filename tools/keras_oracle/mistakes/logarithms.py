"""Mistakes about the base of logarithms."""

from __future__ import annotations

from .losses_of import CROSSENTROPIES, KL, POISSON
from .mistake import Mistake

_ALL = (*CROSSENTROPIES, *KL, *POISSON)

LOGARITHMS = (
    *(
        Mistake(
            id=f"log_base_{base}",
            kind="logarithm",
            title=f"logarithm to base {base}",
            explanation=f"Keras takes natural logarithms; this takes log{base}.",
            fix=f"Use the natural logarithm, log{base}(x) * {factor}.",
            losses=_ALL,
            choices={"logarithm": f"base_{base}"},
        )
        for base, factor in (("2", "0.693147"), ("10", "2.302585"))
    ),
    Mistake(
        id="log1p_for_log",
        kind="logarithm",
        title="log1p for log",
        explanation="Keras takes log(q); this takes log(1 + q).",
        fix="Use log; log1p(x) is log(1 + x).",
        losses=_ALL,
        choices={"logarithm": "log1p"},
    ),
)
