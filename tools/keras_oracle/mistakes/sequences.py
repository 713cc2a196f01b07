"""Mistakes about sequences: what CTC takes its input for, its blank, and its divisor."""

from __future__ import annotations

from .mistake import Mistake

_CTC = ("ctc",)

SEQUENCES = (
    Mistake(
        id="ctc_divided_by_labels",
        kind="reduction",
        title="divided by the number of labels",
        explanation="Keras gives -log of the probability of the labels; "
        "torch's CTCLoss, reduced to its mean, divides that by their number before.",
        fix='Take reduction="none" of torch, and the mean of that.',
        losses=_CTC,
        choices={"ctc_divisor": "labels"},
        links=(
            "https://github.com/pytorch/pytorch/issues/19838",
            "https://github.com/pytorch/pytorch/issues/69016",
        ),
    ),
    Mistake(
        id="ctc_divided_by_steps",
        kind="reduction",
        title="divided by the number of time steps",
        explanation="Keras gives -log of the probability of the labels; "
        "this divides it by the number of time steps.",
        fix="Do not divide.",
        losses=_CTC,
        choices={"ctc_divisor": "steps"},
    ),
    Mistake(
        id="ctc_blank_last",
        kind="classes",
        title="last class taken for blank",
        explanation="Keras 3 takes class 0 for blank; this takes the last one, "
        "as ctc_batch_cost of tf.keras 2 does.",
        fix="Use class 0 for blank.",
        losses=_CTC,
        choices={"ctc_blank": "last"},
        links=("https://github.com/espnet/espnet/issues/700",),
    ),
    Mistake(
        id="ctc_logits_as_log_probabilities",
        kind="logits",
        title="logits taken for log probabilities",
        explanation="Keras takes the log softmax of y_pred; this takes y_pred as it is, "
        "as torch's ctc_loss does.",
        fix="Take the log softmax over the classes.",
        losses=_CTC,
        choices={"ctc_input": "log_probabilities"},
        links=("https://github.com/gwx314/STARS/issues/9",),
    ),
    Mistake(
        id="ctc_logits_as_probabilities",
        kind="logits",
        title="logits taken for probabilities",
        explanation="Keras takes y_pred for logits; this takes its logarithm first, "
        "as ctc_batch_cost of tf.keras 2 does.",
        fix="Take the log softmax of y_pred itself.",
        losses=_CTC,
        choices={"ctc_input": "probabilities"},
    ),
    Mistake(
        id="ctc_softmax_twice",
        kind="logits",
        title="softmax applied twice",
        explanation="Keras takes the softmax of y_pred; this takes that of a softmax.",
        fix="Pass logits, not probabilities.",
        losses=_CTC,
        choices={"ctc_input": "softmax"},
        links=("https://github.com/SeanNaren/deepspeech.pytorch/issues/194",),
    ),
    Mistake(
        id="ctc_softmax_over_time",
        kind="axis",
        title="softmax along the time steps",
        explanation="Keras takes the softmax over the classes; this takes it over the time steps.",
        fix="Take the softmax along axis -1.",
        losses=_CTC,
        choices={"ctc_input": "logits_over_time"},
    ),
    Mistake(
        id="ctc_ends_with_blank",
        kind="alignments",
        title="alignments that end with the last label left out",
        explanation="Keras adds the alignments that end with a blank and those that end with the "
        "last label; this takes the former alone.",
        fix="Add the probabilities of both last states.",
        losses=_CTC,
        choices={"ctc_end": "blank"},
    ),
    Mistake(
        id="ctc_repeats_not_separated",
        kind="alignments",
        title="repeated labels without a blank between",
        explanation="In Keras the same label twice needs a blank between; this lets one follow "
        "the other at once.",
        fix="Forbid the step from a label to the same label.",
        losses=_CTC,
        choices={"ctc_repeats": "free"},
    ),
)
