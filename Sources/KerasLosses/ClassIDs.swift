extension Dialect {
  /// A label as a class id, -1 where NaN is no class.
  func classID<Label: LossLabel>(_ label: Label) -> Int {
    nanClassID == .noClass && label.converted(to: Double.self).isNaN ? -1 : label.classID
  }

  /// Refuses ids of at least the class count, where the dialect does.
  ///
  /// - Throws: `LossError.classIDOutOfRange`.
  /// - Complexity: O(`labels.count`), O(1) where the dialect takes any id.
  func check<Label: LossLabel>(_ labels: Elements<Label>, classes: Int) throws(LossError) {
    guard largeClassIDs == .error else { return }
    for label in labels {
      let id = classID(label)
      guard id < classes else { throw .classIDOutOfRange(id: id, classes: classes) }
    }
  }
}

/// How sparse categorical crossentropy reads its labels: which are ignored, and which class others are.
struct SparseLabels<Storage: LossStorage> {
  private let dialect: Dialect
  /// The ignored class, as an id and in the dtype that labels are compared in.
  private let ignored: (id: Int, number: Storage.Compute)?

  /// Takes the id of labels that are left out, if there is one.
  init(_ type: Storage.Type, _ dialect: Dialect, ignoring ignoreClass: Int?) {
    self.dialect = dialect
    ignored = ignoreClass.map { ($0, Storage($0).widened) }
  }

  /// Whether a label is of the ignored class.
  func isIgnored<Label: LossLabel>(_ label: Label) -> Bool {
    guard let ignored else { return false }
    return switch dialect.ignoreClassCompared {
    case .inDtype: label.converted(to: Storage.self).widened == ignored.number
    case .asIDs: label.classID == ignored.id
    }
  }

  /// Hands over class ids as the C target takes them, -1 for what is no class, and the ignored id.
  ///
  /// - Complexity: O(1) for `Int32`, else O(`labels.count`).
  func withIDs<Label: LossLabel>(
    _ labels: Span<Label>, classes: Int, _ body: (Span<Int32>, Int32?) -> Void
  ) {
    // Small ids are numbers of the dtype, and no other id is rounded to one of them.
    let isSmall = ignored.map { $0.id.magnitude < 1 << 24 } ?? true
    if Label.self == Int32.self, Storage.self == Storage.Compute.self, isSmall {
      unsafe labels.withUnsafeBufferPointer { labels in
        unsafe labels.withMemoryRebound(to: Int32.self) {
          unsafe body($0.span, ignored.map { Int32($0.id) })
        }
      }
      return
    }
    let ids = labels.indices.map { index -> Int32 in
      if isIgnored(labels[index]) { return .min }
      let id = id(of: labels[index])
      return id >= 0 && id < classes ? Int32(clamping: id) : -1
    }
    body(ids.span, .min)
  }

  /// The class id of a label that is not ignored.
  func id<Label: LossLabel>(of label: Label) -> Int { dialect.classID(label) }

  /// Refuses ids that are no class, where the dialect does; ignored labels are no ids.
  ///
  /// - Throws: `LossError.classIDOutOfRange`.
  /// - Complexity: O(`labels.count`), O(1) where the dialect takes any id.
  func check<Label: LossLabel>(_ labels: Span<Label>, classes: Int) throws(LossError) {
    let refusesAll = dialect.sparseClassIDs == .refused
    guard refusesAll || dialect.largeClassIDs == .error else { return }
    for index in labels.indices where !isIgnored(labels[index]) {
      let id = id(of: labels[index])
      let isTaken =
        id < classes && (id >= 0 || !refusesAll || id == dialect.ignoredClassID)
      guard isTaken else { throw .classIDOutOfRange(id: id, classes: classes) }
    }
  }
}
