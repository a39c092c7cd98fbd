import AkinSupport

/// An invalid search.
public enum SearchError: AkinError, Equatable {
  /// `k` is below 1.
  case badCount(k: Int)
  /// `ef` is below 1.
  case badEffort(ef: Int)
  /// A recall target is not above 0 and at most 1.
  case badRecall(Double)
  /// The minimum score is NaN.
  case badMinimumScore(Float)
  /// A diversity is not from 0 to 1.
  case badDiversity(Double)
  /// A limit of items per category is below 1.
  case badCategoryLimit(Int)
  /// The categories of a limit are those of another number of items.
  case categoryMismatch(expected: Int, found: Int)
  /// The capacity of the filter differs from the number of items.
  case filterMismatch(expected: Int, found: Int)
  /// The dimensions of query and items differ.
  case dimensionMismatch(expected: Int, found: Int)
  /// A component of the query is NaN or infinite. `query` is its row in the batch, from 0.
  case notFinite(query: Int, component: Int)
  /// The scores of a query do not fit `Float`: they overflow, or underflow to nearly nothing. `query` is its row in the
  /// batch, from 0.
  case scoreOutOfRange(query: Int)
  /// The graph cannot promise a recall target, and the exact scan may not answer in its place.
  case recallNotPromised(Double, k: Int)

  public var kind: TroubleKind {
    switch self {
    case .badCount, .badEffort, .badRecall, .badMinimumScore, .badDiversity, .badCategoryLimit, .categoryMismatch,
      .filterMismatch:
      .usage
    case .dimensionMismatch, .notFinite, .scoreOutOfRange, .recallNotPromised: .badInput
    }
  }

  public var description: String {
    switch self {
    case .badCount(let k): "k must be at least 1, found \(k)"
    case .badEffort(let ef): "ef must be at least 1, found \(ef)"
    case .badRecall(let found): "a recall must be above 0 and at most 1, found \(found)"
    case .badMinimumScore(let found): "a minimum score must be a number, found \(found)"
    case .badDiversity(let found): "a diversity must be from 0 to 1, found \(found)"
    case .badCategoryLimit(let found): "a limit of items per category must be at least 1, found \(found)"
    case .categoryMismatch(let expected, let found):
      "the limit has the categories of \(found) items, the index has \(expected) items"
    case .filterMismatch(let expected, let found):
      "the filter is over \(found) rows, the index has \(expected) items"
    case .dimensionMismatch(let expected, let found):
      "the items have \(expected) dimensions, the query has \(found)"
    case .notFinite(let query, let component):
      "query \(query) has a NaN or an infinity as component \(component); every component must be finite"
    case .scoreOutOfRange(let query):
      "the scores of query \(query) do not fit float32: its products with the items are too large or too small"
    case .recallNotPromised(let recall, let k): "the graph cannot promise a recall of \(recall) for k = \(k)"
    }
  }

  public var help: String? {
    switch self {
    case .badCount: "ask for at least one item, for example -k 10"
    case .badEffort: "ask for at least one candidate, for example --ef 64"
    case .badRecall: "ask for a share of the true neighbours, for example 0.95; 1 is exact"
    case .badMinimumScore, .badDiversity, .badCategoryLimit, .categoryMismatch, .filterMismatch: nil
    case .dimensionMismatch: "query with vectors from the model that the items came from"
    case .notFinite: nil
    case .recallNotPromised:
      "ask for a lower recall or for fewer items, or let the exact scan answer: omit --no-fallback"
    case .scoreOutOfRange:
      """
      multiply the vectors by a power of two so that products are near 1; the order stays. Tiny factors come from a \
      training with too much regularisation: train with a lower --lambda
      """
    }
  }
}
