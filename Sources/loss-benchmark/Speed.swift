import ArgumentParser
import Foundation

/// Times the losses beside their peers, in the same run.
struct Speed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times the losses beside a scalar loop and NumPy: ns/element, one thread, Float.",
    discussion: """
      The competitors take turns, round by round. Before a time counts, the losses must be right:
      within 1e-5 of the C library in Double. `ratio` is the scalar loop's minimum by one's own.
      """
  )

  @Option(help: "How often each competitor computes each workload.")
  var rounds = 15

  @Flag(help: "Small inputs and few rounds: whether it works, not how fast it is.")
  var quick = false

  @Option(help: "The program that computes the losses with NumPy.")
  var numpyProgram = "tools/benchmark/numpy_losses.py"

  func validate() throws {
    guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
  }

  func run() throws {
    var areRight = true
    for (rows, classes) in quick ? [(64, 1000), (512, 10)] : [(8192, 1000), (65536, 10)] {
      for loss in Workload.LossName.allCases {
        for fromLogits in [true, false] {
          let workload = Workload(loss, fromLogits: fromLogits, rows: rows, classes: classes)
          areRight = try measure(workload) && areRight
        }
      }
    }
    if !areRight { throw ExitCode(1) }
  }

  /// Prints a workload's table; false where a competitor's losses are wrong.
  private func measure(_ workload: Workload) throws -> Bool {
    let numpy = try NumPyCompetitor(workload, program: numpyProgram)
    let competitors: [any Competitor] =
      [LibmCompetitor(workload), LibraryCompetitor(workload)] + (numpy.map { [$0] } ?? [])
    var times = Array(repeating: [Double](), count: competitors.count)
    for _ in 0..<(quick ? 3 : rounds) {
      for (index, competitor) in competitors.enumerated() {
        times[index].append(try competitor.round())
      }
    }
    print("\n\(workload.title)")
    print("  competitor    min ns/element    median    ratio    worst error")
    let elements = Double(workload.rows * workload.classes)
    var areRight = true
    var scalar: Double?
    for (competitor, times) in zip(competitors, times) {
      let error = workload.worstError(try competitor.losses())
      guard error <= 1e-5 else {
        areRight = false
        print("  \(competitor.name): wrong, off by \(error): its time does not count")
        continue
      }
      let sorted = times.sorted().map { $0 / elements }
      scalar = scalar ?? sorted[0]
      print(
        "  " + column(competitor.name, -12) + column(sorted[0], 2, 16)
          + column(sorted[sorted.count / 2], 2, 10) + column((scalar ?? 0) / sorted[0], 1, 9)
          + column(String(format: "%.1e", error), 15))
    }
    if numpy == nil { print("  NumPy: not installed, or \(numpyProgram) is not there") }
    return areRight
  }

  private func column(_ number: Double, _ digits: Int, _ width: Int) -> String {
    column(String(format: "%.\(digits)f", number), width)
  }

  private func column(_ text: String, _ width: Int) -> String {
    let padding = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? text + padding : padding + text
  }
}
