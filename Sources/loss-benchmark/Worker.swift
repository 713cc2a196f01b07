import ArgumentParser
import Foundation
import KerasLosses

/// Prepares and times workloads, as the orchestrator tells it to on standard input.
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times workloads as it is told; `tools/benchmark/losses` runs it.",
    discussion: """
      Answers each line of standard input with a line:
        prepare FOLDER         `ready`, or `unsupported WHY`
        round SAMPLES CALLS    SAMPLES times the nanoseconds of CALLS calls
        write FOLDER           the value; writes gradient or losses as plain numbers in C order
        version                what is timed
      `failed WHY` answers a command that did not work.
      """
  )

  /// Who computes.
  enum Competitor: String, CaseIterable, ExpressibleByArgument {
    /// The library, on memory of the caller.
    case spans
    /// The library, on tensors: results are allocated.
    case tensors
    /// Nobody: the same bytes are read and written.
    case streaming
  }

  /// What is computed in.
  enum DType: String, CaseIterable, ExpressibleByArgument {
    case float32
    case float64
  }

  @Argument(help: "Who computes: spans, tensors or streaming.")
  var competitor: Competitor

  @Option(help: "The most threads that are used.")
  var threads = 1

  @Option(help: "The dtype of labels and predictions.")
  var dtype = DType.float32

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
  }

  func run() {
    var prepared: (any TimedLoss)?
    while let line = readLine() {
      let answer: String
      do {
        answer = try self.answer(line.split(separator: " ").map(String.init), &prepared)
      } catch let error as Unsupported {
        answer = "unsupported \(error.reason)"
      } catch {
        answer = "failed \(error)".replacing("\n", with: " ")
      }
      FileHandle.standardOutput.write(Data((answer + "\n").utf8))
    }
  }

  private func answer(_ words: [String], _ prepared: inout (any TimedLoss)?) throws -> String {
    switch (words.first, words.dropFirst().first, words.dropFirst(2).first.flatMap { Int($0) }) {
    case ("prepare", let folder?, nil):
      prepared = nil
      Self.giveBackMemory()
      let loss = try loss(in: URL(filePath: folder))
      try loss.call()
      prepared = loss
      return "ready"
    case ("round", let samples?, let calls?):
      let loss = try required(prepared)
      return try (0..<(Int(samples) ?? 0)).map { _ in "\(try nanoseconds(of: loss, calls: calls))" }
        .joined(separator: " ")
    case ("write", let folder?, nil):
      return "\(try required(prepared).results(into: URL(filePath: folder)))"
    case ("version", nil, nil):
      return "KerasLosses"
    default:
      throw Unsupported(reason: "the command \(words.joined(separator: " "))")
    }
  }

  /// Gives the system what the last workload took: many workers keep theirs at once.
  private static func giveBackMemory() {
    // Of glibc alone, whose module does not declare it.
    guard let trim = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
  }

  private func loss(in folder: URL) throws -> any TimedLoss {
    let workload = try Workload(in: folder)
    switch dtype {
    case .float32: return try loss(workload, Batch<Float>(workload, in: folder))
    case .float64: return try loss(workload, Batch<Double>(workload, in: folder))
    }
  }

  private func loss<Scalar: LossScalar>(
    _ workload: Workload, _ batch: Batch<Scalar>
  ) throws -> any TimedLoss {
    switch competitor {
    case .spans: try SpanLoss(workload, batch, threads: threads)
    case .tensors: try TensorLoss(workload, batch, threads: threads)
    case .streaming: StreamingBytes(workload, batch, threads: threads)
    }
  }

  private func required(_ prepared: (any TimedLoss)?) throws -> any TimedLoss {
    guard let prepared else { throw Unsupported(reason: "what is not prepared") }
    return prepared
  }

  private func nanoseconds(of loss: any TimedLoss, calls: Int) throws -> Int64 {
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<calls { try loss.call() }
    let (seconds, attoseconds) = (clock.now - start).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
