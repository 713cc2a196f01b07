import ArgumentParser
import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Compares the arrays of two files.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Says where and how the arrays of two files differ.",
    discussion: """
      Files are NPY, NPZ (arrays are paired by name), JSON, or what Python and
      NumPy print; - is standard input. Their first bytes tell which. Large files
      are mapped: they need no memory, and one pass. Text has no dtype: its numbers
      are taken in that of the other side.

      An element passes where |actual - expected| <= atol + rtol * |expected|, or
      within --ulp steps of its dtype. Without any tolerance those of
      torch.testing.assert_close hold, for two dtypes the larger ones:
        float16     rtol 1e-3    atol 1e-5
        bfloat16    rtol 1.6e-2  atol 1e-5
        float32     rtol 1.3e-6  atol 1e-5, for complex64 too
        float64     rtol 1e-7    atol 1e-7, for complex128 too
        integers    equal, and so are booleans
      With one tolerance given, the others are 0.

      NaN equals NaN, 0 equals -0, an infinity equals itself only. Shapes are not
      broadcast. Differences are computed in float64, those of integers exactly;
      of complex numbers they are magnitudes.

      What explains a difference comes first: a constant factor or offset, axes
      exchanged or reversed, another order (looked for in up to 1,048,576
      elements), a narrower dtype, a number that stands for many.

      Examples:
        loss-parity compare actual.npy expected.npy
        loss-parity compare actual.npy expected.npy --rtol 1e-5 --atol 1e-8
        loss-parity compare actual.npz expected.npz --array loss --ulp 4
        echo '[[0.1, NaN]]' | loss-parity compare - expected.npy --worst 20
        loss-parity compare a.json b.json --report json=comparison.json

      Exit codes:
        0  the arrays are the same, to what is allowed
        1  something differs
        2  the command line is wrong, or a report cannot be written
        3  a file is missing or damaged
        4  there is no element to compare
      """
  )

  @Argument(help: "A file of arrays.")
  var actual: String

  @Argument(help: "The file of the arrays that are expected.")
  var expected: String

  @Option(help: ArgumentHelp("What is allowed, as a share of |expected|.", valueName: "number"))
  var rtol: Double?

  @Option(help: ArgumentHelp("What is allowed whatever is expected.", valueName: "number"))
  var atol: Double?

  @Option(
    help: ArgumentHelp(
      "How many steps from one number of the dtype to the next are allowed.", valueName: "count"))
  var ulp: UInt64?

  @Option(
    help: ArgumentHelp(
      "A file of what is allowed for each element: an array of their shape, or one number.",
      valueName: "file"))
  var tolerance: String?

  @Flag(inversion: .prefixedNo, help: "Whether NaN equals NaN.")
  var equalNan = true

  @Flag(help: "Let arrays of another dtype pass.")
  var allowDtype = false

  @Option(
    help: ArgumentHelp("Only the array of this name of NPZ files. Repeatable.", valueName: "name"))
  var array: [String] = []

  @Option(
    help: ArgumentHelp("How many mismatched elements of an array to show.", valueName: "count"))
  var worst = 5

  @Option(
    help: ArgumentHelp(
      "Write a report to a file, whole or not at all: json=FILE; - is standard output.",
      valueName: "json=file"))
  var report: [ReportFile] = []

  func validate() throws {
    for (name, number) in [("--rtol", rtol), ("--atol", atol)] {
      guard let number else { continue }
      guard number >= 0, number.isFinite else {
        throw ValidationError("\(name) must be a number from 0 on")
      }
    }
    guard ulp ?? 0 <= 1 << 53 else { throw ValidationError("--ulp must be at most 2^53") }
    guard tolerance == nil || rtol == nil && atol == nil else {
      throw ValidationError("--tolerance takes the place of --rtol and --atol")
    }
    // The worst elements are found by going through those that were found before.
    guard worst >= 1, worst <= 10_000 else {
      throw ValidationError("--worst must be from 1 to 10000")
    }
    guard [actual, expected, tolerance ?? ""].count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("only one file can be standard input")
    }
    guard report.allSatisfy({ $0.format == .json }) else {
      throw ValidationError("--report of a comparison is json=FILE")
    }
  }

  func run() throws {
    try ReportFile.check(report)
    let comparison = try comparison()
    for file in report { try file.write { try FilesComparisonJSON().data(comparison) } }
    if !report.contains(where: \.ownsOutput) {
      print(FilesComparisonText(hasColor: Terminal.hasColor).text(comparison), terminator: "")
    }
    switch comparison.verdict {
    case .passed: break
    case .failed: throw CommandFailure(status: .mismatch)
    case .nothingCompared: throw CommandFailure(status: .nothingChecked)
    }
  }

  private func comparison() throws -> FilesComparison {
    var options = ArrayComparison.Options()
    options.allowsDType = allowDtype
    options.equalNaN = equalNan
    options.limit = worst
    options.threads = ProcessInfo.processInfo.activeProcessorCount
    do throws(ArraySource.Failure) {
      let numbers = try ArraySource(path: actual)
      let wanted = try ArraySource(path: expected)
      let allowed = try tolerance.map { path throws(ArraySource.Failure) in
        try ArraySource(path: path)
      }
      return try FilesComparison(
        numbers, wanted, tolerance: allowed, acceptance, names: array, options: options)
    } catch {
      throw CommandFailure(
        status: error.isUsage ? .usage : .badFixtures, message: "\(error)")
    }
  }

  /// The tolerances that were given, if any.
  private var acceptance: Acceptance? {
    guard rtol != nil || atol != nil || ulp != nil || tolerance != nil else { return nil }
    return Acceptance(relative: rtol ?? 0, absolute: atol ?? 0, ulps: ulp, equalNaN: equalNan)
  }
}
