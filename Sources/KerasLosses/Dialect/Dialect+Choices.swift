extension Dialect {
  /// A choice with its setting.
  public struct Choice: Equatable, Sendable {
    /// The choice's name, in snake case as in the oracle.
    public let name: String
    /// The setting: a string where settings have names.
    public let setting: ParameterValue
  }

  /// Every choice with its setting, in the order of the oracle.
  public var choices: [Choice] {
    let settings: [(name: String, setting: ParameterValue)] = [
      ("sparse_rescale", .string(sparseRescale.rawValue)),
      ("epsilon_in_log", .boolean(epsilonInLog)),
      ("binary_logits", .string(binaryLogits.rawValue)),
      ("smoothing_class_count", .string(smoothingClassCount.rawValue)),
      ("tversky_alpha", .string(tverskyAlpha.rawValue)),
      ("cosine_norm", .string(cosineNorm.rawValue)),
      ("large_class_ids", .string(largeClassIDs.rawValue)),
      ("nan_class_id", .string(nanClassID.rawValue)),
      ("scalars", .string(scalars.rawValue)),
      ("mask_and_weight", .string(maskAndWeight.rawValue)),
      ("subnormals", .string(subnormals.rawValue)),
      ("gradients", .string(gradients.rawValue)),
      ("maximum_tie", .string(maximumTie.rawValue)),
      ("absolute_value_at_zero", .string(absoluteValueAtZero.rawValue)),
      ("absolute_value_of_nan", .string(absoluteValueOfNaN.rawValue)),
      ("maximum_of_nan", .string(maximumOfNaN.rawValue)),
      ("clip_tie", .string(clipTie.rawValue)),
      ("probability_clip_tie", .string(probabilityClipTie.rawValue)),
      ("branch_slopes", .string(branchSlopes.rawValue)),
      ("softmax_slope", .string(softmaxSlope.rawValue)),
      ("zeroth_power_slope", .string(zerothPowerSlope.rawValue)),
      ("vocabulary", .string(vocabulary.rawValue)),
      ("class_dtype", .string(classDtype.rawValue)),
      ("reduction_names", .string(reductionNames.rawValue)),
      ("class_ranks", .string(classRanks.rawValue)),
      ("function_ranks", .string(functionRanks.rawValue)),
      ("weight_ranks", .string(weightRanks.rawValue)),
      ("fully_masked", .string(fullyMasked.rawValue)),
      ("empty_losses", .string(emptyLosses.rawValue)),
      ("empty_maximum", .string(emptyMaximum.rawValue)),
      ("labels_cast", .string(labelsCast.rawValue)),
      ("binary_logs", .string(binaryLogs.rawValue)),
      ("binary_domain", .string(binaryDomain.rawValue)),
      ("binary_focal_logits", .string(binaryFocalLogits.rawValue)),
      ("binary_shapes", .string(binaryShapes.rawValue)),
      ("categorical_shapes", .string(categoricalShapes.rawValue)),
      ("focal_smoothing_class_count", .string(focalSmoothingClassCount.rawValue)),
      ("hinge_labels", .string(hingeLabels.rawValue)),
      ("cosine_floor", .number(cosineFloor)),
      ("cosine_scalars", .string(cosineScalars.rawValue)),
      ("cosine_reduction", .string(cosineReduction.rawValue)),
      ("sparse_axis", .string(sparseAxis.rawValue)),
      ("sparse_ids", .string(sparseIDs.rawValue)),
      ("sparse_selection", .string(sparseSelection.rawValue)),
      ("sparse_class_ids", .string(sparseClassIDs.rawValue)),
      ("ignored_class_id", ignoredClassID.map { .number(Double($0)) } ?? .null),
      ("ignore_class_compared", .string(ignoreClassCompared.rawValue)),
      ("ctc_impossible", .string(ctcImpossible.rawValue)),
      ("softplus", .string(softplus.rawValue)),
      ("log_two", .string(logTwo.rawValue)),
      ("msle_epsilon", .string(msleEpsilon.rawValue)),
      ("ops_numbers", .string(opsNumbers.rawValue)),
      ("alpha_list", .string(alphaList.rawValue)),
      ("clip_epsilon", .string(clipEpsilon.rawValue)),
    ]
    return settings.map(Choice.init)
  }
}
