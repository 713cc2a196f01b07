import Foundation
import LossFixtures
import XCTest

@testable import LossConformance

/// Answers that are collected in parts, by many jobs or on many machines, give the report of one run.
final class RecordingTests: XCTestCase {
  /// The renderings of a report that tell everything.
  private func rendered(_ report: Report) throws -> [Data] {
    [
      try JSONReport().data(report),
      Data(TerminalReport(failureLimit: nil).text(report).utf8),
    ]
  }

  /// Implementations that pass, fail for a cause, fail in all ways, and skip.
  private func implementations() throws -> [any Implementation] {
    [
      SwiftImplementation(),
      try PlantedImplementation("rescale_skipped", in: ["categorical_crossentropy"]),
      Erratic(),
    ]
  }

  private let selection = Selection(
    losses: ["categorical_crossentropy", "huber"],
    dialects: ["keras-3.15/jax", "keras-3.15/torch"])

  // MARK: - Jobs

  func testTheNumberOfJobsChangesNoByte() throws {
    let suite = try committedSuite()
    for implementation in try implementations() {
      let one = try Verification(implementation, selection: selection, jobs: 1).run(suite)
      let several = try Verification(implementation, selection: selection, jobs: 7).run(suite)
      XCTAssertEqual(try rendered(several), try rendered(one), implementation.name)
    }
  }

  func testElementsAreMappedInTheirOrderAndCountedInOrder() {
    for (count, jobs, batch) in [
      (0, 4, 1), (1, 4, 8), (1000, 1, 1), (1000, 7, 3), (5, 99, 2), (300_000, 3, 4),
    ] {
      var told: [Int] = []
      let mapped = concurrentMap(
        Array(0..<count), jobs: jobs, batch: batch, progress: { told.append($0) }, { -$0 })
      XCTAssertEqual(mapped, (0..<count).map { -$0 })
      XCTAssertEqual(told, Array(1..<(count + 1)))
    }
  }

