"""The catalogue of mistakes that ports of losses are known to make."""

from __future__ import annotations

from .arguments import ARGUMENTS
from .axes import AXES
from .distributions import DISTRIBUTIONS
from .focal import FOCAL_FACTORS
from .hinges import HINGES
from .indistinguishable import INDISTINGUISHABLE, Indistinguishable
from .labels import LABELS
from .logarithms import LOGARITHMS
from .logits import LOGITS
from .masks import MASKS
from .metric import METRIC
from .mistake import Mistake
from .neighbours import NEIGHBOURS
from .overlap import OVERLAP
from .pairs import PAIRS
from .precision import PRECISION
from .probabilities import PROBABILITIES
from .reductions import REDUCTIONS
from .regression import REGRESSION
from .sequences import SEQUENCES
from .weights import WEIGHTS

__all__ = [
    "INDISTINGUISHABLE",
    "MISTAKES",
    "PAIRS",
    "Indistinguishable",
    "Mistake",
    "mistakes_of",
]

_OF_PROBABILITIES = (
    *PROBABILITIES,
    *LOGARITHMS,
    *LOGITS,
    *LABELS,
    *AXES,
    *FOCAL_FACTORS,
    *DISTRIBUTIONS,
    *NEIGHBOURS,
)
_GENERAL = (*REDUCTIONS, *WEIGHTS, *MASKS, *ARGUMENTS, *PRECISION)
_OF_NUMBERS = (*REGRESSION, *HINGES, *OVERLAP, *METRIC, *SEQUENCES)

MISTAKES: dict[str, Mistake] = {
    mistake.id: mistake for kind in (_OF_PROBABILITIES, _GENERAL, _OF_NUMBERS) for mistake in kind
}
"""Every mistake by its id."""


def mistakes_of(loss: str) -> list[Mistake]:
    """The mistakes that can be made in a loss, single ones first, then pairs."""
    single = [mistake for mistake in MISTAKES.values() if loss in mistake.losses]
    pairs = [MISTAKES[first].then(MISTAKES[second]) for first, second in PAIRS]
    return single + [pair for pair in pairs if loss in pair.losses]
