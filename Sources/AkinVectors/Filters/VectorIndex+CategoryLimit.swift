import AkinSupport

extension VectorIndex {
  /// Returns the items with the best scores for a vector, at most so many of a category: the list that
  /// ``CategoryLimit/list(from:k:)`` takes from the ranking of all items. It has `k` items while `k` are left that the limit lets in.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter; the effort holds for each of the searches.
  ///   - categoryLimit: The limit; one of `k` or more does not bind.
  /// - Throws: ``SearchError`` for an invalid request, query or limit.
  /// - Complexity: that of some searches, each for four times as many items, the first for 4 *k*.
  public func nearest(
    to query: Span<Float>, _ request: SearchRequest, categoryLimit: CategoryLimit
  ) throws(SearchError) -> [Neighbor] {
    try limited(request, categoryLimit) { asked throws(SearchError) in try nearest(to: query, asked) }
  }

  /// Returns the items most similar to an item of the index, at most so many of a category, as
  /// ``nearest(to:_:categoryLimit:)`` does. The categories of the item itself have as much room as others.
  ///
  /// - Parameters:
  ///   - row: The row of the item.
  ///   - request: The number of items, the search effort and the filter; the effort holds for each of the searches.
  ///   - categoryLimit: The limit; one of `k` or more does not bind.
  /// - Throws: ``SearchError`` for an invalid request or limit.
  public func related(
    to row: Row, _ request: SearchRequest, categoryLimit: CategoryLimit
  ) throws(SearchError) -> [Neighbor] {
    try limited(request, categoryLimit) { asked throws(SearchError) in try related(to: row, asked) }
  }

  /// Answers each row of `queries` as ``nearest(to:_:categoryLimit:)`` does.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query.
  ///   - categoryLimit: The limit of every list.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: ``SearchError``, or `Cancelled`.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, categoryLimit: CategoryLimit,
    filter: (@Sendable (_ query: Int) -> RowFilter?)? = nil, execution: Execution = Execution()
  ) throws -> NeighborTable {
    try nearest(
      toEach: queries, request, under: categoryLimit, filter: filter, reaches: { _, _ in true }, execution: execution)
  }

  /// Answers each row of `queries`, under a limit where there is one.
  ///
  /// - Parameter reaches: Whether an item is good enough for the list of a query. A list under a limit ends before the first that is
  ///   not; one without a limit does not look.
  package func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, under categoryLimit: CategoryLimit?,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, reaches: (_ query: Int, Neighbor) -> Bool,
    execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    try categoryLimit?.check(count: count)
    guard let limit = categoryLimit?.binding(k: request.k) else {
      return try nearest(toEach: queries, request, filter: filter, execution: execution)
    }
    let lists = ListSearch(k: request.k, under: limit, count: count)
    return try lists.each(queries.count, execution, reaches: reaches) { rows, k, closed, execution in
      var asked = request
      asked.k = k
      let own: @Sendable (Int) -> RowFilter? = { place in
        let own = filter?(rows[place])
        return closed(place).map { own?.excluding($0) ?? .excluding($0) } ?? own
      }
      let some = rows.count < queries.count ? queries.gathered(rows) : queries
      return try nearest(toEach: some, asked, filter: own, execution: execution)
    }
  }

  /// The items most similar to each item of a range, under a limit.
  package func related(
    toEach items: Range<Int>, _ request: SearchRequest, under categoryLimit: CategoryLimit?, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    try categoryLimit?.check(count: count)
    guard let limit = categoryLimit?.binding(k: request.k) else {
      return try related(toEach: items, request, execution: execution)
    }
    let lists = ListSearch(k: request.k, under: limit, count: count)
    return try lists.each(items.count, execution) { rows, k, closed, execution in
      var asked = request
      asked.k = k
      if rows.count == items.count, closed(0) == nil {
        return try related(toEach: items, asked, execution: execution)
      }
      return try NeighborTable(queryCount: rows.count, k: min(k, count), execution: execution) { range, answer in
        for place in range {
          let own = closed(place).map { asked.excluding($0) } ?? asked
          answer(place, try related(to: Row(items.lowerBound + rows[place]), own))
        }
      }
    }
  }

  private func limited(
    _ request: SearchRequest, _ limit: CategoryLimit, _ search: (SearchRequest) throws(SearchError) -> [Neighbor]
  ) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    try limit.check(count: count)
    guard let limit = limit.binding(k: request.k) else { return try search(request) }
    let lists = ListSearch(k: request.k, under: limit, count: count)
    return try lists.one { k, closed throws(SearchError) in
      var asked = closed.map { request.excluding($0) } ?? request
      asked.k = k
      return try search(asked)
    }.list
  }
}

extension EmbeddingMatrix {
  /// A copy of some rows.
  fileprivate func gathered(_ rows: [Int]) -> EmbeddingMatrix {
    EmbeddingMatrix(uniformRows: rows.map { self[Row($0)] }, dimension: dimension)
  }
}
