public import CKerasLosses
internal import KerasLosses

/// Weights, mask and reduction of losses; see the header.
@c @implementation public func keras_loss_reduce(
  _ losses: UnsafePointer<keras_loss_array>?, _ sampleWeight: UnsafePointer<keras_loss_array>?,
  _ mask: UnsafePointer<keras_loss_array>?, _ reduction: UnsafePointer<CChar>?,
  _ dialect: UnsafePointer<CChar>?, _ dtype: UnsafePointer<CChar>?,
  _ value: UnsafeMutablePointer<keras_loss_output>?,
  _ failure: UnsafeMutablePointer<keras_loss_failure>?
) -> Bool {
  unsafe reporting(to: failure) { () throws(Failure) -> Void in
    guard let value = unsafe value, let losses = unsafe try array(losses, named: "losses") else {
      throw Failure(call: "a call without losses or value")
    }
    let weights = unsafe try array(sampleWeight, named: "sample_weight")
    let mask = unsafe try array(mask, named: "mask")
    let dialect = unsafe try followed(text(dialect))
    let reduction = try failing { () throws(LossError) in
      try dialect.reduction(text(reduction).map(ParameterValue.string) ?? .null)
    }
    let type = unsafe try computed(in: text(dtype)) ?? (losses.type.isFloat ? losses.type : .float32)
    func run<Storage: LossStorage>(_ storage: Storage.Type) throws(Failure) {
      let values = try losses.converted(to: storage)
      let factors = try weights?.converted(to: storage)
      let kept = try mask?.flags()
      let reduced = try failing { () throws(LossError) in
        try values.reduced(
          by: reduction, sampleWeight: factors, mask: kept, dialect: dialect)
      }
      unsafe try value.pointee.write(reduced, type)
    }
    switch type {
    case .float16: try run(Float16.self)
    case .bfloat16: try run(BFloat16.self)
    case .float64: try run(Double.self)
    default: try run(Float.self)
    }
  } != nil
}