  func testAProgramRunsAsOftenAsItHasJobs() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "jobs-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Each process leaves a file, and ends at some of the cases.
    let command = """
      : > \(folder.path)/$$; while read -r line; do
        id=${line#*'"id":"'}; id=${id%%'"'*}
        case $id in *mask_some*) exit 3 ;; *) echo '{"id":"'$id'","unsupported":"no"}' ;; esac
      done
      """
    func run(jobs: Int, cases: String) throws -> (report: Report, started: Int) {
      let report = try Verification(
        CommandImplementation(command: command),
        selection: Selection(
          losses: ["huber"], dialects: ["keras-3.15/jax"], casePatterns: [cases]),
        jobs: jobs
      ).run(committedSuite())
      let files = try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
      for file in files { try FileManager.default.removeItem(at: file) }
      return (report, files.count)
    }
    let one = try run(jobs: 1, cases: "huber.reduction.*")
    let ended = one.report.failures.count
    XCTAssertGreaterThan(ended, 0)
    XCTAssertTrue((ended...ended + 1).contains(one.started), "\(one.started)")
    let four = try run(jobs: 4, cases: "huber.reduction.*")
    XCTAssertTrue((ended...ended + 4).contains(four.started), "\(four.started)")
    XCTAssertEqual(try rendered(four.report), try rendered(one.report))
    let few = try run(jobs: 4, cases: "huber.form.function.float32")
    XCTAssertEqual(few.started, 1, "no process is started that has no case")
  }

  // MARK: - Shards

  /// The shards of a run, through their JSON.
  private func shards(
    _ implementation: any Implementation, _ count: Int, _ selection: Selection? = nil,
    worstLimit: Int = 5
  ) throws -> [Recording.Stored] {
    let suite = try committedSuite()
    return try (1...count).map { index in
      let shard = try XCTUnwrap(Shard(index: index, count: count))
      let recording = Verification(
        implementation, selection: selection ?? self.selection, worstLimit: worstLimit,
        shard: shard
      ).record(suite)
      for answers in recording.answers.values {
        XCTAssertTrue(answers.keys.allSatisfy(shard.includes))
      }
      let bytes = [UInt8](try JSONReport().data(report(recording)))
      let file = "\(index).json"
      return (file, try XCTUnwrap(try Recording.read(report: bytes, file: file)))
    }
  }

  func testMergedShardsAreTheSameBytesAsOneRun() throws {
    let suite = try committedSuite()
    for implementation in try implementations() {
      let whole = try rendered(
        Verification(implementation, selection: selection, worstLimit: 3).run(suite))
      // In any order.
      let shards = try shards(implementation, 8, worstLimit: 3).reversed()
      let merged = try Report(judging: Recording(merging: Array(shards), of: suite), of: suite)
      XCTAssertEqual(try rendered(merged), whole, implementation.name)
    }
  }

  func testARunOfAllCasesKeepsNoAnswers() throws {
    let report = try Verification(SwiftImplementation(), selection: selection)
      .run(committedSuite())
    let bytes = [UInt8](try JSONReport().data(report))
    XCTAssertNil(try Recording.read(report: bytes, file: "x"))
  }

  func testEmptyShardsAreMerged() throws {
    let suite = try committedSuite()
    let one = Selection(
      dialects: ["keras-3.15/jax"], casePatterns: ["huber.form.function.float32"])
    // One shard alone is a run as well.
    for count in [1, 5] {
      let shards = try shards(SwiftImplementation(), count, one)
      XCTAssertEqual(try Recording(merging: shards, of: suite).answers.values.first?.count, 1)
    }
    let merged = try Report(
      judging: Recording(merging: shards(SwiftImplementation(), 5, one), of: suite), of: suite)
    XCTAssertEqual(merged.cases.count, 1)
    XCTAssertEqual(merged.verdict, .passed)
    let none = Selection(casePatterns: ["no_such_case"])
    let empty = try Report(
      judging: Recording(merging: shards(SwiftImplementation(), 2, none), of: suite), of: suite)
    XCTAssertEqual(empty.verdict, .nothingChecked)
  }

  // MARK: - What does not belong together

  private func failure(_ shards: [Recording.Stored]) throws -> String? {
    let suite = try committedSuite()
    do {
      _ = try Recording(merging: shards, of: suite)
      return nil
    } catch {
      return error.message
    }
  }

  func testShardsOfOtherRunsAreRefused() throws {
    let huber = Selection(losses: ["huber"], dialects: ["keras-3.15/jax"])
    let shards = try shards(SwiftImplementation(), 3, huber)
    XCTAssertNil(try failure(shards))
    XCTAssertEqual(try failure([]), "there are no reports to merge")
    XCTAssertEqual(
      try failure(Array(shards.dropLast())), "shard 3/3 is missing: there are 2 of 3 shards")
    XCTAssertEqual(
      try failure(shards + [("again.json", shards[1].recording)]),
      "again.json: shard.index is 2, but that shard is 2.json already")
    for (change, message) in [
      ({ $0.implementation = "Other" }, "implementation is Other, but KerasLosses in 1.json"),
      ({ $0.command = "x" }, "answers.command is x, but missing in 1.json"),
      ({ $0.gradients = .optional }, "answers.gradients is optional, but required in 1.json"),
      ({ $0.worstLimit = 9 }, "answers.worst_limit is 9, but 5 in 1.json"),
      (
        { $0.selection.losses = ["ctc"] },
        #"selection.losses is ["ctc"], but ["huber"] in 1.json"#
      ),
      (
        { $0.selection.dialects = [] },
        #"selection.dialects is [], but ["keras-3.15/jax"] in 1.json"#
      ),
      ({ $0.selection.casePatterns = ["*"] }, #"selection.cases is ["*"], but [] in 1.json"#),
      ({ $0.selection.flags = ["x"] }, #"selection.flags is ["x"], but [] in 1.json"#),
      ({ $0.shard = Shard(index: 2, count: 4) }, "shard.count is 4, but 3 in 1.json"),
      (
        { $0.fixtures.manifestSHA256 = "abc" },
        "fixtures.manifest_sha256 is abc, but that of the fixtures here is "
          + (try committedSuite().manifestSHA256)
      ),
      (
        { $0.fixtures.caseCount = 7 },
        "fixtures.case_count is 7, but the fixtures here have "
          + "\(try committedSuite().caseCount) cases"
      ),
    ] as [((inout Facts) -> Void, String)] {
      var facts = Facts(shards[1].recording)
      change(&facts)
      let changed = [shards[0], ("2.json", facts.recording), shards[2]]
      XCTAssertEqual(try failure(changed), "2.json: \(message)")
    }
  }

  func testEveryChosenCaseIsAnsweredOnce() throws {
    let huber = Selection(losses: ["huber"], dialects: ["keras-3.15/jax"])
    let shards = try shards(SwiftImplementation(), 2, huber)
    let ids = try XCTUnwrap(shards[1].recording.answers["keras-3.15/jax"]?.keys.sorted())
    let others = try XCTUnwrap(shards[0].recording.answers["keras-3.15/jax"]?.keys.sorted())
    let unsupported = RecordedAnswer(.unsupported("no"))
    for (change, message) in [
      (
        { $0.answers["keras-3.15/jax"]?[ids[0]] = nil },
        "answers.cases has no answer to \(ids[0]) in keras-3.15/jax"
      ),
      (
        { $0.answers["keras-3.15/jax"]?["no.such.case"] = unsupported },
        "answers.cases has an answer to no.such.case in keras-3.15/jax, "
          + "which is no chosen case of its shard"
      ),
      (
        { $0.answers["keras-3.15/jax"]?[others[0]] = unsupported },
        "answers.cases has an answer to \(others[0]) in keras-3.15/jax, "
          + "which is no chosen case of its shard"
      ),
      (
        { $0.answers["keras-9"] = [ids[0]: unsupported] },
        "answers.cases has an answer to \(ids[0]) in keras-9, "
          + "which is no chosen case of its shard"
      ),
    ] as [((inout Facts) -> Void, String)] {
      var facts = Facts(shards[1].recording)
      change(&facts)
      XCTAssertEqual(
        try failure([shards[0], ("2.json", facts.recording)]), "2.json: \(message)")
    }
  }

  // MARK: - Damaged files

  /// A shard's report with an answer of each kind.
  private func smallReport() throws -> String {
    let value = FixtureTensor(shape: [2], values: .float32([0.25, .nan]))
    let recording = Recording(
      implementation: "x", command: "y", fixtures: .init(manifestSHA256: "00", caseCount: 4),
      selection: Selection(losses: ["huber"]), shard: Shard(index: 1, count: 2),
      answers: [
        "keras-3.15/jax": [
          "a": RecordedAnswer(.value(value, gradient: value), stages: ["log": value]),
          "b": RecordedAnswer(.error(code: "c", message: "d")),
          "c": RecordedAnswer(.unsupported("e")), "d": RecordedAnswer(.broken("f")),
        ]
      ])
    return String(decoding: try JSONReport().data(report(recording)), as: UTF8.self)
  }

  private func report(_ recording: Recording) -> Report {
    Report(
      implementation: recording.implementation, command: recording.command,
      fixtures: recording.fixtures, selection: recording.selection, cases: [],
      recording: recording)
  }

  func testEveryTruncationIsAnError() throws {
    let bytes = [UInt8](try smallReport().utf8)
    let end = try XCTUnwrap(bytes.lastIndex(of: UInt8(ascii: "}")))
    for length in 0...end {
      XCTAssertThrowsError(
        try Recording.read(report: Array(bytes[..<length]), file: "x.json"), "\(length)"
      ) { XCTAssertTrue("\($0)".hasPrefix("x.json:"), "\($0)") }
    }
  }

  func testEveryDamageIsToldWithItsField() throws {
    let text = try smallReport()
    for (part, damage, message) in [
      (JSONReport.schema, "loss-parity/report/0", "schema is loss-parity/report/0"),
      ("\"worst_limit\" : 5", "\"worst_limit\" : 0", "worst_limit is less than 1"),
      ("\"worst_limit\" : 5", "\"worst_limit\" : \"5\"", "answers.worst_limit"),
      ("\"worst_limit\" : 5", "\"worse_limit\" : 5", "answers.worse_limit: an unknown field"),
      ("\"gradients\" : \"optional\"", "\"gradients\" : \"no\"", "no is not a policy"),
      ("\"index\" : 1", "\"index\" : 3", "shard: there is no shard 3 of 2"),
      ("\"index\" : 1", "\"index\" : 1.5", "shard.index"),
      ("\"index\" : 1", "\"number\" : 1", "shard.number: an unknown field"),
      ("\"case_count\" : 4", "\"case_count\" : true", "fixtures.case_count"),
      ("\"manifest_sha256\"", "\"sha256\"", "fixtures.sha256: an unknown field"),
      ("\"implementation\" : \"x\"", "\"implementation\" : 1", "implementation"),
      ("\"implementation\" : \"x\"", "\"performer\" : \"x\"", "implementation is missing"),
      ("\"losses\"", "\"loss\"", "selection.loss: an unknown field"),
      ("\"unsupported\" : \"e\"", "\"unsupported\" : 7", "answers.cases.unsupported"),
      ("\"unsupported\" : \"e\"", "\"supported\" : \"e\"", "one of value, error"),
      ("\"id\" : \"c\"", "\"id\" : \"b\"", "the case b in keras-3.15/jax is answered twice"),
      ("\"id\" : \"c\"", "\"name\" : \"c\"", "one of value, error"),
      ("\"code\" : \"c\"", "\"text\" : \"c\"", "answers.cases.error.text: an unknown field"),
      ("\"dtype\" : \"float32\"", "\"dtype\" : \"float31\"", "float31"),
      ("\"NaN\"", "\"nan\"", "\"nan\" is not NaN, Infinity or -Infinity"),
      ("0.25", "1e99", "out of the range"),
      ("\"name\" : \"log\"", "\"title\" : \"log\"", "answers.cases.stages.title"),
    ] {
      XCTAssertTrue(text.contains(part), part)
      let start = try XCTUnwrap(text.range(of: part))
      let damaged = text.replacingCharacters(in: start, with: damage)
      XCTAssertThrowsError(
        try Recording.read(report: Array(damaged.utf8), file: "x.json"), damage
      ) { XCTAssertTrue("\($0)".contains(message), "\($0) lacks: \(message)") }
    }
    for text in ["", "[]", "null", "{}", "not JSON", "\u{feff}{}"] {
      XCTAssertThrowsError(try Recording.read(report: Array(text.utf8), file: "x.json"), text)
    }
    XCTAssertThrowsError(try Recording.read(report: [0xff, 0xfe, 0x00], file: "x.json"))
  }

  func testGradientsAndShapesMustFitTheirValues() throws {
    let text = try smallReport()
    let alone = text.replacing("\"broken\" : \"f\"", with: "\"broken\" : \"f\", \"gradient\" : ")
      .replacing(
        "\"gradient\" : ,",
        with: "\"gradient\" : {\"dtype\":\"bool\",\"shape\":[],\"values\":[true]},")
    XCTAssertNotEqual(alone, text)
    XCTAssertThrowsError(try Recording.read(report: Array(alone.utf8), file: "x.json")) {
      XCTAssertTrue("\($0)".contains("a gradient stands without its value"), "\($0)")
    }
  }

  // MARK: - Reading what was written

  func testStoredAnswersAreReadAsTheyWereWritten() throws {
    var random = SplitMix64(state: 5)
    for round in 0..<200 {
      var answers: [String: [String: RecordedAnswer]] = [:]
      for _ in 0..<random.below(8) {
        answers[random.text(), default: [:]][random.text()] = random.answer()
      }
      let recording = Recording(
        implementation: random.text(), command: round.isMultiple(of: 2) ? nil : random.text(),
        gradients: round.isMultiple(of: 3) ? .required : .optional,
        fixtures: .init(manifestSHA256: random.text(), caseCount: random.below(1 << 40)),
        selection: Selection(
          losses: [random.text()], dialects: [], casePatterns: [random.text(), random.text()],
          flags: [random.text()]),
        worstLimit: 1 + random.below(99), shard: Shard(index: 1 + random.below(7), count: 7),
        answers: answers)
      let bytes = [UInt8](try JSONReport().data(report(recording)))
      let read = try XCTUnwrap(try Recording.read(report: bytes, file: "x"))
      XCTAssertEqual(Facts(read).plain, Facts(recording).plain)
      XCTAssertEqual(read.answers.mapValues(\.count), recording.answers.mapValues(\.count))
      for (dialect, answers) in recording.answers {
        for (id, answer) in answers {
          XCTAssertEqual(read.answers[dialect]?[id]?.bits, answer.bits)
        }
      }
    }
  }

  func testNaNOfAnySignAndPayloadIsOne() {
    let signs = FixtureTensor(
      shape: [2], values: .float64([-.nan, Double(nan: 7, signaling: false)]))
    let answer = RecordedAnswer(.value(signs, gradient: signs), stages: ["log": signs])
    let plain = RecordedAnswer(
      .value(
        FixtureTensor(shape: [2], values: .float64([.nan, .nan])),
        gradient: FixtureTensor(shape: [2], values: .float64([.nan, .nan]))),
      stages: ["log": FixtureTensor(shape: [2], values: .float64([.nan, .nan]))])
    XCTAssertEqual(answer.bits, plain.bits)
  }
}

// MARK: - Helpers

/// Answers in all ways there are, by the ids of the cases: right, wrong, NaN, refused, unsupported, broken.
private struct Erratic: Implementation {
  let name = "Erratic"
  let command: String? = "erratic --always"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    switch (Shard.hash(fixture.id + dialect) % 7, fixture.expected) {
    case (0, _): return .error(code: "shape_mismatch", message: "é\u{0}\n\"\\ 👩‍👩‍👧")
    case (1, _): return .unsupported("not \u{2028} this")
    case (2, _): return .broken("no answer")
    case (3, .value(let golden, _)):
      return .value(golden.tensor.replacing { _ in -.nan })
    case (4, .value(let golden, let gradient)):
      return .value(golden.tensor, gradient: gradient?.tensor.replacing { _ in -.infinity })
    case (5, .value(let golden, _)):
      return .value(golden.tensor.replacing { golden.tensor.values.doubles[$0] * 2 - 1 })
    case (_, .value(let golden, let gradient)):
      return .value(golden.tensor, gradient: gradient?.tensor)
    case (_, .error(let code)): return .error(code: code, message: "")
    }
  }

  func stages(
    of fixture: FixtureCase, loss: String, dialect: String
  ) -> [String: FixtureTensor] {
    guard let yPred = fixture.inputs["y_pred"] else { return [:] }
    return ["rescaled": yPred, "clipped": yPred, "no such stage": yPred]
  }
}

