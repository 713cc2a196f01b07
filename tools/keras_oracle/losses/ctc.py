"""keras.losses.ctc (Keras 3.15.1): the forward algorithm on logarithms."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, Number
from ..errors import LossError
from ..unreduced import Unreduced
from .sparse_categorical_crossentropy import class_ids

LOG_ZERO = -1e5
"""What stands for the logarithm of 0 on JAX and NumPy."""

LOG_ELSEWHERE = float(np.float32(np.log(1e-307)))
"""What TensorFlow adds for alignments that end with another count of labels."""


def ctc(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """-log of the probability of the labels over all alignments; class 0 is blank and padding.

    The labels' length is the number of those that are not 0; all time steps count.
    """
    if y_true.ndim != 2 or y_pred.ndim != 3:
        raise LossError("shape_mismatch", f"{y_true.shape}, {y_pred.shape}")
    if y_true.shape[0] != y_pred.shape[0]:
        raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}")
    labels = class_ids(y_true)
    if np.any(labels >= y_pred.shape[-1]) and arithmetic.dialect.large_class_ids == "error":
        raise LossError("class_id_out_of_range", f"{labels.max()} of {y_pred.shape[-1]} classes")
    logits = arithmetic.predictions(y_pred)
    losses = arithmetic.stack(
        [_of_sample(ids, steps, arithmetic) for ids, steps in zip(labels, logits)]
    )
    # A labelling without an alignment has no derivative.
    for sample in np.flatnonzero(losses == np.inf):
        steps = logits[sample].reshape(1, -1)
        nan = np.full(steps.shape, arithmetic.number(np.nan))
        losses[[sample]] = arithmetic.with_slopes(losses[[sample]], steps, nan, -1)
    return Unreduced(losses)


def _of_sample(labels: Array, logits: Array, arithmetic: Arithmetic) -> Number:
    """The loss of one sample."""
    log_q = _logarithms(logits, arithmetic)
    loss = _loss(labels, log_q, arithmetic)
    if arithmetic.dialect.ctc_divisor == "none":
        return loss
    return loss / _divisor(labels, log_q, arithmetic)


def _logarithms(logits: Array, arithmetic: Arithmetic) -> Array:
    """The logarithms of the probabilities of one sample: the log softmax over the classes."""
    rule = arithmetic.dialect.ctc_input
    if rule == "log_probabilities":
        return logits
    if rule == "probabilities":
        logits = np.log(logits + arithmetic.epsilon)
    if rule == "softmax":
        logits = arithmetic.softmax(logits, -1)
    return arithmetic.log_softmax(logits, 0 if rule == "logits_over_time" else -1)


def _divisor(labels: Array, log_q: Array, arithmetic: Arithmetic) -> Number:
    """The count of labels, at least 1, or of time steps."""
    by_labels = arithmetic.dialect.ctc_divisor == "labels"
    return arithmetic.number(max(np.count_nonzero(labels), 1) if by_labels else len(log_q))


def _loss(labels: Array, log_q: Array, arithmetic: Arithmetic) -> Number:
    """The loss of one sample from its logarithms of probabilities, (t, c).

    `blank[n]` is the logarithm of the probability of having seen n labels and last a blank,
    `emit[n]` of having seen label n last.
    """
    count = len(labels)
    impossible = arithmetic.dialect.ctc_impossible
    log_zero = arithmetic.number(LOG_ZERO if impossible == "minus_1e5" else -np.inf)
    separated = arithmetic.dialect.ctc_repeats == "separated"
    repeats = [separated and n + 1 < count and labels[n] == labels[n + 1] for n in range(count)]
    blank = [arithmetic.zero] + [log_zero] * count
    emit = [log_zero] * count
    classes = log_q.shape[-1]
    silent = 0 if arithmetic.dialect.ctc_blank == "first" else classes - 1
    for step in log_q:
        # A label may be followed by another one at once, unless that is the same.
        before = _with(blank, [e + log_zero if r else e for e, r in zip(emit, repeats)], arithmetic)
        # An id that is no class is emitted with probability 1.
        log_labels = [step[label] if 0 <= label < classes else arithmetic.zero for label in labels]
        after = [b + step[silent] for b in before]
        blank = _with(
            after,
            [
                e + step[silent] + (arithmetic.zero if r else log_zero)
                for e, r in zip(emit, repeats)
            ],
            arithmetic,
        )
        emit = [
            arithmetic.log_add_exp(before[n] + log_labels[n], emit[n] + log_labels[n])
            for n in range(count)
        ]
    last = blank
    if arithmetic.dialect.ctc_end == "blank_or_label":
        last = _with(blank, emit, arithmetic)
    end = int(np.count_nonzero(labels))
    if impossible != "any_alignment":
        return -last[end]
    elsewhere = arithmetic.number(LOG_ELSEWHERE)
    result = last[end]
    for others in last[:end] + last[end + 1 :]:
        result = arithmetic.log_add_exp(result, others + elsewhere)
    return -result


def _with(blank: list[Number], added: list[Number], arithmetic: Arithmetic) -> list[Number]:
    """The blanks with other ways to have seen n labels."""
    return [
        blank[0],
        *(arithmetic.log_add_exp(b, a) for b, a in zip(blank[1:], added)),
    ]
