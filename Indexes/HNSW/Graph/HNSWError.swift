import AkinSupport

/// An error of building an index.
public enum HNSWError: AkinError, Equatable {
  /// A build option is out of range.
  case badOption(name: String, found: Int, allowed: ClosedRange<Int>)
  /// There are more items than an index can hold.
  case tooManyItems(found: Int, limit: Int)
  /// A vector or a bias of the embeddings file has a NaN or an infinity.
  case notFinite(row: Int)
  /// A component is too large to be rounded to fewer bytes.
  case tooLargeToRound(row: Int, found: Float)
  /// Vectors have more components than codes can stand for.
  case tooWideForCodes(dimension: Int, limit: Int)
  /// There are too few queries to measure a recall with.
  case tooFewQueries(found: Int)
  /// Squared Euclidean distances between vectors of this length do not fit `Float`: they would all be 0 or infinite.
  case lengthOutOfRange(longest: Float)

  /// Fewer queries make no estimate of a recall.
  static let fewestQueries = 30
  /// The lengths of the longest vector for which squared distances fit: with room for near neighbours below, and for a
  /// query of twice the length above.
  static let euclideanLengths: ClosedRange<Float> = 0x1p-44...0x1p61

  public var kind: TroubleKind {
    switch self {
    case .badOption: .usage
    case .tooManyItems, .notFinite, .tooFewQueries, .lengthOutOfRange, .tooLargeToRound: .badInput
    case .tooWideForCodes: .usage
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
    case .tooLargeToRound(let row, let found):
      "row \(row) has a component of \(found); vectors in fewer bytes have components below 2^126"
    case .tooWideForCodes(let dimension, let limit):
      "codes stand for vectors of up to \(limit) components, found \(dimension)"
    case .tooFewQueries(let found):
      "a recall is measured with at least \(HNSWError.fewestQueries) queries, found \(found)"
    case .lengthOutOfRange(let longest):
      """
      squared Euclidean distances must fit float32: the longest vector must have a length of \
      \(HNSWError.euclideanLengths.lowerBound) to \(HNSWError.euclideanLengths.upperBound), found \(longest)
      """
    }
  }

  public var help: String? {
    switch self {
    case .badOption, .tooManyItems, .notFinite: nil
    case .tooLargeToRound:
      "keep the vectors as they are (float32), or divide all of them and all queries by a power of two"
    case .tooWideForCodes: "keep a byte a component: int8"
    case .tooFewQueries: "give more of the queries that the index will be asked, or leave them out"
    case .lengthOutOfRange(let longest):
      "multiply all vectors and queries by 2^\(-Int(longest.exponent)); the order of distances stays"
    }
  }
}
