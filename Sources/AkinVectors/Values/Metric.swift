/// The metric between two vectors. A larger score is a better match for every metric.
public enum Metric: UInt16, Sendable, CaseIterable {
  /// `q · x` plus the bias of the item: the prediction of factor models.
  case innerProduct = 0
  /// `q · x / (|q| |x|)`. A zero vector has no direction and matches nothing.
  case cosine = 1
  /// `-|q - x|²`; larger is nearer.
  case euclidean = 2

  /// The name used on the command line and in messages.
  public var name: String {
    switch self {
    case .innerProduct: "inner-product"
    case .cosine: "cosine"
    case .euclidean: "euclidean"
    }
  }

  /// The metric of a name, or `nil`. Accepts the name of the case too: `innerProduct`.
  ///
  /// - Parameter name: A value of ``name``, or the name of a case.
  public init?(name: String) {
    guard let metric = Metric.allCases.first(where: { $0.name == name || "\($0)" == name }) else { return nil }
    self = metric
  }
}
