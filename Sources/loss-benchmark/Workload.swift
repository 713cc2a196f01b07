import ArrayFiles
import Foundation

/// What is timed, as the orchestrator describes it in `workload.json`.
struct Workload: Decodable {
  /// The name of the loss.
  let loss: String
  let fromLogits: Bool
  let rows: Int
  let columns: Int
  let quantity: Quantity

  /// What is computed.
  enum Quantity: String, Decodable {
    /// The reduced loss.
    case value
    /// The reduced loss, and its gradient by the predictions.
    case gradient
    /// The losses of the rows.
    case losses
  }

  var isSparse: Bool { loss == "sparse_categorical_crossentropy" }

  /// Whether the whole batch is one loss.
  var isWhole: Bool { ["dice", "tversky"].contains(loss) }

  /// Reads the description in a folder.
  init(in folder: URL) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(
      Workload.self, from: Data(contentsOf: folder.appending(path: "workload.json")))
  }
}

/// The labels and predictions of a workload.
struct Batch<Scalar: BitwiseCopyable> {
  /// The labels; empty where they are class ids.
  let yTrue: LargeArray<Scalar>
  /// The labels that are class ids.
  let ids: LargeArray<Int32>
  let yPred: LargeArray<Scalar>

  /// Reads the arrays in a folder.
  init(_ workload: Workload, in folder: URL) throws {
    let labels = folder.appending(path: "y_true.npy").path
    yTrue = workload.isSparse ? LargeArray(count: 0) : try LargeArray(npy: labels)
    ids = workload.isSparse ? try LargeArray(npy: labels) : LargeArray(count: 0)
    yPred = try LargeArray(npy: folder.appending(path: "y_pred.npy").path)
  }
}
