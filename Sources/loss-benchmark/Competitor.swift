import Foundation
import KerasLosses

/// Somebody who computes a workload: once a round, timed by itself.
protocol Competitor: AnyObject {
  var name: String { get }

  /// Computes the losses of all rows once; returns the nanoseconds that it took.
  func round() throws -> Double

  /// The losses of the last round.
  func losses() throws -> [Float]
}

/// The loops over numbers with the C library's functions.
final class LibmCompetitor: Competitor {
  let name = "scalar libm"
  private let workload: Workload
  private var last: [Float] = []

  init(_ workload: Workload) { self.workload = workload }

  func round() -> Double {
    nanoseconds {
      last = LibmLosses<Float>(fromLogits: workload.fromLogits).losses(
        workload.loss, workload.yTrue, workload.ids, workload.yPred, classes: workload.classes)
    }
  }

  func losses() -> [Float] { last }
}

/// KerasLosses, on memory of the caller.
final class LibraryCompetitor: Competitor {
  let name = "KerasLosses"
  private let workload: Workload
  private var last: [Float]

  init(_ workload: Workload) {
    self.workload = workload
    last = Array(repeating: 0, count: workload.rows)
  }

  func round() throws -> Double {
    let (labels, classIDs, predictions) = (workload.yTrue, workload.ids, workload.yPred)
    let fromLogits = workload.fromLogits
    var losses: [Float] = []
    swap(&losses, &last)
    defer { swap(&losses, &last) }
    let yTrue = labels.span
    let ids = classIDs.span
    let yPred = predictions.span
    var output = losses.mutableSpan
    let clock = ContinuousClock()
    let start = clock.now
    switch workload.loss {
    case .categorical:
      try categoricalCrossentropy(
        yTrue: yTrue, yPred: yPred, classes: workload.classes, fromLogits: fromLogits,
        into: &output)
    case .sparse:
      try sparseCategoricalCrossentropy(
        yTrue: ids, yPred: yPred, classes: workload.classes, fromLogits: fromLogits, into: &output)
    case .binary:
      try binaryCrossentropy(
        yTrue: yTrue, yPred: yPred, features: workload.classes, fromLogits: fromLogits,
        into: &output)
    }
    return (clock.now - start).nanoseconds
  }

  func losses() -> [Float] { last }
}

/// NumPy in a process of its own, which reads the inputs from files once and is told each round.
final class NumPyCompetitor: Competitor {
  let name = "NumPy"
  private let process = Process()
  private let toProcess = Pipe()
  private let fromProcess = Pipe()
  private let folder: URL

  /// `nil` where there is no Python with NumPy, or no program for it.
  init?(_ workload: Workload, program: String) throws {
    guard FileManager.default.fileExists(atPath: program), Self.hasNumPy else { return nil }
    folder = FileManager.default.temporaryDirectory.appending(path: "loss-benchmark-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(workload.yTrue, "y_true.f32")
    try write(workload.yPred, "y_pred.f32")
    try write(workload.ids, "ids.i32")
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", program, folder.path, workload.loss.rawValue, "\(workload.fromLogits)",
      "\(workload.rows)", "\(workload.classes)",
    ]
    process.standardInput = toProcess
    process.standardOutput = fromProcess
    try process.run()
  }

  deinit {
    toProcess.fileHandleForWriting.closeFile()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private static var hasNumPy: Bool {
    let probe = Process()
    probe.executableURL = URL(filePath: "/usr/bin/env")
    probe.arguments = ["python3", "-c", "import numpy"]
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }

  func round() throws -> Double {
    try toProcess.fileHandleForWriting.write(contentsOf: Data("round\n".utf8))
    var answer = Data()
    while answer.last != UInt8(ascii: "\n") {
      let chunk = fromProcess.fileHandleForReading.availableData
      guard !chunk.isEmpty else { throw CocoaError(.fileReadUnknown) }
      answer += chunk
    }
    guard let time = Double(String(decoding: answer.dropLast(), as: UTF8.self)) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return time
  }

  func losses() throws -> [Float] {
    let data = try Data(contentsOf: folder.appending(path: "losses.f32"))
    return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  private func write<Number>(_ numbers: [Number], _ name: String) throws {
    try numbers.withUnsafeBytes { try Data($0).write(to: folder.appending(path: name)) }
  }
}

private func nanoseconds(_ body: () -> Void) -> Double {
  ContinuousClock().measure(body).nanoseconds
}

extension Duration {
  fileprivate var nanoseconds: Double {
    Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9
  }
}
