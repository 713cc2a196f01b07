"""Mistakes about margins: labels of 0 and 1, the margin itself, and the other classes."""

from __future__ import annotations

from .families import HINGES as _HINGES
from .mistake import Mistake

_BINARY = ("hinge", "squared_hinge")
_CATEGORICAL = ("categorical_hinge",)
_CLASSES = (
    "https://github.com/keras-team/keras/issues/8083",
    "https://github.com/keras-team/keras/issues/2830",
)

HINGES = (
    Mistake(
        id="hinge_labels_not_converted",
        kind="labels",
        title="labels of 0 and 1 taken as they are",
        explanation="Where all labels are 0 or 1 Keras makes them -1 and 1; this leaves them.",
        fix="Take 2 t - 1 where every label is 0 or 1.",
        losses=_BINARY,
        choices={"hinge_labels": "as_given"},
        links=(
            "https://github.com/keras-team/keras/issues/15665",
            "https://github.com/bfortuner/ml-glossary/pull/113",
        ),
    ),
    Mistake(
        id="hinge_labels_always_converted",
        kind="labels",
        title="labels converted whatever they are",
        explanation="Keras converts labels only where all of them are 0 or 1; "
        "this takes 2 t - 1 of any, so that -1 becomes -3.",
        fix="Convert only where every label of the call is 0 or 1.",
        losses=_BINARY,
        choices={"hinge_labels": "always"},
    ),
    Mistake(
        id="hinge_zeros_converted",
        kind="labels",
        title="labels converted one by one",
        explanation="Keras converts all labels of a call or none; "
        "this makes each 0 a -1, whatever the others are.",
        fix="Convert only where every label of the call is 0 or 1.",
        losses=_BINARY,
        choices={"hinge_labels": "zeros_alone"},
    ),
    Mistake(
        id="hinge_without_margin",
        kind="margin",
        title="without the margin of 1",
        explanation="Keras begins to count at a margin of 1; "
        "this counts what is on the wrong side alone (the perceptron loss).",
        fix="Add 1 before the maximum with 0.",
        losses=_HINGES,
        choices={"hinge_margin": 0.0},
    ),
    Mistake(
        id="hinge_not_cut",
        kind="margin",
        title="no maximum with 0",
        explanation="Keras gives 0 to what is beyond the margin; this lets it be negative "
        "(or squares it).",
        fix="Take max(x, 0).",
        losses=_HINGES,
        choices={"hinge_part": "all"},
    ),
    Mistake(
        id="hinge_squared",
        kind="power",
        title="squared",
        explanation="Keras takes the excesses as they are; this squares them (squared hinge).",
        fix="Do not square.",
        losses=("hinge",),
        choices={"hinge_power": "two"},
    ),
    Mistake(
        id="own_class_left_out",
        kind="classes",
        title="labelled class left out of the maximum",
        explanation="Keras takes the maximum of (1 - t) p, in which the labelled class is a 0; "
        "this takes it over the other classes, so that it may be negative.",
        fix="Take the maximum over (1 - t) p, that 0 included.",
        losses=_CATEGORICAL,
        choices={"other_classes": "largest_other"},
        links=_CLASSES,
    ),
    Mistake(
        id="own_class_counted",
        kind="classes",
        title="labelled class counted in the maximum",
        explanation="Keras takes the maximum of (1 - t) p; this takes it over all predictions, "
        "so that the loss is 1 where the labelled class is the largest.",
        fix="Multiply by 1 - t before the maximum.",
        losses=_CATEGORICAL,
        choices={"other_classes": "largest"},
    ),
    Mistake(
        id="margins_summed",
        kind="classes",
        title="sum over the other classes",
        explanation="Keras compares with the largest of the others; this adds a margin for each "
        "of them (Weston and Watkins).",
        fix="Take the largest of the other classes alone.",
        losses=_CATEGORICAL,
        choices={"other_classes": "sum"},
        links=(_CLASSES[1],),
    ),
    Mistake(
        id="margins_averaged",
        kind="classes",
        title="mean over the other classes",
        explanation="Keras compares with the largest of the others; torch's MultiMarginLoss adds "
        "a margin for each of them and divides by the number of classes.",
        fix="Take the largest of the other classes alone.",
        losses=_CATEGORICAL,
        choices={"other_classes": "mean"},
    ),
)
