import Foundation
import LossConformance
import LossFixtures
import XCTest

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A report as JUnit XML, Markdown, annotations and HTML.
final class RenderingTests: XCTestCase {
  private static let planted = Result {
    try LossConformanceTests.planted("rescale_skipped", "categorical_crossentropy")
  }

  private var planted: Report { get throws { try Self.planted.get() } }

  /// A report of cases that are answered with an error of a program.
  private func refusing(_ message: String, cases count: Int = 1) -> Report {
    let cases = (0..<count).map { number in
      let fixture = FixtureCase(
        id: "huber.case_\(number).float32", comment: "About | <b>this</b>.", flags: ["question"],
        form: .function, config: [:], dtype: "float32", inputs: [:],
        expected: .value(
          Golden(tensor: FixtureTensor(shape: [], values: .float32([1])), tolerance: [0])))
      return CaseReport(
        fixture, loss: "huber", dialect: "keras-3.15/jax",
        comparison: Comparison(.error(code: "unknown", message: message), fixture.expected))
    }
    return Report(
      implementation: "a & b", fixtures: .init(manifestSHA256: "00", caseCount: count),
      selection: Selection(), cases: cases)
  }

  // MARK: - Bytes

  func testTheSameReportGivesTheSameBytes() throws {
    let report = try planted
    let again = try LossConformanceTests.planted("rescale_skipped", "categorical_crossentropy")
    XCTAssertEqual(JUnitReport().data(report), JUnitReport().data(again))
    XCTAssertEqual(MarkdownReport().text(report), MarkdownReport().text(again))
    XCTAssertEqual(AnnotationReport().text(report), AnnotationReport().text(again))
    XCTAssertEqual(try HTMLReport().data(report), try HTMLReport().data(again))
  }

  // MARK: - JUnit

