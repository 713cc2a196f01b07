"""The catalogue of mistakes that ports of losses are known to make."""

from __future__ import annotations

from .indistinguishable import INDISTINGUISHABLE, Indistinguishable
from .mistake import Mistake
from .pairs import PAIRS
from .probabilities import PROBABILITIES
from .reductions import REDUCTIONS

__all__ = [
    "INDISTINGUISHABLE",
    "MISTAKES",
    "PAIRS",
    "Indistinguishable",
    "Mistake",
    "mistakes_of",
]

MISTAKES: dict[str, Mistake] = {mistake.id: mistake for mistake in (*PROBABILITIES, *REDUCTIONS)}
"""Every mistake by its id."""


def mistakes_of(loss: str) -> list[Mistake]:
    """The mistakes that can be made in a loss, single ones first, then pairs."""
    single = [mistake for mistake in MISTAKES.values() if loss in mistake.losses]
    pairs = [MISTAKES[first].then(MISTAKES[second]) for first, second in PAIRS]
    return single + [pair for pair in pairs if loss in pair.losses]
