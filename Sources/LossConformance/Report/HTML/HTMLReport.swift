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
    let groups = CauseGroup.all(of: report)
    let json = try embedded(report)
    let body: Markup = """
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
      """
    let page = HTMLPage(
      title: "\(report.verdictText): \(report.implementation)", skip: "Skip to the report",
      script: String(decoding: PackageResources.report_js, as: UTF8.self), body: body)
    return Data(page.html.utf8)
  }

  /// The report's JSON, where it is small enough.
  private func embedded(_ report: Report) throws -> Markup? {
    guard report.cases.count <= Self.embeddedCases else { return nil }
    let data = try JSONReport().data(report, isCompact: true)
    return data.count <= Self.embeddedLimit ? .json(String(decoding: data, as: UTF8.self)) : nil
  }
}
