"""The extension module, written in C on the C interface of the losses in Swift."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

_Losses = np.ndarray[Any, np.dtype[Any]] | np.number[Any]

class LossError(ValueError):
    """Why a loss has no value: which argument is wrong, what it was, and what was expected."""

    code: str

class Loss:
    """A loss with its parameters: immutable."""

    def __init__(
        self,
        name: str,
        config: dict[str, Any],
        is_function: bool,
        dialect: str,
        dtype: str | None,
    ) -> None: ...
    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        ref_labels: ArrayLike | None = None,
        ref_embeddings: ArrayLike | None = None,
    ) -> _Losses: ...
    def value_and_gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        *,
        ref_labels: ArrayLike | None = None,
        ref_embeddings: ArrayLike | None = None,
    ) -> tuple[_Losses, _Losses]: ...

class MaskedLoss:
    """What calls a Loss; where Keras may have attached a mask, its methods `..._with_mask`."""

    _native: Loss
    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> _Losses: ...
    def value_and_gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> tuple[_Losses, _Losses]: ...

def reduce(
    losses: ArrayLike,
    sample_weight: ArrayLike | None,
    mask: ArrayLike | None,
    reduction: str | None,
    dialect: str,
    dtype: str | None,
) -> _Losses: ...
def catalogue() -> list[dict[str, Any]]: ...
def dialects() -> list[str]: ...
def calls() -> int: ...
def know_masks(backend: ModuleType, masks: ModuleType, /) -> None: ...
