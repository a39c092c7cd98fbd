import AkinSupport

/// What every index promises, exact or not.
///
/// Results come best first, equal scores in row order; never more than `k`, never an excluded row, never a row twice,
/// and as many as there are when fewer than `k` are left. Scores are the float64 score rounded to `Float`
/// (see ``Metric``), the same whichever index answers.
public protocol VectorIndex: Sendable {
  /// How many items there are.
  var count: Int { get }
  /// Components of an item and of a query.
  var dimension: Int { get }
  /// How items are scored.
  var metric: Metric { get }

  /// Returns up to `k` items, best score first; equal scores come in row order.
  ///
  /// - Parameters:
  ///   - query: `dimension` finite components.
  ///   - k: At least 1; may be larger than the catalogue.
  ///   - excluded: Rows that must not be in the result, as a set with the capacity ``count``; or `nil`.
  func nearest(to query: Span<Float>, k: Int, excluding excluded: RowSet?) throws(SearchError) -> [Neighbor]
}

/// A search that has no meaning.
public enum SearchError: AkinError, Equatable {
  /// `k` must be at least 1.
  case badCount(k: Int)
  /// `ef` must be at least 1.
  case badEffort(ef: Int)
  /// A recall must be above 0 and at most 1.
  case badRecall(Double)
  /// The query has another dimension than the items.
  case dimensionMismatch(expected: Int, found: Int)
  /// A component of the query is NaN or infinite. `query` counts the batch's rows from 0.
  case notFinite(query: Int, component: Int)

  public var kind: TroubleKind {
    switch self {
    case .badCount, .badEffort, .badRecall: .usage
    case .dimensionMismatch, .notFinite: .badInput
    }
  }

  public var description: String {
    switch self {
    case .badCount(let k): "k must be at least 1, found \(k)"
    case .badEffort(let ef): "ef must be at least 1, found \(ef)"
    case .badRecall(let found): "a recall must be above 0 and at most 1, found \(found)"
    case .dimensionMismatch(let expected, let found):
      "the items have \(expected) dimensions, the query has \(found)"
    case .notFinite(let query, let component):
      "query \(query) has a NaN or an infinity as component \(component); every component must be finite"
    }
  }

  public var help: String? {
    switch self {
    case .badCount: "ask for at least one item, for example -k 10"
    case .badEffort: "ask for at least one candidate, for example --ef 64"
    case .badRecall: "ask for a share of the true neighbours, for example 0.95; 1 is exact"
    case .dimensionMismatch: "query with vectors from the model that the items came from"
    case .notFinite: nil
    }
  }
}

extension Span<Float> {
  /// Throws unless this is a query of `dimension` finite components; `index` names it in the error.
  package func checkQuery(dimension: Int, index: Int = 0) throws(SearchError) {
    guard count == dimension else { throw .dimensionMismatch(expected: dimension, found: count) }
    // What is not finite has every bit of its exponent set: adding one to that carries into the sign.
    var carries: UInt32 = 0
    for component in 0..<count { carries |= (self[component].bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000 }
    guard carries & 0x8000_0000 != 0 else { return }
    for component in 0..<count where !self[component].isFinite {
      throw .notFinite(query: index, component: component)
    }
  }
}