/// The facts of a recording, which a test may change.
private struct Facts {
  var implementation: String
  var command: String?
  var gradients: GradientPolicy
  var fixtures: (manifestSHA256: String, caseCount: Int)
  var selection: Selection
  var worstLimit: Int
  var shard: Shard?
  var answers: [String: [String: RecordedAnswer]]

  init(_ recording: Recording) {
    implementation = recording.implementation
    command = recording.command
    gradients = recording.gradients
    fixtures = (recording.fixtures.manifestSHA256, recording.fixtures.caseCount)
    selection = recording.selection
    worstLimit = recording.worstLimit
    shard = recording.shard
    answers = recording.answers
  }

  var recording: Recording {
    Recording(
      implementation: implementation, command: command, gradients: gradients,
      fixtures: .init(manifestSHA256: fixtures.manifestSHA256, caseCount: fixtures.caseCount),
      selection: selection, worstLimit: worstLimit, shard: shard, answers: answers)
  }

  /// The recording without answers, whose NaN equal nothing.
  var plain: Recording {
    var facts = self
    facts.answers = [:]
    return facts.recording
  }
}

extension RecordedAnswer {
  /// All of the answer, each number by its bits.
  fileprivate var bits: [String] {
    let own: [String] =
      switch outcome {
      case .value(let value, let gradient):
        ["value"] + value.bits + (gradient.map { ["gradient"] + $0.bits } ?? [])
      case .error(let code, let message): ["error", code, message]
      case .unsupported(let reason): ["unsupported", reason]
      case .broken(let what): ["broken", what]
      }
    return own + stages.sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value.bits }
  }
}

