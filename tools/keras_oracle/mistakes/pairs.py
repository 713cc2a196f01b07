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

_OF_PROBABILITIES: tuple[Pair, ...] = (
    ("rescale_skipped", "clip_skipped"),
    ("rescale_skipped", "sum_for_mean"),
    ("rescale_skipped", "mean_over_predictions"),
    ("rescale_skipped", "epsilon_in_class_logs_for_clip"),
    ("rescale_skipped", "clip_epsilon_1e_12"),
    ("rescale_skipped", "clip_epsilon_1e_15"),
    ("rescale_skipped", "log_base_2"),
    ("rescale_skipped", "sign_flipped"),
    ("clip_skipped", "sum_for_mean"),
    ("clip_skipped", "log_base_2"),
    ("clip_skipped", "sign_flipped"),
    ("clip_skipped", "sum_over_features"),
    ("clip_skipped", "mean_over_classes"),
    ("clip_skipped", "arguments_swapped"),
    ("log_base_2", "sum_for_mean"),
    ("log_base_10", "sum_for_mean"),
    ("probabilities_as_logits", "sum_for_mean"),
    ("logits_as_probabilities", "rescale_skipped"),
    ("softmax_then_clip", "sum_for_mean"),
    ("sigmoid_then_clip", "sum_for_mean"),
    ("smoothing_ignored", "sum_for_mean"),
    ("smoothing_ignored", "rescale_skipped"),
    ("smoothing_over_other_classes", "rescale_skipped"),
    ("positive_term_only", "clip_skipped"),
    ("positive_term_only", "sum_for_mean"),
    ("positive_term_only", "sum_over_features"),
    ("epsilon_in_log_for_clip", "sum_for_mean"),
    ("epsilon_in_log_for_clip", "sum_over_features"),
    ("torch_log_floor", "sum_for_mean"),
    ("class_ids_from_one", "rescale_skipped"),
    ("ignore_class_ignored", "rescale_skipped"),
    ("own_mask_dropped", "rescale_skipped"),
)

_OF_FOCAL_LOSSES: tuple[Pair, ...] = (
    ("focal_factor_missing", "alpha_missing"),
    ("focal_factor_missing", "balancing_missing"),
    ("gamma_ignored", "alpha_ignored"),
    ("balancing_always", "sum_for_mean"),
    ("balancing_always", "sum_over_features"),
    ("alpha_for_both_classes", "sum_for_mean"),
    ("alpha_on_wrong_class", "sum_for_mean"),
    ("alpha_missing", "sum_for_mean"),
    ("alpha_missing", "rescale_skipped"),
    ("p_t_of_crossentropy", "sum_for_mean"),
    ("p_t_of_crossentropy", "clip_skipped"),
    ("p_t_of_crossentropy", "balancing_always"),
    ("p_t_of_crossentropy", "alpha_missing"),
)

_OF_DISTRIBUTIONS: tuple[Pair, ...] = (
    ("torch_kl_div", "mean_over_classes"),
    ("torch_kl_div", "sum_for_mean"),
    ("torch_kl_div", "arguments_swapped"),
    ("mean_over_classes", "arguments_swapped"),
    ("mean_over_classes", "sign_flipped"),
    ("entropy_left_out", "sum_for_mean"),
    ("log_input", "stirling_added"),
    ("log_input", "sum_over_features"),
    ("log_input", "sum_for_mean"),
    ("epsilon_missing", "sum_over_features"),
    ("epsilon_missing", "sum_for_mean"),
    ("epsilon_1e_8", "stirling_added"),
    ("not_divided_by_q", "sum_for_mean"),
    ("not_divided_by_q", "q_ignored"),
    ("plain_crossentropy", "sum_for_mean"),
    ("plain_crossentropy", "predictions_rescaled"),
    ("predictions_clipped", "sum_for_mean"),
)

PAIRS: tuple[Pair, ...] = (
    *_OF_PROBABILITIES,
    *_OF_FOCAL_LOSSES,
    *_OF_DISTRIBUTIONS,
    *_GENERAL,
    *_OF_NUMBERS,
    *_OF_MARGINS,
    *_OF_SETS,
    *_OF_VECTORS,
    *_OF_SEQUENCES,
)
"""Every pair."""
