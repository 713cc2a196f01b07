extension Dialect {
  /// A label as a class id, -1 where NaN is no class.
  func classID<Label: LossLabel>(_ label: Label) -> Int {
    nanClassID == .noClass && label.converted(to: Double.self).isNaN ? -1 : label.classID
  }

  /// Refuses ids of at least the class count, where the dialect does; ignored ones are no ids.
  ///
  /// - Throws: `LossError.classIDOutOfRange`.
  /// - Complexity: O(`labels.count`), O(1) where the dialect takes any id.
  func check<Label: LossLabel>(
    _ labels: [Label], ignoring ignored: Int? = nil, classes: Int
  ) throws(LossError) {
    guard largeClassIDs == .error else { return }
    for label in labels {
      let id = classID(label)
      guard id < classes || id == ignored else {
        throw .classIDOutOfRange(id: id, classes: classes)
      }
    }
  }
}