extension FixtureTensor {
  fileprivate var bits: [String] {
    let numbers: [String] =
      switch values {
      case .float16(let numbers): numbers.map { "\($0.bitPattern)" }
      case .bfloat16(let numbers): numbers.map { "\($0.bitPattern)" }
      case .float32(let numbers): numbers.map { "\($0.bitPattern)" }
      case .float64(let numbers): numbers.map { "\($0.bitPattern)" }
      case .int8(let numbers): numbers.map(\.description)
      case .int16(let numbers): numbers.map(\.description)
      case .int32(let numbers): numbers.map(\.description)
      case .int64(let numbers): numbers.map(\.description)
      case .uint8(let numbers): numbers.map(\.description)
      case .uint16(let numbers): numbers.map(\.description)
      case .uint32(let numbers): numbers.map(\.description)
      case .uint64(let numbers): numbers.map(\.description)
      case .bool(let numbers): numbers.map(\.description)
      }
    return [values.dtype, "\(shape)"] + numbers
  }
}

extension SplitMix64 {
  fileprivate mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// A few characters of any plane, controls among them.
  fileprivate mutating func text() -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<below(6) {
      let largest: UInt32 = [0x1f, 0x7f, 0xffff, 0x10_ffff][below(4)]
      text.append(Unicode.Scalar(UInt32.random(in: 0...largest, using: &self)) ?? "\u{fffd}")
    }
    return String(text)
  }

  fileprivate mutating func answer() -> RecordedAnswer {
    let outcome: Outcome =
      switch below(5) {
      case 0: .error(code: text(), message: text())
      case 1: .unsupported(text())
      case 2: .broken(text())
      case 3: .value(tensor())
      default: .value(tensor(), gradient: tensor())
      }
    var stages: [String: FixtureTensor] = [:]
    for _ in 0..<below(3) { stages[text()] = tensor() }
    return RecordedAnswer(outcome, stages: stages)
  }

  /// A tensor of any dtype: random bits, and the numbers that are special.
  fileprivate mutating func tensor() -> FixtureTensor {
    let shape = (0..<below(3)).map { _ in below(4) }
    let count = shape.reduce(1, *)
    func list<Element>(_ element: (inout Self) -> Element) -> [Element] {
      (0..<count).map { _ in element(&self) }
    }
    func numbers<Number: BinaryFloatingPoint>(_ any: (inout Self) -> Number) -> [Number] {
      let special: [Number] = [
        .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude,
        .greatestFiniteMagnitude, -1, 0.1,
      ]
      return list { $0.below(2) == 0 ? any(&$0) : special[$0.below(special.count)] }
    }
    let values: FixtureTensor.Values =
      switch below(13) {
      case 0: .float16(numbers { Float16(bitPattern: UInt16(truncatingIfNeeded: $0.next())) })
      case 1: .bfloat16(list { BFloat16Bits(bitPattern: UInt16(truncatingIfNeeded: $0.next())) })
      case 2: .float32(numbers { Float(bitPattern: UInt32(truncatingIfNeeded: $0.next())) })
      case 3: .float64(numbers { Double(bitPattern: $0.next()) })
      case 4: .int8(list { Int8(truncatingIfNeeded: $0.next()) })
      case 5: .int16(list { Int16(truncatingIfNeeded: $0.next()) })
      case 6: .int32(list { Int32(truncatingIfNeeded: $0.next()) })
      case 7: .int64(list { Int64(truncatingIfNeeded: $0.next()) })
      case 8: .uint8(list { UInt8(truncatingIfNeeded: $0.next()) })
      case 9: .uint16(list { UInt16(truncatingIfNeeded: $0.next()) })
      case 10: .uint32(list { UInt32(truncatingIfNeeded: $0.next()) })
      case 11: .uint64(list { UInt64(truncatingIfNeeded: $0.next()) })
      default: .bool(list { $0.below(2) == 0 })
      }
    return FixtureTensor(shape: shape, values: values)
  }
}
