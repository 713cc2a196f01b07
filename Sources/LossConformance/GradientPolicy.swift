/// Whether an implementation owes the gradients that cases ask for.
public enum GradientPolicy: String, CaseIterable, Sendable {
  /// A case whose gradient is not answered fails.
  case required
  /// A case whose gradient is not answered is judged by its value alone, and counted.
  case optional
}
