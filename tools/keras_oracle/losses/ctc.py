"""keras.losses.ctc (Keras 3.15.1): the forward algorithm on logarithms."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..errors import LossError
from ..unreduced import Unreduced
from .sparse_categorical_crossentropy import class_ids

LOG_ZERO = -1e5
"""What stands for the logarithm of 0 on JAX and NumPy."""

LOG_ELSEWHERE = float(np.float32(np.log(1e-307)))
"""What TensorFlow adds for alignments that end with another count of labels."""


def ctc(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """-log of the probability of the labels over all alignments; class 0 is blank and padding.

    The labels' length is the number of those that are not 0, before they are made integers; all
    time steps count.
    """
    if y_true.ndim != 2 or y_pred.ndim != 3:
        raise LossError("shape_mismatch", f"{y_true.shape}, {y_pred.shape}")
    if y_true.shape[0] != y_pred.shape[0]:
        raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}")
    labels = class_ids(y_true)
    if np.any(labels >= y_pred.shape[-1]) and arithmetic.dialect.large_class_ids == "error":
        raise LossError("class_id_out_of_range", f"{labels.max()} of {y_pred.shape[-1]} classes")
    logits = arithmetic.predictions(y_pred)
    log_q = _logarithms(logits, arithmetic)
    lengths = np.count_nonzero(y_true, axis=1)
    losses = _losses(labels, lengths, log_q, arithmetic)
    if arithmetic.dialect.ctc_divisor != "none":
        losses = losses / _divisors(lengths, log_q, arithmetic)
    # A labelling without an alignment has no derivative.
    impossible = losses == np.inf
    if np.any(impossible):
        steps = logits.reshape(len(labels), -1)
        nan = arithmetic.full(steps.shape, arithmetic.number(np.nan))
        underivable = arithmetic.with_slopes(losses, steps, nan, -1)
        losses = np.where(impossible, underivable, losses)
    return Unreduced(losses)


def _logarithms(logits: Array, arithmetic: Arithmetic) -> Array:
    """The logarithms of the probabilities: the log softmax over the classes."""
    rule = arithmetic.dialect.ctc_input
    if rule == "log_probabilities":
        return logits
    if rule == "probabilities":
        logits = np.log(logits + arithmetic.epsilon)
    if rule == "softmax":
        logits = arithmetic.softmax(logits, -1)
    return arithmetic.log_softmax(logits, 1 if rule == "logits_over_time" else -1)


def _divisors(lengths: Array, log_q: Array, arithmetic: Arithmetic) -> Array:
    """The count of labels of each sample, at least 1, or of time steps."""
    if arithmetic.dialect.ctc_divisor == "labels":
        return arithmetic.array(np.maximum(lengths, 1))
    return arithmetic.number(log_q.shape[1])


def _losses(labels: Array, lengths: Array, log_q: Array, arithmetic: Arithmetic) -> Array:
    """The losses from the logarithms of probabilities, (n, t, c), of so many of the labels each.

    `none` and `blank[:, k]` are the logarithms of the probabilities of having seen none, or k + 1
    labels, and last a blank, `emit[:, k]` of having seen label k last.
    """
    samples, count = labels.shape
    impossible = arithmetic.dialect.ctc_impossible
    log_zero = arithmetic.number(LOG_ZERO if impossible == "minus_1e5" else -np.inf)
    repeats = np.zeros(labels.shape, dtype=bool)
    if arithmetic.dialect.ctc_repeats == "separated":
        repeats[:, :-1] = labels[:, :-1] == labels[:, 1:]
    classes = log_q.shape[-1]
    silence = 0 if arithmetic.dialect.ctc_blank == "first" else classes - 1
    log_silence = log_q[:, :, silence]
    # An id that is no class is emitted with probability 1.
    known = (labels >= 0) & (labels < classes)
    indices = np.arange(samples)[:, np.newaxis], np.where(known, labels, 0)
    waits = np.where(repeats, arithmetic.zero, log_zero)
    none = arithmetic.full((samples, 1), arithmetic.zero)
    blank = emit = arithmetic.full(labels.shape, log_zero)
    for step in range(log_q.shape[1]):
        silent = np.expand_dims(log_silence[:, step], 1)
        # A label may be followed by another one at once, unless that is the same.
        before = arithmetic.log_add_exp(blank, np.where(repeats, emit + log_zero, emit))
        log_labels = np.where(known, log_q[:, step][indices], arithmetic.zero)
        blank = arithmetic.log_add_exp(before + silent, emit + silent + waits)
        seen = np.concatenate((none, before), axis=1)[:, :count]
        emit = arithmetic.log_add_exp(seen + log_labels, emit + log_labels)
        none = none + silent
    last = blank
    if arithmetic.dialect.ctc_end == "blank_or_label":
        last = arithmetic.log_add_exp(blank, emit)
    last = np.concatenate((none, last), axis=1)
    each = np.arange(samples)
    result = last[each, lengths]
    if impossible == "any_alignment":
        elsewhere = arithmetic.number(LOG_ELSEWHERE)
        for place in range(count):
            others = last[each, np.where(place < lengths, place, place + 1)]
            result = arithmetic.log_add_exp(result, others + elsewhere)
    return np.negative(result)
