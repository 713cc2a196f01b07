public import ArgumentParser
import KerasLosses
import LossConformance
public import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Explains one's own number.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says why a number differs from Keras's, or how Keras arrives at its own.",
    discussion: """
      Inputs are JSON or what Python and NumPy print, or the path of a .json or .npy file.
      Printed digits count: 25.328 is matched to half a unit of its last digit, or as cut
      off behind it. Without --actual the steps of Keras are shown.

      The answer is computed by the NumPy oracle, which needs Python 3.11 with NumPy.

      Examples:
        loss-parity explain categorical_crossentropy --y-true '[[0, 1]]' \\
          --y-pred '[[0.99999999999, 0.00000000001]]' --actual '[25.32843602]'
        loss-parity explain huber --y-true y_true.npy --y-pred y_pred.npy \\
          --parameter delta=2 --actual 0.125
        loss-parity explain binary_crossentropy --y-true '[0, 1]' --y-pred '[0.2, 0.7]'
      """
  )

  @Argument(help: "The loss, by any name that Keras has for it.")
  var loss: String

  // Unconditional parsing: numbers may begin with a minus sign.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The labels.", valueName: "numbers or file"))
  var yTrue: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The predictions.", valueName: "numbers or file"))
  var yPred: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number, or the numbers, that one has instead of Keras's.", valueName: "numbers or file"))
  var actual: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The weights of the samples.", valueName: "numbers or file"))
  var sampleWeight: String?

  @Option(help: ArgumentHelp("Which samples count.", valueName: "numbers or file"))
  var mask: String?

  @Option(
    help: ArgumentHelp(
      "A parameter by Keras's name, such as label_smoothing=0.1 or reduction=sum. Repeatable.",
      valueName: "name=value"))
  var parameter: [Parameter] = []

  @Option(help: ArgumentHelp("The dialect that is meant to be matched.", valueName: "id"))
  var dialect = FixtureFile.defaultDialect

  @Option(
    help: ArgumentHelp(
      "The dtype computed in. (default: that of a .npy file; else float64, then float32)",
      valueName: "dtype"))
  var dtype: String?

  @Option(
    help: ArgumentHelp(
      "Whether the class or the bare function was called. (default: what the number's shape says)",
      valueName: "class|function"))
  var form: FixtureCase.Form?

  @Flag(help: "Write JSON, for other programs.")
  var json = false

  @Option(help: ArgumentHelp("The Python that runs the oracle.", valueName: "interpreter"))
  var python = "python3"

  @Option(
    help: ArgumentHelp(
      "The folder that has keras_oracle. (default: tools, here or in a folder above)",
      valueName: "folder"))
  var oracle: String?

  @Option(
    help: ArgumentHelp(
      "The folder of the fixtures, from which inputs are taken that tell causes apart. "
        + fixturesDefault,
      valueName: "folder"))
  var fixtures: String?

  func run() throws {
    let inquiry = try inquiry()
    let tools = try toolsFolder(oracle, beside: fixtures)
    let explanation: Explanation
    do throws(Oracle.Failure) {
      explanation = try Explanation(
        inquiry, oracle: Oracle(python: python, tools: tools),
        suite: { suite(of: inquiry.loss, beside: tools) })
    } catch {
      switch error {
      case .refused(let refusal):
        throw CommandFailure(
          status: .usage, message: "Keras has no answer: \(refusal.message) (\(refusal.code))")
      case .unavailable(let what):
        throw CommandFailure(status: .oracleMissing, message: "the oracle does not run: \(what)")
      }
    }
    if json {
      print(
        String(decoding: try ExplanationJSON().data(explanation), as: UTF8.self), terminator: "")
    } else {
      print(
        ExplanationText(hasColor: Terminal.hasColor).text(explanation), terminator: "")
    }
  }

  // MARK: - The question

  private func inquiry() throws -> Inquiry {
    let given = [
      ("y_true", yTrue), ("y_pred", yPred), ("sample_weight", sampleWeight), ("mask", mask),
    ]
    var inputs: [String: GivenNumbers] = [:]
    for case (let name, let text?) in given as [(String, String?)] {
      inputs[name] = try numbers(text, name)
    }
    return Inquiry(
      loss: try lossName(), dialect: dialect, form: form, dtype: dtype,
      config: Dictionary(parameter.map { ($0.name, $0.value) }) { _, last in last },
      inputs: inputs, actual: try actual.map { try numbers($0, "--actual") })
  }

  private func lossName() throws -> String {
    // A closure: the compiler (6.3) crashes on a key path of a metatype.
    let names = kerasLosses.map { $0.names }
    let found = names.first {
      $0.function == loss || $0.class == loss || $0.aliases.contains(loss)
    }
    if let found { return found.function }
    let hint =
      nearest(loss, among: names.flatMap { [$0.function, $0.class] + $0.aliases })
      .map { "did you mean \($0)?" } ?? "loss-parity losses lists them"
    throw CommandFailure(status: .usage, message: "no loss is called '\(loss)'; \(hint)")
  }

  private func numbers(_ text: String, _ name: String) throws -> GivenNumbers {
    do {
      if text.hasSuffix(".npy") {
        return GivenNumbers(try FixtureTensor(npy: Array(try contents(text)), file: text))
      }
      let isFile = text.hasSuffix(".json")
      return try GivenNumbers(
        printed: isFile ? String(decoding: try contents(text), as: UTF8.self) : text)
    } catch let failure as GivenNumbers.Failure {
      throw CommandFailure(status: .usage, message: "\(name): \(failure.message)")
    } catch let error as FixtureError {
      throw CommandFailure(status: .usage, message: "\(name): \(error)")
    }
  }

  private func contents(_ path: String) throws -> Data {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CommandFailure(status: .usage, message: "\(path) cannot be read")
    }
    return data
  }

  // MARK: - Where things are

  /// The fixtures of a loss; `nil` where there are none: they are not needed for the explanation itself.
  private func suite(of loss: String, beside tools: String) -> FixtureSuite? {
    let beside = URL(filePath: tools).deletingLastPathComponent().appending(path: "fixtures").path
    for folder in [fixtureFolder(fixtures), beside] {
      if let suite = try? FixtureSuite.load(directory: folder, losses: [loss]) { return suite }
    }
    return nil
  }
}

extension FixtureCase.Form: ExpressibleByArgument {}

/// A parameter as it stands on the command line: `delta=2`, `reduction=sum`.
struct Parameter: ExpressibleByArgument {
  let name: String
  let value: LossFixtures.ParameterValue

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    name = String(parts[0])
    value = Self.value(String(parts[1]))
  }

  private static func value(_ text: String) -> LossFixtures.ParameterValue {
    switch text {
    case "true", "True": .boolean(true)
    case "false", "False": .boolean(false)
    case "null", "None": .null
    default:
      if let number = Double(text) {
        .number(number)
      } else if text.hasPrefix("["), let list = try? GivenNumbers(printed: text) {
        .list(list.values.map { .number($0) })
      } else {
        .string(text)
      }
    }
  }
}
