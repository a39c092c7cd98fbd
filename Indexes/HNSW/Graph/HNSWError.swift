import AkinSupport

/// An error of building an index.
public enum HNSWError: AkinError, Equatable {
  /// A build option is out of range.
  case badOption(name: String, found: Int, allowed: ClosedRange<Int>)
  /// There are more items than an index can hold.
  case tooManyItems(found: Int, limit: Int)
  /// A vector or a bias of the embeddings file has a NaN or an infinity.
  case notFinite(row: Int)

  public var kind: TroubleKind {
    switch self {
    case .badOption: .usage
    case .tooManyItems, .notFinite: .badInput
    }
  }

  public var description: String {
    switch self {
    case .badOption(let name, let found, let allowed):
      "\(name) must be \(allowed.lowerBound) to \(allowed.upperBound), found \(found)"
    case .tooManyItems(let found, let limit):
      "an index holds at most \(limit) items, the embeddings file has \(found)"
    case .notFinite(let row):
      "row \(row) has a NaN or an infinity in its vector or as its bias; every number must be finite"
    }
  }
}
