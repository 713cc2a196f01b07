"""The bare functions of keras.losses, one file each, and the table of their names."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache

from ..unreduced import Unreduced
from .binary_crossentropy import binary_crossentropy
from .binary_focal_crossentropy import binary_focal_crossentropy
from .categorical_crossentropy import categorical_crossentropy
from .categorical_focal_crossentropy import categorical_focal_crossentropy
from .categorical_generalized_cross_entropy import categorical_generalized_cross_entropy
from .categorical_hinge import categorical_hinge
from .circle import circle
from .cosine_similarity import cosine_similarity
from .ctc import ctc
from .dice import dice
from .hinge import hinge
from .huber import huber
from .kl_divergence import kl_divergence
from .log_cosh import log_cosh
from .mean_absolute_error import mean_absolute_error
from .mean_absolute_percentage_error import mean_absolute_percentage_error
from .mean_squared_error import mean_squared_error
from .mean_squared_logarithmic_error import mean_squared_logarithmic_error
from .poisson import poisson
from .sparse_categorical_crossentropy import sparse_categorical_crossentropy
from .squared_hinge import squared_hinge
from .tversky import tversky

LOSSES: dict[str, Callable[..., Unreduced]] = {
    loss.__name__: loss
    for loss in (
        mean_squared_error,
        mean_absolute_error,
        mean_absolute_percentage_error,
        mean_squared_logarithmic_error,
        huber,
        log_cosh,
        cosine_similarity,
        hinge,
        squared_hinge,
        categorical_hinge,
        kl_divergence,
        poisson,
        binary_crossentropy,
        binary_focal_crossentropy,
        categorical_crossentropy,
        categorical_focal_crossentropy,
        sparse_categorical_crossentropy,
        categorical_generalized_cross_entropy,
        dice,
        tversky,
        circle,
        ctc,
    )
}
"""Every loss by Keras's name of its function."""


@cache
def parameters_of(loss: str, form: str) -> dict[str, bool]:
    """The parameters of a loss's class or function, and whether they must be given."""
    signature = inspect.signature(LOSSES[loss])
    parameters = {
        name: it.default is inspect.Parameter.empty
        for name, it in list(signature.parameters.items())[3:]
        if it.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }
    if form == "function":
        return parameters
    # The class of the one loss that has a parameter without a default gives it one.
    return {**dict.fromkeys(parameters, False), "reduction": False}
