import LossFixtures

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A report as one HTML page that needs nothing else: no network, no fonts, and for reading no script.
///
/// Causes come first. The script filters cases and lists those that passed. The page's policy for its
/// content admits its own style sheet and script, and nothing more.
public struct HTMLReport: Sendable {
  /// The bytes that failing cases in detail take at most; the others are listed or counted.
  static let detailBudget = 5_000_000
  /// Of reports of more bytes than this, the page has no copy of the JSON.
  static let embeddedLimit = 1_500_000
  /// Reports of more cases than this are not tried.
  private static let embeddedCases = 5000

  /// Creates the rendering.
  public init() {}

  /// The page, UTF-8.
  ///
  /// - Complexity: O(cases * log cases + elements of the failing cases).
  public func data(_ report: Report) throws -> Data {
    let style = String(decoding: PackageResources.report_css, as: UTF8.self)
    let script = String(decoding: PackageResources.report_js, as: UTF8.self)
    let groups = CauseGroup.all(of: report)
    let policy =
      "default-src 'none'; img-src data:; style-src '\(Self.hash(style))'; "
      + "script-src '\(Self.hash(script))'; base-uri 'none'; form-action 'none'"
    let json = try embedded(report)
    let page: Markup = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="loss-parity">
      <title>\(report.verdictText): \(report.implementation)</title>
      <link rel="icon" href="data:,">
      <style>\(.trusted(style))</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the report</a>
      \(PageHeader(report: report, causes: groups.count).markup)
      <main id="main" tabindex="-1">
      \(GateSection(report: report).markup)
      \(CaseFilter(report: report).markup)
      \(CauseSection(report: report, groups: groups).markup)
      \(TotalsSection(report: report).markup)
      \(ToleranceSection(report: report).markup)
      \(KillSection(report: report).markup)
      \(CaseSection(report: report).markup)
      </main>
      \(PageFooter(report: report, hasJSON: json != nil).markup)
      \(json.map { "<script type=\"application/json\" id=\"report-data\">\($0)</script>" } ?? .none)
      <script>\(.trusted(script))</script>
      </body>
      </html>

      """
    return Data(page.html.utf8)
  }

  /// The report's JSON, where it is small enough.
  private func embedded(_ report: Report) throws -> Markup? {
    guard report.cases.count <= Self.embeddedCases else { return nil }
    let data = try JSONReport().data(report, isCompact: true)
    return data.count <= Self.embeddedLimit ? .json(String(decoding: data, as: UTF8.self)) : nil
  }

  /// How a content security policy names a text.
  static func hash(_ text: String) -> String {
    let digits = Array(SHA256.hexadecimal(Array(text.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return "sha256-\(Data(bytes).base64EncodedString())"
  }
}
