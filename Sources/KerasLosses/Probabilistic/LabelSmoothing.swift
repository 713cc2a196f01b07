extension Dialect.SmoothingClassCount {
  /// The number of classes that label smoothing divides by; 1 for a scalar, which is refused later.
  func classes(of shape: Shape, axis: Int) -> Int {
    shape.extent(of: self == .lastAxis ? -1 : axis) ?? 1
  }
}

extension Dialect.FocalSmoothingClassCount {
  /// The number of classes that label smoothing divides by; 1 for a scalar, which is refused later.
  func classes(of shape: Shape, axis: Int) -> Int {
    shape.extent(of: self == .lastAxis ? -1 : axis) ?? 1
  }
}

extension Shape {
  /// The extent of an axis, counted from the end where negative; `nil` where there is no such axis.
  func extent(of axis: Int) -> Int? {
    let index = axis < 0 ? axis + rank : axis
    return dimensions.indices.contains(index) ? dimensions[index] : nil
  }
}

/// Labels moved towards a share of their own: t (1 - s) + share.
struct LabelSmoothing<Scalar: LossScalar>: Sendable {
  let kept: Scalar
  let share: Scalar
  let isIdentity: Bool

  /// Smoothing s with a share of s / classes each; 1 - s is computed as Python does, then rounded.
  init<Storage: LossStorage>(
    _ smoothing: Double, classes: Int, _ type: Storage.Type
  ) where Storage.Compute == Scalar {
    self.init(
      smoothing, share: Storage.constant(smoothing) / Storage.constant(Double(classes)), type)
  }

  /// Smoothing s of yes-or-no labels: a share of s / 2.
  init<Storage: LossStorage>(
    binary smoothing: Double, _ type: Storage.Type
  ) where Storage.Compute == Scalar {
    self.init(smoothing, share: Storage.constant(0.5 * smoothing), type)
  }

  private init<Storage: LossStorage>(
    _ smoothing: Double, share: Scalar, _ type: Storage.Type
  ) where Storage.Compute == Scalar {
    kept = Storage.constant(1 - smoothing)
    self.share = share
    isIdentity = smoothing == 0
  }

  /// 2 t - 1: from 0 and 1 to signs.
  static var signs: Self { Self(kept: 2, share: -1) }

  private init(kept: Scalar, share: Scalar) {
    self.kept = kept
    self.share = share
    isIdentity = false
  }

  /// No smoothing.
  static var none: Self { Self(0, classes: 1, Scalar.self) }

  /// The labels, smoothed.
  @inline(__always) func callAsFunction(_ labels: Scalar.Lanes) -> Scalar.Lanes {
    isIdentity ? labels : labels * kept + share
  }
}
