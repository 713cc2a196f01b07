extension LossLabel where Self: BinaryFloatingPoint {
  /// The label rounded to the dtype.
  public func converted<Storage: LossStorage>(to type: Storage.Type) -> Storage { Storage(self) }

  /// The label as a class id, truncated towards zero and saturated; NaN is class 0.
  public var classID: Int {
    guard !isNaN else { return 0 }
    guard self > -2_147_483_648 else { return Int(Int32.min) }
    guard self < 2_147_483_647 else { return Int(Int32.max) }
    return Int(self)
  }
}

extension LossLabel where Self: FixedWidthInteger {
  /// The label rounded to the dtype.
  public func converted<Storage: LossStorage>(to type: Storage.Type) -> Storage { Storage(self) }

  /// The label as a class id.
  public var classID: Int { Int(clamping: self) }
}

extension Int: LossLabel {}
extension Int8: LossLabel {}
extension Int16: LossLabel {}
extension Int32: LossLabel {}
extension Int64: LossLabel {}
extension UInt: LossLabel {}
extension UInt8: LossLabel {}
extension UInt16: LossLabel {}
extension UInt32: LossLabel {}
extension UInt64: LossLabel {}

extension Bool: LossLabel {
  /// 1 for true, 0 for false.
  public func converted<Storage: LossStorage>(to type: Storage.Type) -> Storage { Storage(classID) }

  /// 1 for true, 0 for false.
  public var classID: Int { self ? 1 : 0 }
}
