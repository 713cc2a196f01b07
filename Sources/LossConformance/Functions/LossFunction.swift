import LossFixtures

/// A function under test, with what it can be asked.
///
/// Cases in another dtype than the function's, and those that give a parameter other than Keras's default
/// or an array that it does not take, are skipped and counted.
public struct LossFunction: Sendable {
  /// The names of parameters and inputs that it takes.
  let taken: Set<String>
  /// The dtypes in which it computes.
  private let dtypes: Set<String>
  /// What it answers.
  let outcome: @Sendable (_ fixture: FixtureCase, _ loss: String, _ dialect: String) -> Outcome

  /// A function that is given the whole call.
  ///
  /// ```swift
  /// .call(taking: ["delta"]) { (call: LossCall<Float>) in
  ///   let delta = Float(try call.number("delta"))
  ///   return try call.rows { huber($0, $1, delta: delta) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - names: The parameters and the inputs, by Keras's names, that the function takes besides `y_true`
  ///     and `y_pred`: `label_smoothing`, `reduction`, `sample_weight`, `mask` ...
  ///   - answer: The losses of a call, and their gradient where it is known. What it throws is a refusal of
  ///     the arguments, but for `Unsupported`.
  /// - Returns: The function under test.
  public static func call<Number: LossNumber>(
    taking names: Set<String> = [],
    _ answer: @escaping @Sendable (LossCall<Number>) throws -> LossAnswer<Number>
  ) -> LossFunction {
    LossFunction(taken: names, dtypes: [Number.dtype]) { fixture, loss, dialect in
      do {
        let call = try LossCall<Number>(fixture, loss: loss, dialect: dialect, taking: names)
        return Outcome(try answer(call), to: call)
      } catch let unsupported as Unsupported {
        return .unsupported(unsupported.reason)
      } catch let error as LossCallError {
        return .broken(error.description)
      } catch {
        return .error(code: AnswerProtocol.unknownError, message: "\(error)")
      }
    }
  }

  /// A function of one sample: its labels or targets, and its predictions.
  ///
  /// - Parameters:
  ///   - loss: The loss of a sample, without parameters: Keras's defaults hold.
  ///   - gradient: Its gradient by the predictions of the sample.
  /// - Returns: The function under test.
  public static func rows<Number: LossNumber>(
    _ loss: @escaping @Sendable (_ yTrue: [Number], _ yPred: [Number]) throws -> Number,
    gradient: (@Sendable (_ yTrue: [Number], _ yPred: [Number]) throws -> [Number])? = nil
  ) -> LossFunction {
    call { (call: LossCall<Number>) in try call.rows(loss, gradient: gradient) }
  }

  /// A function of one sample: the number of its class, and its predictions.
  ///
  /// - Parameters:
  ///   - loss: The loss of a sample, without parameters: Keras's defaults hold.
  ///   - gradient: Its gradient by the predictions of the sample.
  /// - Returns: The function under test.
  public static func classes<Number: LossNumber>(
    _ loss: @escaping @Sendable (_ label: Int, _ yPred: [Number]) throws -> Number,
    gradient: (@Sendable (_ label: Int, _ yPred: [Number]) throws -> [Number])? = nil
  ) -> LossFunction {
    call { (call: LossCall<Number>) in try call.classes(loss, gradient: gradient) }
  }

  /// The function, and another one for the dtypes in which this one does not compute.
  ///
  /// ```swift
  /// .rows { (t: [Float], p: [Float]) in huber(t, p) }
  ///   .or(.rows { (t: [Double], p: [Double]) in huber(t, p) })
  /// ```
  public func or(_ other: LossFunction) -> LossFunction {
    LossFunction(
      taken: taken.union(other.taken), dtypes: dtypes.union(other.dtypes)
    ) { [self] fixture, loss, dialect in
      (dtypes.contains(fixture.dtype) ? self : other).outcome(fixture, loss, dialect)
    }
  }
}

extension Outcome {
  /// The outcome of an answer, unless it is none.
  fileprivate init<Number: LossNumber>(_ answer: LossAnswer<Number>, to call: LossCall<Number>) {
    let losses = answer.losses
    let (count, slopes) = (losses.shape.reduce(1, *), answer.gradient)
    guard losses.elements.count == count else {
      self = .broken("the answer has \(losses.elements.count) losses of shape \(losses.shape)")
      return
    }
    if let slopes, slopes.count != call.yPred.elements.count {
      self = .broken(
        "the gradient has \(slopes.count) elements, y_pred has \(call.yPred.elements.count)")
      return
    }
    self = .value(
      FixtureTensor(shape: losses.shape, values: Number.values(losses.elements)),
      gradient: slopes.map {
        FixtureTensor(shape: call.yPred.shape, values: Number.values($0))
      })
  }
}
