"""A dialect: the choices in which Keras's versions and backends differ."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from .number_format import NumberFormat
from .steps import Rescale, Steps


@dataclass(frozen=True)
class Dialect(Steps):
    """One setting of every named choice; a mistake is a dialect with one wrong choice."""

    id: str
    """The preset's name, the same in Python, JSON and Swift."""

    sparse_rescale: Rescale = "before_clip"
    """When sparse categorical crossentropy rescales: before the clip, or after it (TensorFlow)."""

    epsilon_in_log: bool = False
    """Whether binary crossentropy adds epsilon inside both logarithms as well (tf.keras 2)."""

    binary_logits: Literal["stable", "positive_part", "one_log_sigmoid", "clipped_sigmoid"] = (
        "stable"
    )
    """The form of binary crossentropy of logits, s being the sigmoid: they differ at infinities.

    `stable`: -t log s(x) - (1 - t) log s(-x) (JAX); `positive_part`: max(x, 0) - t x +
    log(1 + exp(-|x|)) (TensorFlow); `one_log_sigmoid`: (1 - t) x - log s(x) (torch);
    `clipped_sigmoid`: the crossentropy of the probabilities s(x), which are clipped (NumPy).
    """

    smoothing_class_count: Literal["last_axis", "class_axis"] = "last_axis"
    """Whose extent label smoothing divides by (the class axis from Keras 3.16 on)."""

    tversky_alpha: Literal["false_negatives", "false_positives"] = "false_negatives"
    """What Tversky's alpha weighs (the false positives from Keras 3.16 on)."""

    cosine_norm: Literal[
        "floor", "floor_of_square", "divide", "none", "added", "floor_of_product"
    ] = "floor"
    """What cosine similarity scales a vector by, f being `cosine_floor`.

    `floor`: min(1 / |x|, 1 / f) (JAX, torch); `floor_of_square`: 1 / sqrt(max(|x|^2, f^2)), the
    same but for derivatives (TensorFlow, tf.keras, Keras 1); `divide`: 1 / |x|, or 1 for |x| = 0
    (NumPy, which also takes axis 0 for the last one when it divides). Mistakes: `none`, nothing;
    `added`: 1 / (|x| + f); `floor_of_product`: both at once by 1 / max(|t| |p|, f).
    """

    large_class_ids: Literal["no_class", "error"] = "no_class"
    """Whether an id of at least the class count matches no class, or is refused (NumPy)."""

    nan_class_id: Literal["first_class", "no_class"] = "first_class"
    """What NaN is as a class id: 0 (JAX), or no class (NumPy)."""

    scalars: Literal["refused", "accepted", "everywhere"] = "refused"
    """Which reductions along the last axis take a scalar.

    None (JAX, TensorFlow), sums and maxima (`accepted`, NumPy), or means as well (`everywhere`,
    torch).
    """

    mask_and_weight: Literal["broadcast", "in_place"] = "broadcast"
    """Whether a weight may have fewer axes than its mask (not in NumPy and torch)."""

    subnormals: Literal["flush", "keep"] = "flush"
    """Whether subnormal numbers are zero (JAX and TensorFlow on CPU) or numbers."""

    gradients: Literal["computed", "none"] = "computed"
    """Whether the backend has gradients (NumPy has none)."""

    maximum_tie: Literal["half", "whole"] = "half"
    """The slope of max(x, y) by x where both are equal: 1/2 (JAX, torch) or 1 (TensorFlow)."""

    absolute_value_at_zero: Literal["one", "zero"] = "one"
    """The slope of |x| at 0: 1 (JAX) or 0 (TensorFlow, torch)."""

    absolute_value_of_nan: Literal["minus_one", "nan", "zero"] = "minus_one"
    """The slope of |x| at NaN: -1 (JAX), NaN (TensorFlow) or 0 (torch)."""

    maximum_of_nan: Literal["left_out", "taken"] = "left_out"
    """Whether max(x, y) and `keras.ops.clip` are as steep at NaN as elsewhere (torch), or flat."""

    clip_tie: Literal["half", "whole"] = "half"
    """The slope of a clip at its limits: 1/2 (JAX, torch) or 1 (TensorFlow)."""

    probability_clip_tie: Literal["half", "whole", "none"] = "half"
    """The slope of the crossentropies' clip at its limits: 1/2 (JAX), 1 (TensorFlow), 0 (torch)."""

    branch_slopes: Literal["multiplied", "selected"] = "multiplied"
    """Whether what a maximum or a clip leaves out is multiplied by 0, or selected to be 0.

    Infinity and NaN times 0 are NaN (JAX, torch); a selection passes 0 on (TensorFlow).
    """

    softmax_slope: Literal["formula", "labels_sum_to_one"] = "formula"
    """The gradient of categorical crossentropy from logits: sum(t) softmax - t, or softmax - t.

    The second is TensorFlow's, right only where the labels sum to 1.
    """

    zeroth_power_slope: Literal["formula", "zero"] = "formula"
    """The slope of x^0: 0 x^-1, which is NaN at 0, or 0 (torch)."""

    vocabulary: Literal["keras_3", "tf_keras_2", "keras_1"] = "keras_3"
    """The losses, forms and parameters that there are: see `vocabulary.py`.

    Keras 3 has them all; tf.keras 2 lacks five losses and some parameters; Keras 1 has bare
    functions alone, without parameters.
    """

    class_dtype: Literal["own", "of_predictions"] = "own"
    """Whether a class has a dtype to cast to, or computes in that of y_pred (tf.keras 2)."""

    reduction_names: Literal["keras_3", "keras_2"] = "keras_3"
    """Which reductions a class takes: those of Keras 3, or auto, none, sum, sum_over_batch_size."""

    class_ranks: Literal["expand_vectors", "squeeze", "as_given"] = "expand_vectors"
    """How a class mends (n,) against (n, 1): to (n, 1) each, or to (n,) each (tf.keras 2).

    `as_given`, a mistake: not at all.
    """

    function_ranks: Literal["mended", "as_given"] = "mended"
    """Whether the functions of regression losses mend ranks (not in tf.keras 2 and Keras 1)."""

    weight_ranks: Literal["mended", "per_sample", "as_given"] = "mended"
    """Whether a weight with one axis less than the losses is one of each sample (tf.keras 2).

    Then it gets a trailing axis of 1, and one with an axis more has to end in 1. `as_given`, a
    mistake: (n, 1) weights make (n, n) of (n,) losses.
    """

    fully_masked: Literal["zero", "nan"] = "zero"
    """What the mean over no kept position is: 0, or 0 times 1 / 0 (tf.keras 2)."""

    empty_losses: Literal["unreduced", "zero"] = "unreduced"
    """Whether losses of shape (0,) stay as they are, or their sum and mean are 0 (tf.keras 2)."""

    empty_maximum: Literal["minus_infinity", "no_rows", "refused"] = "no_rows"
    """What the maximum along the last axis of an array without elements is.

    An array without elements, where that axis has some (JAX, NumPy); otherwise refused, or -inf
    (`minus_infinity`, tf.keras 2). Never anything else than `refused` on TensorFlow and torch.
    """

    labels_cast: Literal["all", "all_but_cosine", "none"] = "all"
    """Which losses cast labels to the dtype of predictions: others refuse those of another dtype.

    Cosine similarity of tf.keras 2 does not, Keras 1 casts class ids alone.
    """

    binary_logs: Literal["logs", "log1p", "logit"] = "logs"
    """How binary crossentropy takes the logarithms of clipped probabilities q.

    `logs`: log q and log(1 - q); `log1p`: log q and log1p(-q), neither below -100 (torch);
    `logit`: q goes back to the logit log(q / (1 - q)), which stays one (Keras 1).
    """

    binary_domain: Literal["any", "unit_interval"] = "any"
    """Whether binary crossentropy of probabilities refuses what is outside [0, 1] (torch)."""

    binary_focal_logits: Literal["probabilities", "logits"] = "probabilities"
    """Whether the focal loss takes the crossentropy of logits (TensorFlow, tf.keras 2)."""

    binary_shapes: Literal["equal", "broadcast"] = "equal"
    """Whether binary crossentropy of probabilities broadcasts (tf.keras 2)."""

    categorical_shapes: Literal["equal", "broadcast"] = "equal"
    """Whether categorical crossentropy broadcasts (Keras 1)."""

    focal_smoothing_class_count: Literal["last_axis", "class_axis"] = "last_axis"
    """As `smoothing_class_count`, of categorical focal crossentropy (tf.keras 2 has both)."""

    hinge_labels: Literal["converted", "as_given", "always", "zeros_alone"] = "converted"
    """Whether labels that are all 0 or 1 become -1 and 1 (not in Keras 1).

    Mistakes: `always`, whatever the labels; `zeros_alone`, each 0 whatever the others are.
    """

    cosine_floor: float = 1e-7
    """The norm below which vectors are not normalised: epsilon, or 1e-6 (tf.keras 2, Keras 1)."""

    cosine_scalars: Literal["vectors", "refused"] = "vectors"
    """Whether a scalar is a vector of one element (not in NumPy, tf.keras 2 and Keras 1)."""

    cosine_reduction: Literal["sum", "mean"] = "sum"
    """Whether cosine similarity is the sum of the products, or their mean (Keras 1)."""

    sparse_axis: Literal["leading_ids", "last_only", "any"] = "leading_ids"
    """Which axis sparse categorical crossentropy takes its classes from.

    Any, if the ids have the shape of the leading axes (JAX, NumPy); the last one alone
    (TensorFlow); any (torch, tf.keras 2).
    """

    sparse_ids: Literal["matched", "flattened", "always_flattened"] = "matched"
    """Whether class ids have to have the shape of the rows of classes.

    `flattened`: with another rank they only have to be as many (tf.keras 2); `always_flattened`:
    whatever the rank, and the losses are flat unless y_pred has three axes (Keras 1).
    """

    sparse_selection: Literal["one_hot", "gather"] = "one_hot"
    """Whether log q is multiplied by the one-hot label, 0 * inf being NaN, or looked up.

    Looked up: TensorFlow, torch, tf.keras 2, Keras 1.
    """

    sparse_class_ids: Literal["no_class", "refused"] = "no_class"
    """Whether sparse categorical crossentropy takes ids that are no class, or refuses them.

    Refused: TensorFlow on CPU, torch, tf.keras 2, Keras 1. NumPy refuses large ones alone:
    `large_class_ids`.
    """

    ignored_class_id: int | None = None
    """An id that always costs 0: torch's -100."""

    ignore_class_compared: Literal["in_dtype", "as_ids"] = "in_dtype"
    """Whether labels meet `ignore_class` as they are, or truncated to ids (tf.keras 2)."""

    ctc_impossible: Literal["minus_1e5", "any_alignment", "minus_infinity"] = "minus_1e5"
    """What stands for the logarithm of 0 in CTC, and so shows where no alignment fits.

    `minus_1e5`: -100000 (JAX, NumPy); `any_alignment`: alignments that end elsewhere count
    1e-307 times (TensorFlow: a loss of about 708); `minus_infinity`: an infinite loss (torch).
    """

    softplus: Literal["exact", "linear_above_20"] = "exact"
    """Whether softplus(x) is x above 20 (torch)."""

    log_two: Literal["dtype", "float32"] = "dtype"
    """What log_cosh's log 2 is rounded to: float32 on TensorFlow, on torch and in tf.keras 2."""

    msle_epsilon: Literal["dtype", "float32"] = "dtype"
    """What MSLE's epsilon is rounded to: float32 on TensorFlow, on torch and in Keras 1."""

    ops_numbers: Literal["dtype", "float32"] = "dtype"
    """What Python numbers are rounded to that `keras.ops` takes beside an array.

    float32 on torch and in Keras 1: the limits that KL divergence and categorical focal
    crossentropy clip to, and exponents.
    """

    alpha_list: Literal["dtype", "float32"] = "dtype"
    """What a list of focal alphas is rounded to: float32 on TensorFlow and on torch."""

    clip_epsilon: Literal["dtype", "float32"] = "dtype"
    """What epsilon is rounded to that crossentropies clip to, and MAPE's: float32 in Keras 1."""

    def rounded(self, choice: str, value: float, dtype: str) -> float:
        """The number of a dtype that a constant becomes which passes the dtype of a choice first.

        That is float32, or the same dtype, which such choices call `dtype`.
        """
        return _rounded(value, getattr(self, choice), dtype)


