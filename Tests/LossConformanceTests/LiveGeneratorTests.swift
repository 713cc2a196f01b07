import LossConformance
import LossFixtures
import XCTest

/// Questions that nobody wrote down: which they are.
final class LiveGeneratorTests: XCTestCase {
  private let generator = QuestionGenerator(seed: 1, largeEvery: 0)

  func testAQuestionDependsOnSeedAndIndexAlone() {
    let backwards = (0..<50).reversed().map { generator.question(at: $0) }
    for (index, question) in backwards.reversed().enumerated() {
      let again = QuestionGenerator(seed: 1, largeEvery: 0).question(at: UInt64(index))
      XCTAssertEqual(again.question.json(.mistakes), question.question.json(.mistakes))
      XCTAssertEqual(again.gradient, question.gradient)
    }
    let others = (0..<50).map { QuestionGenerator(seed: 2, largeEvery: 0).question(at: $0) }
    XCTAssertFalse(zip(others, backwards.reversed()).contains { $0 == $1 })
  }

  func testEverythingIsAskedSoonerOrLater() {
    let questions = (0..<3000).map { generator.question(at: $0).question }
    XCTAssertEqual(Set(questions.map(\.loss)), Set(SwiftImplementation.losses))
    XCTAssertEqual(Set(questions.map(\.dialect)).count, 7)
    XCTAssertEqual(Set(questions.map(\.dtype)), Set(QuestionGenerator.allDtypes))
    XCTAssertEqual(Set(questions.map(\.form)), [.class, .function])
    let ranks = Set(questions.compactMap { $0.inputs["y_pred"]?.shape.count })
    XCTAssertTrue(ranks.isSuperset(of: 0...4), "\(ranks)")
    let names = Set(questions.flatMap(\.inputs.keys))
    XCTAssertEqual(
      names, ["y_true", "y_pred", "sample_weight", "mask", "ref_labels", "ref_embeddings"])
    let parameters = Set(questions.flatMap(\.config.keys))
    XCTAssertEqual(
      parameters,
      [
        "alpha", "apply_class_balancing", "axis", "beta", "delta", "from_logits", "gamma",
        "ignore_class", "label_smoothing", "margin", "q", "reduction", "remove_diagonal",
      ])
    let extents = questions.compactMap { $0.inputs["y_pred"]?.shape }
    XCTAssertTrue(extents.contains { $0.contains(0) })
    XCTAssertTrue(extents.allSatisfy { $0.reduce(1, *) <= 320 })
  }

  func testNumbersPreferTrouble() {
    let questions = (0..<1500).map { generator.question(at: $0).question }
    let float32 = questions.filter { $0.dtype == "float32" }
    let numbers = float32.flatMap { $0.inputs["y_pred"]?.values.doubles ?? [] }
    XCTAssertTrue(numbers.contains { $0.isNaN })
    XCTAssertTrue(numbers.contains(.infinity) && numbers.contains(-.infinity))
    XCTAssertTrue(numbers.contains { $0 != 0 && $0.magnitude < 0x1p-126 }, "a subnormal number")
    let limit = Double(Float(1) - Float(1e-7))
    XCTAssertTrue(numbers.contains(limit), "where probabilities are clipped")
    XCTAssertTrue(numbers.contains(Double(Float(limit).nextDown)), "and an ulp beside")
    let pairs = float32.filter { $0.loss == "mean_absolute_error" }.flatMap { question in
      zip(
        question.inputs["y_true"]?.values.doubles ?? [],
        question.inputs["y_pred"]?.values.doubles ?? [])
    }
    XCTAssertTrue(pairs.contains { $0 == $1 && $0 != 0 }, "a kink")
  }

  func testWhatIsAskedCanBeChosen() {
    let chosen = QuestionGenerator(
      seed: 3, losses: ["huber"], dialects: ["keras-3.15/torch"], dtypes: ["float16"],
      largeEvery: 0)
    for index in 0..<100 as Range<UInt64> {
      let question = chosen.question(at: index).question
      XCTAssertEqual(question.loss, "huber")
      XCTAssertEqual(question.dialect, "keras-3.15/torch")
      XCTAssertEqual(question.dtype, "float16")
    }
  }

  func testSomeQuestionsAreLarge() {
    let often = QuestionGenerator(seed: 1, losses: ["mean_squared_error"], largeEvery: 4)
    let sizes = (0..<40).map { index in
      often.question(at: index).question.inputs["y_pred"]?.values.count ?? 0
    }
    XCTAssertTrue(sizes.contains { $0 > 9_000 })
    XCTAssertTrue(sizes.allSatisfy { $0 <= 500_000 })
    XCTAssertGreaterThan(sizes.filter { $0 <= 320 }.count, 10)
  }

  func testLargeQuestionsDoNotBroadcastBeyondMemory() {
    let loss = "categorical_generalized_cross_entropy"
    let often = QuestionGenerator(seed: 1, losses: [loss], largeEvery: 1)
    for index in 0..<100 as Range<UInt64> {
      let question = often.question(at: index).question
      guard question.form == .function, let ids = question.inputs["y_true"]?.shape,
        let rows = question.inputs["y_pred"]?.shape
      else { continue }
      // Ids (n, 1) against rows (n, c) are n * n losses.
      XCTAssertFalse(ids.last == 1 && ids.count == rows.count && ids[0] > 5_000, "\(ids)")
    }
  }

  func testShapesMayBeFew() {
    let losses = ["huber", "dice"]
    let shapes = ([1, 2] as [UInt64]).flatMap { seed in
      let few = QuestionGenerator(seed: seed, losses: losses, largeEvery: 0, shapes: 3)
      return (0..<100 as Range<UInt64>).compactMap {
        few.question(at: $0).question.inputs["y_pred"]?.shape
      }
    }
    // A few more, as predictions may be those that broadcast.
    let counts = shapes.reduce(into: [:]) { $0[$1, default: 0] += 1 }.values.sorted(by: >)
    XCTAssertGreaterThan(counts.prefix(3).reduce(0, +), 160, "\(counts)")
    XCTAssertGreaterThan(counts.prefix(3).min() ?? 0, 30, "\(counts)")
  }

  func testNothingMeansFloat32InAQuestionOfBFloat16() {
    let halves = QuestionGenerator(seed: 1, dtypes: ["bfloat16"], largeEvery: 0)
    for index in 0..<500 as Range<UInt64> {
      let inputs = halves.question(at: index).question.inputs.values
      XCTAssertFalse(inputs.contains { $0.values.dtype == "float32" })
    }
  }
}
