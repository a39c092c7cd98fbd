import AkinExhaustive
import AkinHNSW
import AkinSupport
import AkinVectors

extension CatalogueIndex {
  /// The exact index over the same items, by the metric of the catalogue or another one.
  ///
  /// - Parameter metric: The metric of scores; `nil` takes that of the catalogue.
  public func exhaustive(by metric: Metric? = nil) -> CatalogueScan {
    CatalogueScan(catalogue: self, metric: metric ?? self.metric)
  }
}

/// The exact index over the items of a catalogue, with its rows.
public struct CatalogueScan: VectorIndex {
  private let catalogue: CatalogueIndex
  /// The metric of scores.
  public let metric: Metric

  fileprivate init(catalogue: CatalogueIndex, metric: Metric) {
    self.catalogue = catalogue
    self.metric = metric
  }

  /// The number of rows, deleted items included.
  public var count: Int { catalogue.count }
  /// Components of an item and of a query.
  public var dimension: Int { catalogue.dimension }

  /// A copy of the vector of an item, or `nil` for a row without one.
  ///
  /// - Parameter row: The row of the item.
  public func vector(of row: Row) -> [Float]? { catalogue.vector(of: row) }

  /// Returns the items with the best scores for a vector, best first; equal scores come in order of arrival.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items and the filter; every effort is exact.
  /// - Throws: `SearchError` for an invalid request or query.
  public func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    try query.checkQuery(dimension: dimension)
    var found: [Neighbor] = []
    for part in catalogue.parts {
      guard let own = catalogue.own(request, in: part) else { continue }
      for one in try part.exhaustive(by: metric).nearest(to: query, own) { found.append(part.shifted(one)) }
    }
    return catalogue.best(found, k: request.k)
  }

  /// Returns the items most similar to an item by ``relatedMetric``, without the item itself.
  ///
  /// - Parameters:
  ///   - row: The row of the item.
  ///   - request: The number of items and the filter; every effort is exact.
  /// - Throws: `SearchError` for an invalid request.
  public func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try related(to: row, request, by: catalogue.exhaustive(by: relatedMetric))
  }
}
