internal import CKerasLosses
internal import KerasLosses

/// Why a call has no result, as the C interface tells it.
struct Failure: Error {
  /// A code of the fixtures, `invalid_call` or `out_of_memory`.
  let code: String
  /// One sentence.
  let message: String

  /// What a loss refuses.
  init(_ error: LossError) {
    code = error.code.rawValue
    message = "\(error)"
  }

  /// Memory that there is not.
  init(outOfMemory size: Int) {
    code = "out_of_memory"
    message = "no memory for \(size) bytes"
  }

  /// A call that breaks the rules of the header.
  init(call message: String) {
    code = "invalid_call"
    self.message = message
  }
}

/// Runs a body; what it throws goes into the caller's memory.
///
/// - Returns: What the body returns, or `nil` where it throws.
func reporting<Result>(
  to failure: UnsafeMutablePointer<keras_loss_failure>?, _ body: () throws(Failure) -> Result
) -> Result? {
  do throws(Failure) {
    return try body()
  } catch {
    unsafe failure?.pointee.write(error)
    return nil
  }
}

/// Runs a body of the loss library, whose errors it tells as those of a call.
func failing<Result>(_ body: () throws(LossError) -> Result) throws(Failure) -> Result {
  do throws(LossError) {
    return try body()
  } catch {
    throw Failure(error)
  }
}

extension keras_loss_failure {
  /// Takes over code and message, cut to the room that there is.
  fileprivate mutating func write(_ failure: Failure) {
    withUnsafeMutableBytes(of: &code) { unsafe fill($0, with: failure.code) }
    withUnsafeMutableBytes(of: &message) { unsafe fill($0, with: failure.message) }
  }
}

/// Writes as many whole characters of a text as fit before a closing zero.
private func fill(_ memory: UnsafeMutableRawBufferPointer, with text: String) {
  var end = 0
  for scalar in text.unicodeScalars {
    let bytes = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    guard end + bytes.count < memory.count else { break }
    for byte in bytes {
      unsafe memory[end] = byte
      end += 1
    }
  }
  unsafe memory[end] = 0
}
