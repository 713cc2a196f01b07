/// The form that narrows down the cases that the page shows; only a script can do that.
struct CaseFilter {
  let report: Report

  var markup: Markup {
    """
    <form id="filter" class="filter" role="search" aria-label="Cases" hidden>
    <label class="wide"><span>Text</span><input type="search" name="text" autocomplete="off" \
    placeholder="id, comment or flag" aria-keyshortcuts="/"></label>
    \(choice("loss", "Loss", unique(\.loss)))
    \(choice("dialect", "Dialect", unique(\.dialect)))
    \(choice("dtype", "Dtype", unique(\.dtype)))
    \(choice("flag", "Flag", flags))
    \(choice("status", "Status", ["failed", "passed", "skipped"]))
    <button type="reset">Clear</button>
    <output aria-live="polite"></output>
    </form>
    """
  }

  private func choice(_ name: String, _ label: String, _ values: [String]) -> Markup {
    let options: [Markup] = values.map { "<option>\($0)</option>" }
    return """
      <label><span>\(label)</span><select name="\(name)"><option value="">all</option>\(options)\
      </select></label>
      """
  }

  private func unique(_ field: KeyPath<CaseReport, String>) -> [String] {
    var seen: Set<String> = []
    return report.cases.map { $0[keyPath: field] }.filter { seen.insert($0).inserted }
  }

  private var flags: [String] { Set(report.cases.flatMap(\.flags)).sorted() }
}