  func testJUnitIsXMLWhateverAnswersSay() throws {
    let report = refusing("]]> <a b=\"c\"> & \u{1} \u{b} \u{fffe} \u{1b}[31m \u{85}\r\nend")
    let data = JUnitReport().data(report)
    let parser = XMLParser(data: data)
    let reader = MessageReader()
    parser.delegate = reader
    XCTAssertTrue(parser.parse(), String(decoding: data, as: UTF8.self))
    XCTAssertEqual(reader.messages.count, 1)
    XCTAssertTrue(reader.messages[0].hasPrefix("refused with unknown: ]]> <a b=\"c\"> & "))
    XCTAssertTrue(reader.bodies.contains("[31m"))
    for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
      XCTAssertFalse(scalar.value < 0x20 && scalar != "\n", "\(scalar.value)")
    }
  }

  func testJUnitsTextsAreBounded() throws {
    let report = refusing(String(repeating: "\u{e9}<", count: 20_000))
    let reader = MessageReader()
    let parser = XMLParser(data: JUnitReport().data(report))
    parser.delegate = reader
    XCTAssertTrue(parser.parse())
    XCTAssertEqual(reader.messages[0].count, JUnitReport.messageLimit)
    XCTAssertLessThanOrEqual(reader.bodies.utf8.count, JUnitReport.bodyLimit)
    XCTAssertTrue(reader.bodies.contains("... cut"))
  }

  // MARK: - Markdown

  func testMarkdownNamesTheCauseOnceWithItsFix() throws {
    let text = MarkdownReport().text(try planted)
    XCTAssertTrue(text.hasPrefix("## ❌ loss-parity: failed\n"), text)
    XCTAssertEqual(text.components(separatedBy: "<details").count, 2)
    XCTAssertTrue(text.contains("<summary><b>explained: rescale skipped</b>, "), text)
    XCTAssertTrue(text.contains("**Fix:** Divide p by sum(p) along the class axis, then clip."))
    XCTAssertTrue(text.contains("| index | actual | expected | error | allowed |"), text)
    XCTAssertTrue(text.contains("\n| categorical_crossentropy | ❌ "), text)
  }

  func testMarkdownStaysWithinItsBudget() throws {
    let report = try Verification(
      PlantedImplementation("sum_for_mean", in: ["huber", "log_cosh", "poisson"])
        .breaking("hinge"),
      selection: Selection(
        losses: ["huber", "log_cosh", "poisson", "hinge"], dialects: [FixtureFile.defaultDialect])
    ).run(committedSuite())
    let whole = MarkdownReport().text(report)
    XCTAssertEqual(whole.components(separatedBy: "<details").count, 3)
    for limit in [1000, 3000, 5000] {
      let text = MarkdownReport(byteLimit: limit).text(report)
      XCTAssertLessThanOrEqual(text.utf8.count, limit)
      XCTAssertTrue(text.contains("omitted.\n"), text)
      XCTAssertEqual(
        text.components(separatedBy: "<details").count,
        text.components(separatedBy: "</details>").count)
    }
  }

  func testMarkdownIsNothingButText() throws {
    let report = try Verification(
      Refusing(message: "|`*x*` <img src=x> [a](b) @all #1 $x$ \n| \\"),
      selection: Selection(casePatterns: ["huber.form.function.float32"])
    ).run(committedSuite())
    let text = MarkdownReport().text(report)
    XCTAssertTrue(
      text.contains(
        "unknown: &#124;&#96;&#42;x&#42;&#96; &lt;img src=x&gt; &#91;a&#93;(b) &#64;all &#35;1 "
          + "&#36;x&#36;  &#124; &#92;; expected a value."), text)
  }

  // MARK: - Annotations

  func testAnAnnotationIsACause() throws {
    let report = try planted
    let lines = AnnotationReport().text(report).split(separator: "\n")
    XCTAssertEqual(lines.count, 1)
    XCTAssertTrue(
      lines[0].hasPrefix(
        "::error title=categorical_crossentropy%3A explained%3A rescale skipped::"
          + "\(report.failures.count) failing cases: categorical_crossentropy (keras-3.15/jax).%0A"),
      "\(lines[0])")
    XCTAssertTrue(
      lines[0].contains("%0AFix: Divide p by sum(p) along the class axis, then clip.%0A"))
  }

  func testAtMostEightCausesAreAnnotated() throws {
    let losses = [
      "huber", "log_cosh", "poisson", "hinge", "squared_hinge", "categorical_hinge",
      "kl_divergence", "mean_squared_error", "mean_absolute_error", "dice",
    ]
    let report = try Verification(
      Refusing(message: "100 %, a: b"),
      selection: Selection(
        losses: losses, dialects: [FixtureFile.defaultDialect], casePatterns: ["*.form.*"])
    ).run(committedSuite())
    let lines = AnnotationReport().text(report).split(separator: "\n")
    XCTAssertEqual(lines.count { $0.hasPrefix("::error ") }, 8)
    XCTAssertEqual(lines.count, 9)
    XCTAssertNotNil(
      lines[8].prefixMatch(
        of: /::notice title=loss-parity%3A more causes::\d+ more causes? behind \d+ failing cases/),
      "\(lines[8])")
  }

  func testWhatPassesIsNotAnnotated() throws {
    let report = try Verification(
      SwiftImplementation(), selection: Selection(casePatterns: ["huber.form.*"])
    ).run(committedSuite())
    XCTAssertEqual(AnnotationReport().text(report), "")
    let nothing = try Verification(
      SwiftImplementation(), selection: Selection(casePatterns: ["nothing"])
    ).run(committedSuite())
    XCTAssertTrue(
      AnnotationReport().text(nothing).hasPrefix("::error title=loss-parity%3A nothing checked::"))
  }

  func testAnAnnotationCannotEndItself() throws {
    let text = AnnotationReport().text(refusing("a\r\n::error::b % c"))
    XCTAssertEqual(text.split(separator: "\n").count, 1)
    XCTAssertFalse(text.contains("\r"))
  }

  // MARK: - HTML

  func testTheCauseStandsBeforeTheCases() throws {
    let page = String(decoding: try HTMLReport().data(try planted), as: UTF8.self)
    let cause = try XCTUnwrap(page.range(of: "rescale skipped</h3>"))
    let fix = try XCTUnwrap(page.range(of: "Divide p by sum(p) along the class axis, then clip."))
    let first = try XCTUnwrap(page.range(of: "<details class=\"case\""))
    XCTAssertLessThan(cause.lowerBound, fix.lowerBound)
    XCTAssertLessThan(fix.lowerBound, first.lowerBound)
    XCTAssertTrue(page.contains("<th scope=\"col\" class=\"n\">rescale skipped</th>"))
    XCTAssertTrue(page.contains("class=\"heat\""))
    XCTAssertTrue(page.contains("<svg "))
    XCTAssertTrue(page.contains("id=\"kills\""))
  }

  func testAnswersAreNoMarkup() throws {
    let attack = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)>\" onclick='x'"
    let page = String(decoding: try HTMLReport().data(refusing(attack)), as: UTF8.self)
    XCTAssertFalse(page.contains("<img"))
    XCTAssertFalse(page.contains("<!--"))
    XCTAssertFalse(page.contains("<script>alert"))
    XCTAssertFalse(page.contains("<b>this</b>"))
    XCTAssertEqual(page.components(separatedBy: "</script>").count, 4, "data, report and script")
    XCTAssertTrue(page.contains(#"\u003c/script>\u003cscript>alert(1)"#), "in the JSON")
  }

  func testAPageOfManyCausesStaysSmall() throws {
    let report = refusing(String(repeating: "long ", count: 2000), cases: 6000)
    let data = try HTMLReport().data(report)
    XCTAssertLessThan(data.count, 6_000_000)
    XCTAssertTrue(String(decoding: data, as: UTF8.self).contains("Too large for this page"))
  }

  // MARK: - Gates

  /// A report at a gate that expects its failures, and one that passes as well.
  private var gated: Report {
    get throws {
      var report = try planted
      let written = ExpectedFailures(file: "known.json", of: report, in: try committedSuite())
      let first = try XCTUnwrap(written.expectations.first)
      let passing = try XCTUnwrap(report.cases.first { $0.passed })
      let expectation = ExpectedFailure(
        cases: first.cases + [passing.id], dialects: first.dialects, causes: first.causes,
        reason: "Rows are <normalised> by the caller.")
      report.gate = Gate(
        expectedFailures: ExpectedFailures(file: "known.json", expectations: [expectation]),
        minCases: 100_000
      ).result(of: report, today: CalendarDate(daysSince1970: 20_000))
      return report
    }
  }

  func testExpectedFailuresAreSkippedTestsAndStaleOnesFail() throws {
    let report = try gated
    let text = String(decoding: JUnitReport().data(report), as: UTF8.self)
    XCTAssertEqual(
      text.components(
        separatedBy:
          "<skipped message=\"fails as expected (rescale skipped): Rows are &lt;normalised"
      ).count - 1, report.failures.count { report.causeTitle($0) == "rescale skipped" })
    XCTAssertEqual(text.components(separatedBy: "<failure type=\"stale\"").count, 2)
    XCTAssertEqual(text.components(separatedBy: "<failure ").count, 3, "stale, and too few cases")
    XCTAssertTrue(text.contains("name=\"too_few_cases\"><failure type=\"gate\""))
    XCTAssertTrue(text.contains(" failures=\"2\" errors=\"0\">"))
  }

  func testWhatAGateExpectsIsNotAnnotated() throws {
    let lines = AnnotationReport().text(try gated).split(separator: "\n")
    XCTAssertEqual(lines.count, 2)
    XCTAssertTrue(lines.allSatisfy { $0.hasPrefix("::error title=loss-parity%3A gate::") })
  }

  func testMarkdownAndHTMLSayWhyFailuresAreAccepted() throws {
    let report = try gated
    let markdown = MarkdownReport().text(report)
    XCTAssertTrue(markdown.contains("\n**Gate failed**\n"), markdown)
    XCTAssertTrue(
      markdown.contains(
        "\n- \(report.failures.count) failures expected, rescale_skipped: "
          + "Rows are &lt;normalised&gt; by the caller.\n"), markdown)
    let page = String(decoding: try HTMLReport().data(report), as: UTF8.self)
    XCTAssertTrue(page.contains("<h2 id=\"gate-heading\">"))
    XCTAssertTrue(page.contains("Rows are &lt;normalised&gt; by the caller."))
    XCTAssertFalse(page.contains("<normalised>"))
  }

  func testNothingCheckedIsAFailingTest() throws {
    let report = try Verification(
      SwiftImplementation(), selection: Selection(casePatterns: ["nothing"])
    ).run(committedSuite())
    let text = String(decoding: JUnitReport().data(report), as: UTF8.self)
    XCTAssertTrue(text.contains(" tests=\"1\" failures=\"1\" errors=\"0\">"), text)
    XCTAssertTrue(text.contains("name=\"nothing_checked\"><failure"), text)
  }
}

extension Report {
  /// What is behind a failing case, in the words of other renderings.
  fileprivate func causeTitle(_ result: CaseReport) -> String? {
    let diagnosis = diagnoses.first { $0.loss == result.loss && $0.dialect == result.dialect }
    return diagnosis?.cause(of: result.id).map { CauseText(mistakes).title($0, for: result.id) }
  }
}

/// Refuses every case.
private struct Refusing: Implementation {
  let name = "Refusing"
  let message: String

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    .error(code: "unknown", message: message)
  }
}

/// Reads the messages and the texts of failures.
private final class MessageReader: NSObject, XMLParserDelegate {
  var messages: [String] = []
  var bodies = ""
  private var isInFailure = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    isInFailure = name == "failure"
    if let message = attributes["message"] { messages.append(message) }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    isInFailure = false
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInFailure { bodies += text }
  }
}
