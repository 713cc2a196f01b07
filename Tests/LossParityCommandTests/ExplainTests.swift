import Foundation
import XCTest

/// `loss-parity explain`, with the oracle in Python.
extension CommandLineTests {
  private static let rows = [
    "--y-true", "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]",
    "--y-pred", "[[.9, .05, .05], [.5, .89, .6], [.05, .01, .94]]",
  ]

  private func explained(_ arguments: [String]) throws -> Result {
    try lossParity(["explain"] + arguments)
  }

  private func explainedJSON(_ arguments: [String]) throws -> [String: Any] {
    let result = try explained(arguments + ["--json"])
    XCTAssertEqual(result.status, 0, result.errors)
    return try XCTUnwrap(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  /// The verdict and the ids of all candidates.
  private func answer(
    _ actual: String, to arguments: [String] = rows, of loss: String = "CategoricalCrossentropy"
  ) throws -> (verdict: String, ids: [String]) {
    let json = try explainedJSON([loss] + arguments + ["--actual=\(actual)"])
    let candidates = json["candidates"] as? [[String: Any]] ?? []
    return (json["verdict"] as? String ?? "", candidates.compactMap { $0["id"] as? String })
  }

  // MARK: - The questions that people ask

  func testTheRowsAreRescaled() throws {
    let result = try explained(
      ["categorical_crossentropy"] + Self.rows
        + ["--actual", "[0.10536052 0.11653382 0.0618754 ]"])
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(result.output.hasPrefix("rescale skipped"), result.output)
    for text in [
      "Keras gives [0.10536052 0.80466845 0.0618754]", "Here: row 1 sums to 1.99.",
      "Fix: Divide p by sum(p) along the class axis",
      "skipped  <- the first that differs",
    ] {
      XCTAssertTrue(result.output.contains(text), "\(text) in \(result.output)")
    }
  }

  func testTheMeansOfTheRowsAreExplained() throws {
    let mean = try answer("0.09459")
    XCTAssertEqual(mean.ids.first, "rescale_skipped")
    XCTAssertTrue(["explained", "family"].contains(mean.verdict), mean.verdict)
    let sum = try answer("0.28377")
    XCTAssertTrue(sum.ids.contains("rescale_skipped+sum_for_mean"), "\(sum)")
    let all = try answer("0.03153")
    XCTAssertTrue(all.ids.contains("rescale_skipped+mean_over_predictions"), "\(all)")
    // Digits that are cut off, digits of a float32, and too few of them.
    XCTAssertEqual(try answer("0.09458").ids.first, "rescale_skipped")
    let float32 = "[0.10536051541566849, 0.11653381586074829, 0.06187541410326958]"
    XCTAssertEqual(try answer(float32).ids.first, "rescale_skipped")
    XCTAssertEqual(try answer("0.777").verdict, "unexplained")
  }

  func testProbabilitiesAreClipped() throws {
    let arguments = [
      "categorical_crossentropy", "--y-true", "[[0,1]]", "--y-pred",
      "[[0.99999999999,0.00000000001]]", "--actual", "[25.32843602]",
    ]
    let result = try explained(arguments)
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(result.output.hasPrefix("clip skipped"), result.output)
    for text in ["Keras gives [16.11809565]", "Here: [0, 1] was 1e-11: Keras clips it to 1e-07."] {
      XCTAssertTrue(result.output.contains(text), "\(text) in \(result.output)")
    }
    let json = try explainedJSON(arguments)
    XCTAssertEqual(json["causes"] as? [String], ["clip_skipped"])
    // Nothing here is below 1e-11: a clip at 1e-12 is as good as none, but for other inputs.
    XCTAssertEqual(json["verdict"] as? String, "family")
    let candidates = try XCTUnwrap(json["candidates"] as? [[String: Any]])
    let relative = try XCTUnwrap(
      candidates.first { $0["id"] as? String == "clip_epsilon_1e_12" })
    XCTAssertNotNil(relative["splitting_case"] as? String)
    let difference = try XCTUnwrap(json["first_difference"] as? [String: Any])
    XCTAssertEqual(difference["stage"] as? String, "clipped")
    XCTAssertEqual(difference["is_skipped"] as? Bool, true)
    let steps = try XCTUnwrap(json["steps"] as? [[String: Any]])
    XCTAssertEqual(
      steps.compactMap { $0["name"] as? String },
      ["row_sums", "rescaled", "clipped", "log", "per_element", "per_sample"])
  }

  // MARK: - Verdicts

  func testTheQuestionCanBeAskedAgainFromTheJSON() throws {
    let json = try explainedJSON([
      "sparse_categorical_crossentropy", "--form", "class", "--dtype", "float32", "--y-true",
      "[1, 0]", "--y-pred", "[[0.1, 0.9], [0.25, 0.75]]", "--parameter", "reduction=sum",
      "--parameter", "from_logits=false", "--sample-weight", "[2, 0.5]", "--actual", "1.0",
    ])
    let question = try XCTUnwrap(json["question"] as? [String: Any])
    let config = try XCTUnwrap(question["config"] as? [String: Any])
    XCTAssertEqual(config["reduction"] as? String, "sum")
    XCTAssertEqual(config["from_logits"] as? Bool, false)
    let inputs = try XCTUnwrap(question["inputs"] as? [String: [String: Any]])
    XCTAssertEqual(Set(inputs.keys), ["y_true", "y_pred", "sample_weight"])
    let predictions = try XCTUnwrap(inputs["y_pred"])
    XCTAssertEqual(predictions["dtype"] as? String, "float32")
    XCTAssertEqual(predictions["shape"] as? [Int], [2, 2])
    XCTAssertEqual(predictions["values"] as? [Double], [0.1, 0.9, 0.25, 0.75])
  }

  func testKerasItselfIsRight() throws {
    XCTAssertEqual(try answer("[0.10536052 0.80466845 0.0618754]").verdict, "right")
    XCTAssertEqual(try answer("0.32397").verdict, "right")
    // The losses of samples against their mean.
    let json = try explainedJSON(
      ["CategoricalCrossentropy"] + Self.rows
        + ["--form", "function", "--actual", "0.32396812"])
    XCTAssertEqual(json["verdict"] as? String, "right")
    XCTAssertEqual((json["question"] as? [String: Any])?["form"] as? String, "class")
  }

  func testWithoutANumberKerasIsExplained() throws {
    let result = try explained(["CategoricalCrossentropy"] + Self.rows)
    XCTAssertTrue(result.output.hasPrefix("Keras gives 0.32396812"), result.output)
    XCTAssertTrue(result.output.contains("row_sums     [[1.] [1.99] [1.]]"), result.output)
  }

  func testAnotherDialectIsSaidFirst() throws {
    let binary = ["--y-true", "[[1]]", "--y-pred", "[[0]]"]
    let keras2 = try answer("[15.424949]", to: binary, of: "bce")
    XCTAssertEqual(keras2.ids.first, "tf-keras-2")
    XCTAssertEqual(keras2.verdict, "explained")
    let overlap = [
      "--y-true", "[[1, 0, 1]]", "--y-pred", "[[0.5, 0.25, 0.9]]", "--parameter", "alpha=0.3",
      "--parameter", "beta=0.7",
    ]
    XCTAssertEqual(
      try answer("0.261214", to: overlap, of: "tversky").ids.first, "keras-3.16-dev/jax")
  }

  func testWhatCannotBeIsNotUnexplained() throws {
    XCTAssertEqual(try answer("-0.51234").verdict, "impossible")
    XCTAssertEqual(try answer("99.25").verdict, "impossible")
    let negative = try explained(
      ["cosine_similarity", "--y-true", "-1", "--y-pred", "[-0.5]", "--actual", "-1.7071"])
    XCTAssertTrue(
      negative.output.hasPrefix("these inputs cannot give that number"),
      negative.output + negative.errors)
  }

  func testInfinitiesAndNaNHaveCausesToo() throws {
    let missed = ["--y-true", "[[0, 1]]", "--y-pred", "[[1, 0]]"]
    let infinite = try answer("[inf]", to: missed)
    XCTAssertEqual(infinite.ids.first, "clip_skipped")
    XCTAssertEqual(try answer("[nan]").verdict, "impossible")
  }

  func testAPartOfTheElementsIsExplained() throws {
    let json = try explainedJSON(
      ["CategoricalCrossentropy"] + Self.rows + ["--actual", "[0.10536052 0.11653382 0.7]"])
    XCTAssertEqual(json["verdict"] as? String, "partial")
    XCTAssertEqual(json["causes"] as? [String], ["rescale_skipped"])
    XCTAssertEqual(json["unexplained"] as? [Int], [2])
  }

  // MARK: - Inputs

  func testInputsAreReadFromFiles() throws {
    let rows = folder.appending(path: "rows.json")
    try Data("[[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]".utf8).write(to: rows)
    let labels = folder.appending(path: "labels.npy")
    var npy = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    let header = "{'descr': '<i4', 'fortran_order': False, 'shape': (3, 3), }"
    let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
    npy += Data([118, 0]) + Data(padded.utf8)
    for value: Int32 in [1, 0, 0, 0, 1, 0, 0, 0, 1] {
      withUnsafeBytes(of: value.littleEndian) { npy.append(contentsOf: $0) }
    }
    try npy.write(to: labels)
    let arguments = ["--y-true", labels.path, "--y-pred", rows.path]
    XCTAssertEqual(try answer("0.32396812", to: arguments).verdict, "right")
    let weighted = Self.rows + ["--sample-weight", "[1, 2, 1]", "--parameter", "reduction=sum"]
    XCTAssertEqual(try answer("1.77657282", to: weighted).verdict, "right")
    let masked = Self.rows + ["--mask", "[true, false, true]"]
    XCTAssertEqual(try answer("0.08361796", to: masked).verdict, "right")
  }

  func testWrongUseIsTwoAndAMissingOracleIsFive() throws {
    let loss = try explained(["categorical_crossentropi"] + Self.rows)
    XCTAssertEqual(loss.status, 2)
    XCTAssertTrue(loss.errors.contains("did you mean categorical_crossentropy?"), loss.errors)
    let ragged = try explained(["mse", "--y-true", "[[1], [1, 2]]", "--y-pred", "[1]"])
    XCTAssertEqual(ragged.status, 2)
    XCTAssertTrue(ragged.errors.contains("y_true: rows have different lengths"), ragged.errors)
    let missing = try explained(["mse", "--y-true", "none.npy", "--y-pred", "[1]"])
    XCTAssertTrue(missing.errors.contains("none.npy cannot be read"), missing.errors)
    let refused = try explained(["mse", "--y-true", "[[1, 2]]", "--y-pred", "[[1, 2, 3]]"])
    XCTAssertEqual(refused.status, 2)
    XCTAssertTrue(refused.errors.contains("shape_mismatch"), refused.errors)
    let parameter = try explained(["huber"] + Self.rows + ["--parameter", "detla=1"])
    XCTAssertTrue(parameter.errors.contains("did you mean delta?"), parameter.errors)
    XCTAssertEqual(try explained(["huber"] + Self.rows + ["--parameter", "delta"]).status, 2)
    let python = try explained(["mse"] + Self.rows + ["--python", "no-such-python"])
    XCTAssertEqual(python.status, 5)
    XCTAssertTrue(python.errors.contains("install Python 3.11 or later"), python.errors)
    let oracle = try explained(["mse"] + Self.rows + ["--oracle", folder.path])
    XCTAssertEqual(oracle.status, 5)
    XCTAssertTrue(oracle.errors.contains("--oracle names the tools folder"), oracle.errors)
    let elsewhere = try lossParity(
      ["explain", "mse", "--fixtures", folder.path] + Self.rows, from: folder)
    XCTAssertEqual(elsewhere.status, 5)
    XCTAssertTrue(elsewhere.errors.contains("name its tools folder"), elsewhere.errors)
  }
}
