import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What every page has: a head, the style sheet, and a policy that admits that and its own script alone.
struct HTMLPage {
  let title: String
  /// What the link says that leads past the header.
  let skip: String
  var script: String?
  let body: Markup

  var html: String {
    let style = String(decoding: PackageResources.report_css, as: UTF8.self)
    let scripts = script.map { "script-src '\(Self.hash($0))'; " } ?? ""
    let policy =
      "default-src 'none'; img-src data:; style-src '\(Self.hash(style))'; "
      + "\(scripts)base-uri 'none'; form-action 'none'"
    let page: Markup = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="loss-parity">
      <title>\(title)</title>
      <link rel="icon" href="data:,">
      <style>\(.trusted(style))</style>
      </head>
      <body>
      <a class="skip" href="#main">\(skip)</a>
      \(body)
      \(script.map { "<script>\(.trusted($0))</script>" } ?? .none)
      </body>
      </html>

      """
    return page.html
  }

  /// How a content security policy names a text.
  private static func hash(_ text: String) -> String {
    let digits = Array(SHA256.hexadecimal(Array(text.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return "sha256-\(Data(bytes).base64EncodedString())"
  }
}
