"""What a dialect has words for: losses, forms and parameters that others of them lack."""

from __future__ import annotations

from typing import Any

from .dialect import Dialect
from .errors import LossError

_SINCE_KERAS_3 = frozenset(
    {"categorical_generalized_cross_entropy", "dice", "tversky", "circle", "ctc"}
)
_SINCE_KERAS_2 = frozenset(
    {
        "huber",
        "log_cosh",
        "categorical_hinge",
        "binary_focal_crossentropy",
        "categorical_focal_crossentropy",
    }
)
_MISSING = {
    "keras_3": frozenset[str](),
    "tf_keras_2": _SINCE_KERAS_3,
    "keras_1": _SINCE_KERAS_3 | _SINCE_KERAS_2,
}


def require(loss: str, form: str, config: dict[str, Any], dialect: Dialect) -> None:
    """Raises `not_in_dialect` unless the dialect has the loss, in this form, with parameters.

    tf.keras 2.21: the class of sparse categorical crossentropy has no `axis`, its function has.
    Keras 1.2.2: functions of labels and predictions, nothing else.
    """
    if loss in _MISSING[dialect.vocabulary]:
        raise LossError("not_in_dialect", f"{dialect.id} has no {loss}")
    if dialect.vocabulary == "keras_1":
        if form == "class":
            raise LossError("not_in_dialect", f"{dialect.id} has no classes")
        if config:
            raise LossError("not_in_dialect", f"{loss} of {dialect.id} has no {', '.join(config)}")
    if (
        dialect.vocabulary == "tf_keras_2"
        and (loss, form) == ("sparse_categorical_crossentropy", "class")
        and "axis" in config
    ):
        raise LossError("not_in_dialect", f"the class of {dialect.id} has no axis")
