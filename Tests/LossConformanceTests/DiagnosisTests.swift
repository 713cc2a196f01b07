import LossConformance
import LossFixtures
import XCTest

/// Mistakes that are planted are found, and what is none of them is not called one.
final class DiagnosisTests: XCTestCase {
  // MARK: - Mistakes

  func testEveryMistakeOfEveryLossIsFound() throws {
    var found = 0
    for (loss, dialect) in try committedSuite().files.map({ ($0.loss, $0.dialect) }) {
      let patient = try Patient(loss, dialect: dialect)
      let stored = try XCTUnwrap(try committedSuite().diagnosis(loss: loss, dialect: dialect))
      for planted in stored.mistakes.map(Candidate.mistake) {
        let diagnosis = try patient.diagnosis(of: planted)
        // Within all tolerances, a mistake is none.
        guard let cause = diagnosis.causes.first else { continue }
        let what = "\(planted.id) of \(loss) in \(dialect): \(diagnosis.summary)"
        XCTAssertEqual(diagnosis.causes.count, 1, what)
        let named = cause.candidates + cause.rivals.map(\.candidate)
        // A pair of which the dialect knows one alone is that one.
        XCTAssertTrue(named.contains { patient.coincide($0, planted) }, what)
        XCTAssertTrue([.explained, .ambiguous].contains(diagnosis.verdict), what)
        found += diagnosis.verdict == .explained ? 1 : 0
      }
    }
    XCTAssertGreaterThan(found, 100)
  }

  func testADialectIsRecognised() throws {
    let patient = try Patient("binary_crossentropy")
    let diagnosis = try patient.diagnosis(of: .dialect("keras-3.15/torch"))
    print(diagnosis.summary)
  }
}

extension Diagnosis {
  /// The diagnosis for messages of tests.
  var summary: String {
    causes.map { cause in
      let names = cause.candidates.map(\.id).joined(separator: " = ")
      let rivals = cause.rivals.map { "\($0.candidate.id) (\($0.splittingCase ?? "never"))" }
      return "\(cause.verdict) \(names) against \(rivals), \(cause.evidenceBits) bits, "
        + "\(cause.cases.count) cases, \(cause.unjudged.count) unjudged, \(cause.patterns)"
    }.joined(separator: "; ")
  }
}
