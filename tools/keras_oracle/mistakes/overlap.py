"""Mistakes about overlaps: smoothing, the coefficient's form, and what is summed over."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from .families import OVERLAPS
from .mistake import Mistake

_DICE = "https://stackoverflow.com/questions/72195156/correct-implementation-of-dice-loss-in-tensorflow-keras"
_TVERSKY = (
    "https://github.com/keras-team/keras/pull/23333",
    "https://github.com/FluxML/Flux.jl/issues/1993",
)


def _whole_batch(case: Case) -> Case | None:
    if case.config.get("axis") is None:
        return None
    return replace(case, config={**case.config, "axis": None})


def _per_sample(case: Case) -> Case | None:
    if case.config.get("axis") is not None or case.y_pred.ndim < 2:
        return None
    return replace(case, config={**case.config, "axis": list(range(1, case.y_pred.ndim))})


def _swapped(case: Case) -> Case | None:
    if not {"alpha", "beta"} & set(case.config):
        return None
    alpha, beta = case.config.get("alpha", 0.5), case.config.get("beta", 0.5)
    return replace(case, config={**case.config, "alpha": beta, "beta": alpha})


def _equal(case: Case) -> Case | None:
    if not {"alpha", "beta"} & set(case.config):
        return None
    return replace(case, config={**case.config, "alpha": 0.5, "beta": 0.5})


OVERLAP = (
    Mistake(
        id="overlap_coefficient",
        kind="sign",
        title="the coefficient itself",
        explanation="Keras gives 1 - c; this gives the coefficient c, which is 1 at best.",
        fix="Subtract the coefficient from 1.",
        losses=OVERLAPS,
        choices={"overlap_form": "coefficient"},
    ),
    Mistake(
        id="overlap_negative",
        kind="sign",
        title="negative coefficient",
        explanation="Keras gives 1 - c; this gives -c, which has the same gradient.",
        fix="Add 1.",
        losses=OVERLAPS,
        choices={"overlap_form": "negative"},
    ),
    Mistake(
        id="overlap_smoothing_in_both",
        kind="epsilon",
        title="epsilon in the numerator too",
        explanation="Keras adds 1e-7 to the denominator alone, so that two empty sets cost 1; "
        "this adds it to both, so that they cost 0.",
        fix="Add 1e-7 to the denominator alone.",
        losses=OVERLAPS,
        choices={"overlap_smoothing": "both"},
        links=(_DICE,),
    ),
    Mistake(
        id="overlap_smoothing_of_1",
        kind="epsilon",
        title="smoothing of 1",
        explanation="Keras adds 1e-7 to the denominator; this adds 1 to numerator and denominator.",
        fix="Add 1e-7 to the denominator alone.",
        losses=OVERLAPS,
        choices={"overlap_smoothing": "ones"},
        links=(_DICE, "https://maxim.bonnaerens.com/mlrf/dice_loss/", _TVERSKY[1]),
    ),
    Mistake(
        id="overlap_without_epsilon",
        kind="epsilon",
        title="without epsilon",
        explanation="Keras adds 1e-7 to the denominator; this divides 0 by 0 for empty sets.",
        fix="Add 1e-7 to the denominator.",
        losses=OVERLAPS,
        choices={"overlap_smoothing": "none"},
        links=(_DICE,),
    ),
    Mistake(
        id="overlap_axis_ignored",
        kind="axis",
        title="axis ignored: one loss for the whole batch",
        explanation="Keras sums over the axes given; this sums over all of them.",
        fix="Sum over axis alone.",
        losses=OVERLAPS,
        question=_whole_batch,
    ),
    Mistake(
        id="overlap_per_sample",
        kind="axis",
        title="one loss for each sample",
        explanation="Without axis Keras has one loss for the whole batch; "
        "this has one for each sample, whose mean is another number.",
        fix="Sum over all axes, the first one included.",
        losses=OVERLAPS,
        question=_per_sample,
        links=(
            "https://github.com/keras-team/keras/issues/19637",
            "https://github.com/jocicmarko/ultrasound-nerve-segmentation/issues/64",
            "https://github.com/open-mmlab/mmsegmentation/issues/2068",
        ),
    ),
    Mistake(
        id="dice_without_2",
        kind="factor",
        title="without the 2",
        explanation="Dice is 2 I / (sum(t) + sum(p)); this lacks the 2, and is 1/2 at best.",
        fix="Double the intersection.",
        losses=("dice",),
        choices={"dice": "no_two"},
    ),
    Mistake(
        id="dice_of_squares",
        kind="power",
        title="squares in the denominator",
        explanation="Keras adds sum(t) and sum(p); this adds the sums of their squares (V-Net).",
        fix="Do not square.",
        losses=("dice",),
        choices={"dice": "squares"},
        links=(_DICE,),
    ),
    Mistake(
        id="jaccard_for_dice",
        kind="form",
        title="Jaccard for Dice",
        explanation="Dice is 2 I / (sum(t) + sum(p)); this is I / (sum(t) + sum(p) - I), "
        "intersection over union.",
        fix="Double the intersection and divide by the sum of both sizes.",
        losses=("dice",),
        choices={"dice": "jaccard"},
    ),
    Mistake(
        id="tversky_swapped",
        kind="parameter",
        title="alpha and beta swapped",
        explanation="Up to Keras 3.15 alpha weighs the false negatives and beta the false "
        "positives, from 3.16 on it is the reverse; this does it the other way round, "
        "as it does where y_true and y_pred are swapped.",
        fix="Swap alpha and beta.",
        losses=("tversky",),
        question=_swapped,
        links=_TVERSKY,
    ),
    Mistake(
        id="tversky_weights_ignored",
        kind="parameter",
        title="alpha and beta ignored",
        explanation="Keras weighs false negatives and positives by alpha and beta; "
        "this takes 1/2 for both, which is Dice.",
        fix="Pass alpha and beta on.",
        losses=("tversky",),
        question=_equal,
    ),
    Mistake(
        id="tversky_focal",
        kind="form",
        title="focal Tversky",
        explanation="Keras gives 1 - c; this gives (1 - c)^(3/4), the focal Tversky loss.",
        fix="Leave the exponent out.",
        losses=("tversky",),
        choices={"overlap_form": "focal"},
        links=("https://github.com/ivadomed/ivadomed/pull/256",),
    ),
)
