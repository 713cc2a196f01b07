"""What the hinge losses share: labels of -1 and 1."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array


def signed_labels(labels: Array, arithmetic: Arithmetic) -> Array:
    """2 t - 1 where every label of the call is 0 or 1, else (or in Keras 1) the labels themselves.

    keras.src.losses.losses.convert_binary_labels_to_hinge (Keras 3.15.1).
    """
    if arithmetic.dialect.hinge_labels == "as_given":
        return labels
    if np.all((labels == 0) | (labels == 1)):
        labels = arithmetic.number(2.0) * labels - arithmetic.one
        arithmetic.stage("labels", labels)
    return labels
