"""Mistakes about focal losses: their factor, and alpha."""

from __future__ import annotations

from typing import Any

from ..case import Case
from .losses_of import FOCAL
from .mistake import Mistake
from .questions import configured, without

_BINARY = ("binary_focal_crossentropy",)
_CATEGORICAL = ("categorical_focal_crossentropy",)


def _swapped(alpha: Any) -> Any:
    return [1.0 - each for each in alpha] if isinstance(alpha, list) else 1.0 - alpha


def _alpha_swapped(case: Case) -> Case | None:
    if not case.config.get("apply_class_balancing"):
        return None
    return configured(case, alpha=_swapped(case.config.get("alpha", 0.25)))


def _complement(case: Case) -> Case | None:
    return configured(case, alpha=_swapped(case.config.get("alpha", 0.25)))


def _reversed(case: Case) -> Case | None:
    alpha = case.config.get("alpha", 0.25)
    return configured(case, alpha=alpha[::-1]) if isinstance(alpha, list) else None


FOCAL_FACTORS = (
    Mistake(
        id="focal_factor_missing",
        kind="focal",
        title="focal factor missing",
        explanation="Keras multiplies the crossentropy by (1 - p_t)^gamma; this does not, and is "
        "the plain crossentropy, but for alpha.",
        fix="Multiply by (1 - p_t)^gamma.",
        losses=FOCAL,
        question=lambda case: configured(case, gamma=0.0),
    ),
    Mistake(
        id="gamma_ignored",
        kind="focal",
        title="gamma ignored",
        explanation="Keras's exponent is the parameter gamma; this always takes 2.",
        fix="Use the gamma that is given.",
        losses=FOCAL,
        question=without("gamma", 2.0),
    ),
    Mistake(
        id="gamma_on_p_t",
        kind="focal",
        title="gamma on the wrong probability",
        explanation="Keras multiplies by (1 - p_t)^gamma, which is small for easy samples; "
        "this multiplies by p_t^gamma.",
        fix="Take the power of 1 - p_t.",
        losses=FOCAL,
        choices={"focal_base": "p_t"},
    ),
    Mistake(
        id="p_t_of_crossentropy",
        kind="focal",
        title="p_t = exp(-crossentropy)",
        explanation="Keras makes p_t of the labels and probabilities, or each class's factor of "
        "its own; this takes exp(-crossentropy), the same only for labels of 0 and 1.",
        fix="Use p_t = t p + (1 - t) (1 - p); for categorical losses a factor for each class.",
        losses=FOCAL,
        choices={"focal_p_t": "of_crossentropy"},
        slopes=True,
    ),
    Mistake(
        id="p_t_of_clipped",
        kind="focal",
        title="p_t of clipped probabilities",
        explanation="Keras clips probabilities for the crossentropy alone; "
        "this makes the focal factor of the clipped ones as well.",
        fix="Use the probabilities as they are in p_t.",
        losses=_BINARY,
        choices={"binary_focal_predictions": "clipped"},
        slopes=True,
    ),
    Mistake(
        id="factor_of_raw_probabilities",
        kind="focal",
        title="focal factor of probabilities as given",
        explanation="Keras makes the categorical focal factor of rescaled and clipped "
        "probabilities; this makes it of y_pred as it is.",
        fix="Rescale and clip first, then take (1 - q)^gamma.",
        losses=_CATEGORICAL,
        choices={"categorical_focal_predictions": "as_given"},
        slopes=True,
    ),
    Mistake(
        id="p_t_of_unsmoothed_labels",
        kind="focal",
        title="p_t of labels that are not smoothed",
        explanation="Keras smooths the labels first; this makes the focal factor and the balance "
        "of the labels as they are given.",
        fix="Use the smoothed labels everywhere.",
        losses=_BINARY,
        choices={"focal_labels": "as_given"},
    ),
    Mistake(
        id="focal_factor_has_no_gradient",
        kind="gradient",
        title="no gradient through the focal factor",
        explanation="In Keras the gradient passes through (1 - p_t)^gamma; "
        "this takes the factor for a constant weight.",
        fix="Differentiate the product.",
        losses=FOCAL,
        choices={"focal_slope": "constant"},
        slopes=True,
    ),
    Mistake(
        id="balancing_missing",
        kind="focal",
        title="class balancing missing",
        explanation="With apply_class_balancing Keras multiplies by alpha, or 1 - alpha; "
        "this does not.",
        fix="Multiply by t alpha + (1 - t) (1 - alpha).",
        losses=_BINARY,
        question=without("apply_class_balancing", False),
    ),
    Mistake(
        id="balancing_always",
        kind="focal",
        title="class balancing without being asked for",
        explanation="Keras applies alpha only with apply_class_balancing=True; "
        "this always does, as the paper and torchvision do.",
        fix="Leave alpha out unless apply_class_balancing is set.",
        losses=_BINARY,
        question=lambda case: configured(case, apply_class_balancing=True),
    ),
    Mistake(
        id="alpha_for_both_classes",
        kind="focal",
        title="alpha for both classes",
        explanation="Keras weighs the positive class by alpha and the negative one by 1 - alpha; "
        "this multiplies both by alpha.",
        fix="Multiply by t alpha + (1 - t) (1 - alpha).",
        losses=_BINARY,
        choices={"focal_balance": "same"},
        links=(
            "https://github.com/mkocabas/focal-loss-keras/issues/6",
            "https://github.com/liuyuisanai/Focal-Loss/issues/4",
            "https://github.com/chuanqi305/FocalLoss/issues/7",
        ),
    ),
    Mistake(
        id="alpha_on_wrong_class",
        kind="focal",
        title="alpha on the wrong class",
        explanation="Keras weighs the positive class by alpha and the negative one by 1 - alpha; "
        "this has them swapped.",
        fix="Multiply by t alpha + (1 - t) (1 - alpha).",
        losses=_BINARY,
        question=_alpha_swapped,
        links=(
            "https://github.com/unsky/focal-loss/issues/9",
            "https://github.com/fudannlp16/focal-loss/issues/6",
        ),
    ),
    Mistake(
        id="alpha_missing",
        kind="focal",
        title="alpha missing",
        explanation="Keras's categorical focal loss multiplies by alpha, 0.25 unless given; "
        "this does not.",
        fix="Multiply by alpha.",
        losses=_CATEGORICAL,
        question=lambda case: configured(case, alpha=1.0),
        links=("https://github.com/umbertogriffo/focal-loss-keras/issues/8",),
    ),
    Mistake(
        id="alpha_ignored",
        kind="focal",
        title="alpha ignored",
        explanation="Keras multiplies by the parameter alpha, or by 1 - alpha for negative labels "
        "of a binary loss; this always takes 0.25.",
        fix="Use the alpha that is given.",
        losses=FOCAL,
        question=without("alpha", 0.25),
    ),
    Mistake(
        id="one_minus_alpha",
        kind="focal",
        title="1 - alpha for alpha",
        explanation="Keras's categorical focal loss multiplies by alpha; this by 1 - alpha.",
        fix="Multiply by alpha.",
        losses=_CATEGORICAL,
        question=_complement,
    ),
    Mistake(
        id="alphas_reversed",
        kind="focal",
        title="alphas in the wrong order",
        explanation="Keras takes a list of alphas in the order of the classes; "
        "this takes it from the end.",
        fix="Give alphas in the order of the class ids.",
        losses=_CATEGORICAL,
        question=_reversed,
    ),
    Mistake(
        id="alphas_along_classes",
        kind="focal",
        title="alphas along the axis of the classes",
        explanation="Keras broadcasts a list of alphas along the last axis, whatever `axis` is; "
        "this gives each class its own.",
        fix="Broadcast the list along the last axis, as Keras does.",
        losses=_CATEGORICAL,
        choices={"alpha_axis": "classes"},
    ),
)
