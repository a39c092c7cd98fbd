import AkinSupport
import AkinVectors
import CAkinKernels

extension ExhaustiveIndex {
  /// Returns the items with the best scores for a vector, best score first; equal scores come in row order.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items and the filter; every effort is exact.
  /// - Complexity: O(*items* × *dimension*), bound by memory; less where whole blocks cannot hold a result. The first
  ///   search by `innerProduct` or `cosine` also computes the norms, unless they were given. After some scans (8; 64
  ///   with more than 256 dimensions) items are encoded, *dimension* (128) bytes each, and later searches scan the
  ///   codes first.
  public func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try nearest(to: query, request, reached: -.infinity)
  }

  /// Answers a query, given a lower bound on the scores of the answer; the search skips lesser items.
  ///
  /// - Parameter reached: A score that `k` items reach, here or elsewhere; -∞ without one.
  package func nearest(
    to query: Span<Float>, _ request: SearchRequest, reached: Float
  ) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    try query.checkQuery(dimension: dimension)
    let least = max(reached, request.minimumScore ?? -.infinity)
    let found = nearest(to: query, k: request.k, request.allowedRows(), reached: least)
    guard let least = request.minimumScore else { return found }
    return Array(found.prefix { $0.score >= least })
  }

  private func nearest(to query: Span<Float>, k: Int, _ allowed: AllowedRows?, reached: Float) -> [Neighbor] {
    let kept = min(k, count)
    guard kept > 0 else { return [] }
    let prepared = prepared(for: allowed?.shared, queries: 1)
    if let gathered = prepared?.gathered {
      return gathered.nearest(to: query, k: k, AllowedRows(nil, and: allowed?.own), reached: reached)
    }
    let places = UnsafeMutablePointer<UInt64>.allocate(capacity: kept)
    defer { unsafe places.deallocate() }
    // Safe: `query` has `dimension` components and `places` has `kept` entries, both until this call ends.
    let found: Int
    if let list = prepared?.list {
      found = unsafe query.withUnsafeBufferPointer { query in
        unsafe scan(list, for: query.baseAddress!, allowed: allowed?.own, into: places, k: kept)
      }
    } else if let coded = codesOfFew() {
      let queries = unsafe EmbeddingMatrix(
        uniformRows: [query.withUnsafeBufferPointer { unsafe Array($0) }], dimension: dimension)
      let summary = normSummary()
      // A sample under a mask costs more than it saves one query. Without a guess the answer is always known.
      var answer: Int?
      let isSampled = prepared?.mask == nil && reached == -.infinity
      for sample in [isSampled ? scoreSample(summary, nil) : nil, nil] where answer == nil {
        let block = unsafe QueryBlock(
          of: self, queries: queries, range: 0..<1, allowed: { _ in allowed }, mask: prepared?.mask, coded: coded,
          reached: [reached], sample: sample, summary, k: kept)
        // Nothing cancels a search without an execution.
        try? unsafe block.scan(0..<count, summary)
        answer = unsafe block.finish(0, into: places)
      }
      found = answer ?? 0
    } else {
      found = unsafe query.withUnsafeBufferPointer { query in
        unsafe scan(query.baseAddress!, allowed: allowed, into: places, k: kept, reached: reached)
      }
    }
    return unsafe UnsafeBufferPointer(start: places, count: found).map(RankKey.neighbor)
  }

  /// Scans all items for one query; returns the number of keys written to `places`.
  ///
  /// Hot: one call that scores and one that compares for each block of 256 items. From DRAM, the cost is that of
  /// reading the items.
  @unsafe func scan(
    _ query: UnsafePointer<Float>, allowed: AllowedRows?, into places: UnsafeMutablePointer<UInt64>, k: Int,
    reached: Float = -.infinity
  ) -> Int {
    // Squared differences need no norms; the other metrics take rounding bounds and block bounds from them.
    let summary = metric == .euclidean ? nil : normSummary()
    let entries = unsafe CandidateEntries(queries: 1, k: k, items: count)
    var candidates = unsafe Candidates(
      of: self, query: query, allowed: allowed, in: entries, place: 0, k: k, reached: reached, summary)
    let bound = unsafe candidates.bound
    if metric == .cosine && bound.queryNorm == 0 { return 0 }
    let scaled = unsafe unitQuery(query, norm: bound.queryNorm)
    let blockRows = NormSummary.blockRows
    let scores = AlignedFloats(count: blockRows)
    let hits = UnsafeMutablePointer<UInt32>.allocate(capacity: blockRows)
    defer { unsafe hits.deallocate() }

    var start = 0
    var scanned = 0
    defer { noteScan(rows: scanned) }
    while start < count {
      let end = min(start + blockRows, count)
      defer { start = end }
      let block = summary?.blocks[start / blockRows]
      if let block {
        if unsafe bound.best(in: block) < RoundingBound.least(roundingTo: candidates.kthScore) { continue }
        if !bound.trusts(block) {
          unsafe candidates.takeScores(start..<end)
          continue
        }
      }
      scanned += end - start
      // Safe: `values` has room for a block, and the items of the block lie inside the matrix and its columns.
      let values = unsafe scores.floats.baseAddress!
      unsafe filterValues(
        scaled?.floats.baseAddress.map { unsafe UnsafePointer($0) } ?? query, start, end, summary, values)
      unsafe candidates.take(values, end - start, first: start, block, hits)
    }
    return unsafe candidates.finish(into: places) ?? 0
  }

  /// The float32 values of the items `start..<end` (``RoundingBound``).
  @unsafe private func filterValues(
    _ query: UnsafePointer<Float>, _ start: Int, _ end: Int, _ summary: NormSummary?,
    _ values: UnsafeMutablePointer<Float>
  ) {
    let count = end - start
    let first = unsafe items.base + start * items.stride
    switch metric {
    case .innerProduct:
      unsafe kernels.pointee.dot_run(query, first, items.stride, items.dimension, count, values)
      if let biases = unsafe biases {
        for index in 0..<count { unsafe values[index] += biases[start &+ index] }
      }
    case .cosine:
      unsafe kernels.pointee.dot_run(query, first, items.stride, items.dimension, count, values)
      if let inverses = unsafe summary?.perRow?.floats.baseAddress {
        for index in 0..<count { unsafe values[index] *= inverses[start &+ index] }
      }
    case .euclidean:
      unsafe kernels.pointee.squared_euclidean_run(query, first, items.stride, items.dimension, count, values)
      for index in 0..<count { unsafe values[index] = -values[index] }
    }
  }

  /// The query divided by its norm, for cosine; `nil` for the other metrics.
  @unsafe func unitQuery(_ query: UnsafePointer<Float>, norm: Double) -> AlignedFloats? {
    guard metric == .cosine else { return nil }
    let unit = AlignedFloats(count: items.stride)
    for component in 0..<dimension { unsafe unit.floats[component] = Float(Double(query[component]) / norm) }
    return unit
  }
}
