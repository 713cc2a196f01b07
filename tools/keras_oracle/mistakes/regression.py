"""Mistakes about differences of numbers: squares, Huber's branches, percentages, logarithms."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from .families import SQUARES
from .mistake import Mistake

_SMOOTH_L1 = (
    "https://github.com/pytorch/pytorch/issues/48595",
    "https://github.com/torch/nn/issues/579",
)
_LOG_COSH = (
    "https://github.com/Lightning-AI/torchmetrics/issues/3488",
    "https://github.com/JuliaAI/MLJBase.jl/issues/437",
    "https://github.com/keras-team/keras/pull/8524",
)
_MSLE = ("mean_squared_logarithmic_error",)
_MAPE = ("mean_absolute_percentage_error",)


def _default_delta(case: Case) -> Case | None:
    if "delta" not in case.config:
        return None
    return replace(case, config={k: v for k, v in case.config.items() if k != "delta"})


_SQUARED = (
    Mistake(
        id="square_halved",
        kind="factor",
        title="factor 1/2",
        explanation="Keras takes the mean of the squares; this takes half of it, "
        "so that the derivative is the difference itself.",
        fix="Leave the factor 1/2 out.",
        losses=(*SQUARES, "squared_hinge"),
        choices={"squares": "halved"},
    ),
    Mistake(
        id="square_omitted",
        kind="power",
        title="not squared",
        explanation="Keras squares each element; this takes its absolute value.",
        fix="Square the elements before the mean.",
        losses=(*SQUARES, "squared_hinge"),
        choices={"squares": "absolute"},
    ),
    Mistake(
        id="gradient_without_2",
        kind="factor",
        title="gradient without the factor 2",
        explanation="The derivative of d^2 is 2 d; this has d, the derivative of d^2 / 2.",
        fix="Multiply the gradient by 2.",
        losses=(*SQUARES, "squared_hinge"),
        choices={"squares": "half_slope"},
        slopes=True,
        links=("https://vojtechtoth.github.io/Blog/Posts/Implementing-MSE",),
    ),
    Mistake(
        id="root_of_rows",
        kind="power",
        title="square root of each row",
        explanation="Keras gives mean squares; this gives their roots (RMSE), row by row.",
        fix="Do not take the square root.",
        losses=SQUARES,
        choices={"row_root": True},
        links=("https://discuss.pytorch.org/t/why-do-we-use-rmse-instead-of-mse/99010",),
    ),
    Mistake(
        id="root_of_mean",
        kind="power",
        title="square root of the mean",
        explanation="Keras gives the mean square over the batch; this gives its root (RMSE).",
        fix="Do not take the square root.",
        losses=SQUARES,
        choices={"result_root": True},
        links=("https://discuss.pytorch.org/t/why-do-we-use-rmse-instead-of-mse/99010",),
    ),
    Mistake(
        id="absolute_error_squared",
        kind="power",
        title="squared instead of absolute",
        explanation="Keras takes the absolute values of the differences; this squares them (MSE).",
        fix="Take |t - p|.",
        losses=("mean_absolute_error",),
        choices={"absolute_error": "square"},
    ),
)

_HUBER = (
    Mistake(
        id="huber_without_halves",
        kind="factor",
        title="both branches without 1/2",
        explanation="Keras gives a^2 / 2, then delta a - delta^2 / 2; "
        "this gives a^2, then 2 delta a - delta^2.",
        fix="Halve both branches.",
        losses=("huber",),
        choices={"huber": "no_halves"},
    ),
    Mistake(
        id="huber_square_without_half",
        kind="factor",
        title="square without 1/2",
        explanation="Keras gives a^2 / 2 up to delta; this gives a^2, which jumps at delta.",
        fix="Halve the square.",
        losses=("huber",),
        choices={"huber": "whole_square"},
    ),
    Mistake(
        id="huber_line_without_offset",
        kind="delta",
        title="line without - delta^2 / 2",
        explanation="Beyond delta Keras gives delta a - delta^2 / 2; this gives delta a.",
        fix="Subtract delta^2 / 2 from the line.",
        losses=("huber",),
        choices={"huber": "line_from_zero"},
    ),
    Mistake(
        id="huber_line_not_scaled",
        kind="delta",
        title="line not multiplied by delta",
        explanation="Beyond delta Keras gives delta (a - delta / 2); this gives a - delta / 2.",
        fix="Multiply the line by delta.",
        losses=("huber",),
        choices={"huber": "unscaled_line"},
        links=("https://github.com/xuannianz/EfficientDet/issues/93",),
    ),
    Mistake(
        id="huber_offset_not_squared",
        kind="delta",
        title="offset delta / 2 for delta^2 / 2",
        explanation="Beyond delta Keras gives delta a - delta^2 / 2; "
        "this subtracts delta / 2, which is the same for delta = 1 alone.",
        fix="Square delta in the offset.",
        losses=("huber",),
        choices={"huber": "offset_not_squared"},
    ),
    Mistake(
        id="huber_divided_by_delta",
        kind="delta",
        title="smooth L1 for Huber",
        explanation="Keras gives a^2 / 2, then delta a - delta^2 / 2; "
        "torch's smooth_l1_loss is that divided by delta.",
        fix="Multiply by delta.",
        losses=("huber",),
        choices={"huber": "divided_by_delta"},
        links=_SMOOTH_L1,
    ),
    Mistake(
        id="pseudo_huber",
        kind="delta",
        title="pseudo-Huber",
        explanation="Keras joins a parabola and a line; this is the smooth approximation "
        "delta^2 (sqrt(1 + (a / delta)^2) - 1).",
        fix="Use a^2 / 2 up to delta, and delta a - delta^2 / 2 beyond.",
        losses=("huber",),
        choices={"huber": "pseudo"},
        links=("https://github.com/huggingface/diffusers/issues/7488",),
    ),
    Mistake(
        id="delta_ignored",
        kind="delta",
        title="delta ignored",
        explanation="Keras takes delta as given; this takes 1, the default.",
        fix="Pass delta on.",
        losses=("huber",),
        question=_default_delta,
    ),
)

_PERCENTAGES = (
    Mistake(
        id="fraction_for_percent",
        kind="factor",
        title="fraction instead of per cent",
        explanation="Keras multiplies by 100; this does not, like scikit-learn.",
        fix="Multiply by 100.",
        losses=_MAPE,
        choices={"percent": 1.0},
        links=(
            "https://github.com/scikit-learn/scikit-learn/issues/23408",
            "https://github.com/scikit-learn/scikit-learn/issues/28733",
        ),
    ),
    Mistake(
        id="percentage_without_floor",
        kind="epsilon",
        title="divided by the label as it is",
        explanation="Keras divides by |t|, but by no less than 1e-7; "
        "this divides by |t|, so that a label of 0 gives infinity or NaN.",
        fix="Divide by max(|t|, 1e-7).",
        losses=_MAPE,
        choices={"percentage_of": "labels_without_floor"},
        links=(
            "https://github.com/xarray-contrib/xskillscore/issues/37",
            "https://github.com/tidymodels/yardstick/issues/271",
        ),
    ),
    Mistake(
        id="percentage_epsilon_added",
        kind="epsilon",
        title="epsilon added to the label",
        explanation="Keras divides by max(|t|, 1e-7); this divides by |t| + 1e-7.",
        fix="Take the larger of |t| and 1e-7.",
        losses=_MAPE,
        choices={"percentage_of": "labels_plus_epsilon"},
        links=("https://github.com/keras-team/keras/pull/15604",),
    ),
    Mistake(
        id="percentage_floor_of_scikit_learn",
        kind="epsilon",
        title="the floor of scikit-learn",
        explanation="Keras divides by no less than 1e-7, scikit-learn by no less than the "
        "rounding unit of float64, 2.2e-16.",
        fix="Divide by max(|t|, 1e-7).",
        losses=_MAPE,
        choices={"epsilon": 2.220446049250313e-16},
        links=("https://github.com/scikit-learn/scikit-learn/pull/15007",),
    ),
    Mistake(
        id="percentage_of_signed_labels",
        kind="sign",
        title="label divided by without its absolute value",
        explanation="Keras divides by max(|t|, 1e-7); this divides by max(t, 1e-7), "
        "so that negative labels count as 1e-7.",
        fix="Take |t| before the floor.",
        losses=_MAPE,
        choices={"percentage_of": "signed_labels"},
    ),
    Mistake(
        id="percentage_of_predictions",
        kind="arguments",
        title="percentage of the prediction",
        explanation="Keras divides by the label; this divides by the prediction, "
        "as it does where y_true and y_pred are swapped.",
        fix="Divide by |t|, and pass (y_true, y_pred) in this order.",
        losses=_MAPE,
        choices={"percentage_of": "predictions"},
        links=("https://github.com/scikit-learn/scikit-learn/issues/28733",),
    ),
    Mistake(
        id="percentage_symmetric",
        kind="arguments",
        title="symmetric percentage",
        explanation="Keras divides by |t|; this divides by (|t| + |p|) / 2 (sMAPE).",
        fix="Divide by |t| alone.",
        losses=_MAPE,
        choices={"percentage_of": "both"},
    ),
    Mistake(
        id="percentage_of_mean_label",
        kind="reduction",
        title="percentage of the mean label",
        explanation="Keras divides each difference by its own label; this divides the mean "
        "difference by the mean of |t| (WAPE).",
        fix="Divide before the mean, each difference by its label.",
        losses=_MAPE,
        choices={"percentage_of": "mean_label"},
    ),
    Mistake(
        id="percentage_signed",
        kind="sign",
        title="sign of the error kept",
        explanation="Keras takes absolute values; this lets errors of both signs cancel (MPE).",
        fix="Take the absolute value before the mean.",
        losses=_MAPE,
        choices={"percentage_sign": "kept"},
    ),
)

_LOGARITHMS = (
    Mistake(
        id="msle_without_1",
        kind="logarithm",
        title="logarithm without + 1",
        explanation="Keras takes log(x + 1); this takes log(x).",
        fix="Add 1 before the logarithm.",
        losses=_MSLE,
        choices={"msle_offset": "none"},
    ),
    Mistake(
        id="msle_without_floor",
        kind="epsilon",
        title="no floor before the logarithm",
        explanation="Keras raises labels and predictions to at least 1e-7; "
        "this takes log(x + 1) of negative ones as well.",
        fix="Take log(max(x, 1e-7) + 1).",
        losses=_MSLE,
        choices={"msle_floor": "none"},
        links=(
            "https://github.com/scikit-learn/scikit-learn/issues/9963",
            "https://github.com/scikit-learn/scikit-learn/issues/18587",
        ),
    ),
    Mistake(
        id="msle_log2",
        kind="logarithm",
        title="logarithm of base 2",
        explanation="Keras takes natural logarithms; these are of base 2.",
        fix="Use the natural logarithm.",
        losses=_MSLE,
        choices={"msle_log": "base_2"},
    ),
    Mistake(
        id="msle_log10",
        kind="logarithm",
        title="logarithm of base 10",
        explanation="Keras takes natural logarithms; these are of base 10.",
        fix="Use the natural logarithm.",
        losses=_MSLE,
        choices={"msle_log": "base_10"},
    ),
    Mistake(
        id="log_cosh_without_log_2",
        kind="logarithm",
        title="without - log 2",
        explanation="log(cosh(d)) is d + softplus(-2 d) - log 2; this lacks the last term.",
        fix="Subtract log 2.",
        losses=("log_cosh",),
        choices={"log_cosh": "no_log_two"},
    ),
    Mistake(
        id="log_of_cosh",
        kind="overflow",
        title="cosh before the logarithm",
        explanation="Keras gives |d| - log 2 for large differences; this takes exp(d), "
        "which is infinite from d = 89 on in float32, 710 in float64.",
        fix="Use d + softplus(-2 d) - log 2.",
        losses=("log_cosh",),
        choices={"log_cosh": "log_of_cosh"},
        links=_LOG_COSH,
    ),
    Mistake(
        id="log_cosh_by_log1p",
        kind="overflow",
        title="softplus that overflows",
        explanation="Keras takes a stable softplus of -2 d; this takes log(1 + exp(-2 d)), which "
        "is infinite for d below -44 in float32, -355 in float64.",
        fix="Use max(x, 0) + log1p(exp(-|x|)) for the softplus.",
        losses=("log_cosh",),
        choices={"log_cosh": "log1p"},
    ),
    Mistake(
        id="log_cosh_of_absolute",
        kind="infinity",
        title="|d| for d",
        explanation="d + softplus(-2 d) - log 2 is NaN for d = -infinity; "
        "with |d| it is infinity, and the same elsewhere.",
        fix="Take d, not |d|.",
        losses=("log_cosh",),
        choices={"log_cosh": "absolute"},
        links=("https://github.com/JuliaStats/LogExpFunctions.jl/issues/31",),
    ),
)

REGRESSION = (*_SQUARED, *_HUBER, *_PERCENTAGES, *_LOGARITHMS)
