"""Pairs of mistakes that people really make together."""

from __future__ import annotations

Pair = tuple[str, str]
"""Ids of mistakes; the first is made before the second."""

_GENERAL: tuple[Pair, ...] = (
    ("weights_ignored", "sum_for_mean"),
    ("weights_ignored", "mask_ignored"),
    ("mask_ignored", "sum_for_mean"),
    ("sign_flipped", "sum_for_mean"),
    ("sum_over_features", "sum_for_mean"),
)

_OF_NUMBERS: tuple[Pair, ...] = (
    ("square_halved", "sum_for_mean"),
    ("square_halved", "sum_over_features"),
    ("root_of_mean", "sum_over_features"),
    ("root_of_mean", "weights_ignored"),
    ("absolute_error_squared", "sum_for_mean"),
    ("ranks_not_mended", "sum_for_mean"),
    ("huber_divided_by_delta", "sum_for_mean"),
    ("huber_line_not_scaled", "sum_for_mean"),
    ("huber_without_halves", "sum_over_features"),
    ("delta_ignored", "sum_over_features"),
    ("fraction_for_percent", "sum_for_mean"),
    ("fraction_for_percent", "percentage_without_floor"),
    ("fraction_for_percent", "percentage_floor_of_scikit_learn"),
    ("fraction_for_percent", "percentage_symmetric"),
    ("fraction_for_percent", "percentage_signed"),
    ("percentage_without_floor", "percentage_signed"),
    ("msle_without_1", "msle_without_floor"),
    ("msle_without_floor", "root_of_mean"),
    ("msle_without_floor", "square_halved"),
    ("log_cosh_without_log_2", "sum_for_mean"),
    ("log_of_cosh", "sum_over_features"),
)

_OF_MARGINS: tuple[Pair, ...] = (
    ("hinge_labels_not_converted", "sum_for_mean"),
    ("hinge_labels_not_converted", "sum_over_features"),
    ("hinge_labels_not_converted", "hinge_without_margin"),
    ("hinge_labels_not_converted", "square_halved"),
    ("own_class_left_out", "sum_for_mean"),
    ("own_class_left_out", "weights_ignored"),
    ("margins_averaged", "sum_for_mean"),
    ("margins_summed", "hinge_without_margin"),
)

_OF_SETS: tuple[Pair, ...] = (
    ("overlap_per_sample", "overlap_smoothing_of_1"),
    ("overlap_per_sample", "overlap_smoothing_in_both"),
    ("overlap_per_sample", "overlap_negative"),
    ("overlap_per_sample", "dice_of_squares"),
    ("overlap_per_sample", "tversky_swapped"),
    ("overlap_smoothing_of_1", "overlap_negative"),
    ("overlap_smoothing_of_1", "dice_of_squares"),
    ("overlap_smoothing_of_1", "jaccard_for_dice"),
    ("overlap_smoothing_of_1", "tversky_swapped"),
    ("overlap_smoothing_of_1", "tversky_focal"),
    ("overlap_coefficient", "dice_without_2"),
    ("tversky_swapped", "tversky_focal"),
)

_OF_VECTORS: tuple[Pair, ...] = (
    ("cosine_distance", "sum_for_mean"),
    ("cosine_distance", "cosine_floor_of_torch"),
    ("cosine_distance", "cosine_axis_ignored"),
    ("cosine_not_normalised", "sign_flipped"),
    ("cosine_not_normalised", "cosine_mean"),
    ("cosine_mean", "sign_flipped"),
    ("circle_gamma_ignored", "circle_margin_ignored"),
    ("circle_normalised", "circle_with_diagonal"),
    ("circle_normalised", "own_mask_dropped"),
    ("circle_with_diagonal", "own_mask_dropped"),
    ("circle_unweighted_pairs", "circle_without_gamma"),
)

_OF_SEQUENCES: tuple[Pair, ...] = (
    ("ctc_divided_by_labels", "sum_for_mean"),
    ("ctc_divided_by_labels", "ctc_blank_last"),
    ("ctc_divided_by_labels", "ctc_softmax_twice"),
    ("ctc_divided_by_labels", "ctc_logits_as_log_probabilities"),
    ("ctc_blank_last", "ctc_softmax_twice"),
)

_OF_PROBABILITIES: tuple[Pair, ...] = (("rescale_skipped", "sum_for_mean"),)

PAIRS: tuple[Pair, ...] = (
    *_OF_PROBABILITIES,
    *_GENERAL,
    *_OF_NUMBERS,
    *_OF_MARGINS,
    *_OF_SETS,
    *_OF_VECTORS,
    *_OF_SEQUENCES,
)
"""Every pair."""
