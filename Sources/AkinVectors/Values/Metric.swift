/// How two vectors are compared. A score is larger for a better match, whatever the metric.
public enum Metric: UInt16, Sendable, CaseIterable {
  /// `q · x`, plus the item's bias: what factor models predict.
  case innerProduct = 0
  /// `q · x / (|q| |x|)`. A zero vector has no direction: it matches nothing.
  case cosine = 1
  /// `-|q - x|²`, so that larger is nearer.
  case euclidean = 2

  /// The name used on the command line and in messages.
  public var name: String {
    switch self {
    case .innerProduct: "inner-product"
    case .cosine: "cosine"
    case .euclidean: "euclidean"
    }
  }

  /// The metric of a name, or `nil`. The case's own name stands for it too: `innerProduct`.
  ///
  /// - Parameter name: As ``name`` gives it.
  public init?(name: String) {
    guard let metric = Metric.allCases.first(where: { $0.name == name || "\($0)" == name }) else { return nil }
    self = metric
  }
}
