"""The steps of a loss that every Keras takes alike: a mistake is another setting of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rescale = Literal["before_clip", "after_clip", "by_norm", "by_padded_sum", "skipped"]
"""Whether, when and by what rows of probabilities are divided.

By their sum, `before_clip` or `after_clip`; before the clip `by_norm`, the root of the sum of
squares, or `by_padded_sum`, the sum and epsilon; or not at all.
"""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Choices in which no preset of `Dialect` differs from another, but careless ports do."""

    arguments: Literal["labels_first", "predictions_first"] = "labels_first"
    """Which argument comes first, y_true or y_pred."""

    sign: Literal["loss", "negated"] = "loss"
    """Whether losses are losses, or their negatives."""

    features: Literal["mean", "sum", "batch_mean"] = "mean"
    """What becomes of the elements of a row where Keras takes their mean.

    `sum`: they are added; `batch_mean`: the mean runs along the first axis instead.
    """

    row_root: bool = False
    """Whether the square root of each row's mean square is taken."""

    result_root: bool = False
    """Whether the square root of the mean over the batch is taken."""

    divisor: Literal[
        "losses", "losses_minus_one", "samples", "predictions", "weights", "nonzero_weights"
    ] = "losses"
    """What the mean divides the sum of the losses by.

    Their count, that less one, the extent of the first axis, the count of predictions, the sum of
    the weights, or the count of the weights that are not 0.
    """

    weighted_divisor: Literal["weights", "losses"] = "weights"
    """What `mean_with_sample_weight` divides by: the sum of the weights, or the losses' count."""

    weighting: Literal["before_reduction", "after_reduction", "squared", "normalised"] = (
        "before_reduction"
    )
    """How weights act.

    `after_reduction`: they multiply what is already reduced, which is then reduced once more;
    `squared`: they are applied twice; `normalised`: they are divided by their sum before.
    """

    weight_of_zero: Literal["multiplies", "selects"] = "multiplies"
    """Whether a weight of 0 multiplies, so that NaN stays NaN, or leaves the loss out."""

    mask_scale: Literal["total_by_kept", "one"] = "total_by_kept"
    """What a mean multiplies the kept losses by before it divides by the count of all."""

    own_mask: Literal["merged", "dropped"] = "merged"
    """Whether a mask that the loss itself makes (`ignore_class`, circle) reaches the reduction."""

    slopes: Literal["of_value", "without_weights", "of_sum"] = "of_value"
    """What the gradient is of: the value, the losses before the weights, or the undivided sum."""

    squares: Literal["whole", "halved", "absolute", "half_slope"] = "whole"
    """What mean squares take of d: d^2, d^2 / 2, |d|, or d^2 with the slope d."""

    absolute_error: Literal["absolute", "square"] = "absolute"
    """What mean absolute error takes of d: |d| or d^2."""

    huber: Literal[
        "halves",
        "no_halves",
        "whole_square",
        "line_from_zero",
        "unscaled_line",
        "offset_not_squared",
        "divided_by_delta",
        "pseudo",
    ] = "halves"
    """Huber's two branches: a^2 / 2 up to delta, then delta a - delta^2 / 2.

    `no_halves`: twice both; `whole_square`: a^2; `line_from_zero`: delta a; `unscaled_line`:
    a - delta / 2; `offset_not_squared`: delta a - delta / 2; `divided_by_delta`: both divided by
    delta; `pseudo`: delta^2 (sqrt(1 + (a / delta)^2) - 1) everywhere.
    """

    percent: float = 100.0
    """What MAPE multiplies by."""

    percentage_sign: Literal["dropped", "kept"] = "dropped"
    """Whether MAPE takes the absolute value of (t - p) / |t|."""

    percentage_of: Literal[
        "labels",
        "labels_without_floor",
        "labels_plus_epsilon",
        "signed_labels",
        "predictions",
        "both",
        "mean_label",
    ] = "labels"
    """What MAPE divides by: max(|t|, epsilon).

    `labels_without_floor`: |t|; `labels_plus_epsilon`: |t| + epsilon; `signed_labels`:
    max(t, epsilon); the others put |p|, (|t| + |p|) / 2 or the row's mean of |t| for |t|.
    """

    msle_floor: Literal["epsilon", "none"] = "epsilon"
    """What MSLE raises labels and predictions to at least."""

    msle_offset: Literal["one", "none"] = "one"
    """What MSLE adds before the logarithm."""

    msle_log: Literal["natural", "base_2", "base_10"] = "natural"
    """The logarithm of MSLE."""

    log_cosh: Literal["softplus", "no_log_two", "log1p", "log_of_cosh", "absolute"] = "softplus"
    """The form of log(cosh(d)): d + softplus(-2 d) - log 2.

    `no_log_two`: without the last term; `log1p`: the softplus as log(1 + exp(-2 d));
    `log_of_cosh`: log((exp(d) + exp(-d)) / 2); `absolute`: |d| for d.
    """

    cosine_form: Literal["negative", "distance"] = "negative"
    """Whether cosine similarity is negated, or subtracted from 1."""

    hinge_margin: float = 1.0
    """The margin of the hinge losses."""

    hinge_part: Literal["positive", "all"] = "positive"
    """Whether the hinge losses cut at 0 what is on the right side of the margin."""

    hinge_power: Literal["one", "two"] = "one"
    """The power of hinge (that of squared hinge is what `squares` says)."""

    other_classes: Literal["largest_product", "largest_other", "largest", "sum", "mean"] = (
        "largest_product"
    )
    """What categorical hinge holds against the labelled class.

    max((1 - t) p), in which that class itself counts as 0. `largest_other`: the largest p of the
    others; `largest`: of all; `sum`, `mean`: a margin for each other class, their sum, or that
    divided by the count of classes.
    """

    overlap_smoothing: Literal["denominator", "both", "ones", "none"] = "denominator"
    """Where Dice and Tversky add epsilon; `ones`: 1 in both numerator and denominator."""

    overlap_form: Literal["complement", "coefficient", "negative", "focal"] = "complement"
    """What Dice and Tversky make of the coefficient c: 1 - c, c, -c or (1 - c)^(3/4)."""

    dice: Literal["sums", "no_two", "squares", "jaccard"] = "sums"
    """The coefficient of Dice: 2 I / (sum(t) + sum(p)).

    `no_two`: without the 2; `squares`: sum(t^2) + sum(p^2); `jaccard`: I / (union).
    """

    circle_weights: Literal["attached", "detached", "one"] = "attached"
    """Circle's w_p and w_n: with slopes of their own, as constants, or 1."""

    circle_distance: Literal["cut", "uncut", "product"] = "cut"
    """Circle's D: max(1 - p r^T, 0), 1 - p r^T, or p r^T."""

    circle_embeddings: Literal["as_given", "normalised"] = "as_given"
    """Whether circle divides embeddings by their lengths."""

    circle_gamma: Literal["both", "negatives"] = "both"
    """Which pairs' exponents circle multiplies by gamma."""

    ctc_input: Literal[
        "logits", "log_probabilities", "probabilities", "softmax", "logits_over_time"
    ] = "logits"
    """What CTC takes y_pred for.

    Logits, whose log softmax it takes. `log_probabilities`: as they are; `probabilities`: the
    logits are log(p + epsilon); `softmax`: the logits are softmax(x); `logits_over_time`: the
    softmax runs along the time steps.
    """

    ctc_blank: Literal["first", "last"] = "first"
    """Which class is CTC's blank."""

    ctc_end: Literal["blank_or_label", "blank"] = "blank_or_label"
    """What a CTC alignment may end with."""

    ctc_repeats: Literal["separated", "free"] = "separated"
    """Whether a repeated label needs a blank between."""

    ctc_divisor: Literal["none", "labels", "steps"] = "none"
    """What each loss of CTC is divided by: nothing, its count of labels, or of time steps."""

    # MARK: probabilities

    epsilon: float | Literal["machine"] = 1e-7
    """Keras's fuzz factor, `keras.config.epsilon()`; quantised to the dtype where it is used.

    `machine`: the distance from 1 to the next number of the dtype.
    """

    rescale: Rescale = "before_clip"
    """How the categorical losses rescale, sparse crossentropy unless `sparse_rescale` differs."""

    rescale_slope: Literal["formula", "constant"] = "formula"
    """Whether the gradient passes through the divisor of the rescale."""

    clip: Literal["both", "low_only", "skipped"] = "both"
    """Which limits of [epsilon, 1 - epsilon] probabilities are clipped to.

    KL divergence clips to [epsilon, 1].
    """

    clip_limits: Literal["rounded", "float64"] = "rounded"
    """Whether the limits of the clip are numbers of the dtype."""

    clip_slope: Literal["clipped", "straight_through"] = "clipped"
    """Whether the gradient of a clip is 0 beyond its limits, or passes as if there were none."""

    epsilon_in_logs: bool = False
    """Whether epsilon is added inside the logarithms of the categorical losses and KL divergence.

    Of binary crossentropy: `epsilon_in_log`, in which presets differ.
    """

    logarithm: Literal["natural", "base_2", "base_10", "log1p"] = "natural"
    """What is taken for the natural logarithm of a probability or a rate."""

    # MARK: logits

    activations: Literal["once", "twice"] = "once"
    """How often predictions pass a softmax, or a sigmoid: once in all, or once more."""

    softmax_logs: Literal["log_softmax", "clipped_softmax"] = "log_softmax"
    """How categorical crossentropies of logits take logarithms: of a clipped softmax or without."""

    # MARK: sums along the axis of the classes

    class_sums: Literal["sum", "mean"] = "sum"
    """What the categorical losses and KL divergence take along the axis of the classes."""

    # MARK: labels

    smoothing_share: Literal["all", "others", "all_but_one", "two"] = "all"
    """What label smoothing s adds to a label t of n classes.

    s / n; to the other classes alone, s / (n - 1) of them (`others`); s / (n - 1); or s / 2.
    """

    binary_smoothing: Literal["half", "last_axis"] = "half"
    """Whether binary label smoothing adds s / 2, or s by the extent of the last axis."""

    # MARK: binary crossentropy

    binary_terms: Literal["both", "positive"] = "both"
    """Whether binary crossentropy has the term of the other class, (1 - t) log(1 - q)."""

    # MARK: focal losses

    focal_base: Literal["one_minus_p_t", "p_t"] = "one_minus_p_t"
    """Which probability the focal factor is a power of."""

    focal_p_t: Literal["by_element", "of_crossentropy"] = "by_element"
    """Where the focal factor has p_t from: the labels or classes, or exp(-crossentropy)."""

    focal_slope: Literal["formula", "constant"] = "formula"
    """Whether the gradient passes through the focal factor."""

    focal_labels: Literal["smoothed", "as_given"] = "smoothed"
    """Which labels make the binary focal loss's p_t and balance."""

    binary_focal_predictions: Literal["as_given", "clipped"] = "as_given"
    """Which probabilities make the binary focal factor."""

    categorical_focal_predictions: Literal["clipped", "as_given"] = "clipped"
    """Which probabilities make the categorical focal factor."""

    categorical_focal_logits: Literal["clipped_softmax", "log_softmax"] = "clipped_softmax"
    """Whether the categorical focal loss clips the softmax of logits."""

    focal_balance: Literal["by_label", "same"] = "by_label"
    """Whether a balanced negative label weighs 1 - alpha, or alpha as well."""

    alpha_axis: Literal["last", "classes"] = "last"
    """Which axis a list of focal alphas runs along."""

    # MARK: generalized crossentropy

    generalized_power: Literal["over_q", "undivided", "linear", "logarithm"] = "over_q"
    """What generalized crossentropy makes of p_t: (1 - p_t^q) / q, 1 - p_t^q, or a limit of it.

    Its limits: 1 - p_t for q = 1, -log p_t for q = 0.
    """

    generalized_predictions: Literal["as_given", "rescaled", "clipped"] = "as_given"
    """What generalized crossentropy does with predictions first."""

    # MARK: KL divergence

    kl_clip: Literal["both", "predictions", "labels"] = "both"
    """Which arrays KL divergence clips."""

    kl_rescale: bool = False
    """Whether KL divergence divides labels and predictions by their sums."""

    kl_terms: Literal["quotient", "zero_for_zero", "difference", "without_entropy"] = "quotient"
    """The terms of KL divergence.

    `quotient`: t log(t / p); `zero_for_zero`: the same, but 0 for t = 0; `difference`:
    t log t - t log p, 0 log 0 being 0; `without_entropy`: -t log p.
    """

    # MARK: Poisson

    poisson_predictions: Literal["rates", "logarithms"] = "rates"
    """Whether Poisson's predictions are rates p, or their logarithms x: exp(x) - t x."""

    poisson_epsilon: Literal["added", "floor"] = "added"
    """Whether Poisson's logarithm is that of p + epsilon, or of max(p, epsilon)."""

    poisson_constant: Literal["left_out", "stirling"] = "left_out"
    """Whether Poisson adds log(t!) for labels above 1: t log t - t + log(2 pi t) / 2."""