@cache
def _rounded(value: float, first: str, dtype: str) -> float:
    if first != "dtype":
        value = NumberFormat.of(first).nearest(Decimal(value))
    return NumberFormat.of(dtype).nearest(Decimal(value))


DEFAULT = Dialect(id="keras-3.15/jax")
"""Keras 3.15.1 on JAX."""

DIALECTS: dict[str, Dialect] = {
    dialect.id: dialect
    for dialect in (
        DEFAULT,
        Dialect(
            id="keras-3.15/numpy",
            gradients="none",
            binary_logits="clipped_sigmoid",
            cosine_norm="divide",
            cosine_scalars="refused",
            large_class_ids="error",
            nan_class_id="no_class",
            scalars="accepted",
            mask_and_weight="in_place",
            subnormals="keep",
        ),
        Dialect(
            id="keras-3.15/tensorflow",
            maximum_tie="whole",
            absolute_value_at_zero="zero",
            absolute_value_of_nan="nan",
            clip_tie="whole",
            probability_clip_tie="whole",
            branch_slopes="selected",
            softmax_slope="labels_sum_to_one",
            sparse_rescale="after_clip",
            binary_logits="positive_part",
            cosine_norm="floor_of_square",
            nan_class_id="no_class",
            empty_maximum="refused",
            binary_focal_logits="logits",
            sparse_axis="last_only",
            sparse_selection="gather",
            sparse_class_ids="refused",
            ctc_impossible="any_alignment",
            log_two="float32",
            msle_epsilon="float32",
            alpha_list="float32",
        ),
        Dialect(
            id="keras-3.15/torch",
            absolute_value_at_zero="zero",
            absolute_value_of_nan="zero",
            maximum_of_nan="taken",
            probability_clip_tie="none",
            zeroth_power_slope="zero",
            binary_logits="one_log_sigmoid",
            large_class_ids="error",
            nan_class_id="no_class",
            scalars="everywhere",
            mask_and_weight="in_place",
            subnormals="keep",
            empty_maximum="refused",
            binary_logs="log1p",
            binary_domain="unit_interval",
            sparse_axis="any",
            sparse_selection="gather",
            sparse_class_ids="refused",
            ignored_class_id=-100,
            ctc_impossible="minus_infinity",
            softplus="linear_above_20",
            log_two="float32",
            msle_epsilon="float32",
            alpha_list="float32",
            ops_numbers="float32",
        ),
        Dialect(
            id="keras-3.16-dev/jax",
            smoothing_class_count="class_axis",
            tversky_alpha="false_positives",
            focal_smoothing_class_count="class_axis",
        ),
        Dialect(
            id="tf-keras-2",
            maximum_tie="whole",
            absolute_value_at_zero="zero",
            absolute_value_of_nan="nan",
            clip_tie="whole",
            probability_clip_tie="whole",
            branch_slopes="selected",
            softmax_slope="labels_sum_to_one",
            sparse_rescale="after_clip",
            epsilon_in_log=True,
            binary_logits="positive_part",
            smoothing_class_count="class_axis",
            cosine_norm="floor_of_square",
            nan_class_id="no_class",
            vocabulary="tf_keras_2",
            class_dtype="of_predictions",
            reduction_names="keras_2",
            class_ranks="squeeze",
            function_ranks="as_given",
            weight_ranks="per_sample",
            fully_masked="nan",
            empty_losses="zero",
            empty_maximum="minus_infinity",
            labels_cast="all_but_cosine",
            binary_focal_logits="logits",
            binary_shapes="broadcast",
            cosine_floor=1e-6,
            cosine_scalars="refused",
            sparse_axis="any",
            sparse_ids="flattened",
            sparse_selection="gather",
            sparse_class_ids="refused",
            ignore_class_compared="as_ids",
            log_two="float32",
        ),
        Dialect(
            id="keras-1",
            maximum_tie="whole",
            absolute_value_at_zero="zero",
            absolute_value_of_nan="nan",
            clip_tie="whole",
            probability_clip_tie="whole",
            branch_slopes="selected",
            sparse_rescale="after_clip",
            cosine_norm="floor_of_square",
            vocabulary="keras_1",
            function_ranks="as_given",
            labels_cast="none",
            binary_logs="logit",
            binary_logits="positive_part",
            categorical_shapes="broadcast",
            hinge_labels="as_given",
            msle_epsilon="float32",
            ops_numbers="float32",
            clip_epsilon="float32",
            cosine_floor=1e-6,
            cosine_scalars="refused",
            cosine_reduction="mean",
            sparse_ids="always_flattened",
            sparse_class_ids="refused",
        ),
    )
}
"""The presets by id."""
