import AkinSupport
import AkinTestSupport
import AkinVectors

@testable import AkinExhaustive

/// Every item scored in float64, then sorted: no bound, no order of blocks, nothing left out.
struct FullScan {
  let catalogue: Catalogue
  var rows: [UInt32]?

  /// The `k` best of all items that are not excluded.
  func nearest(to query: [Float], k: Int, excluding excluded: Set<Int> = []) -> [Neighbor] {
    let items = catalogue.items
    var keys: [UInt64] = []
    // From time to time the best so far are sorted, and what is behind the last of them is left out from then on.
    var least: UInt64 = 0
    let limit = k > 0 && k < items.count / 4 ? 2 * k + 16 : .max
    unsafe query.withUnsafeBufferPointer { query in
      // Safe: the query outlives the scorer, and each item lies inside the matrix.
      let scorer = unsafe CanonicalScorer(
        metric: catalogue.metric, query: query.baseAddress!, dimension: items.dimension,
        kernels: Kernels.table(at: .scalar)!)
      for item in 0..<items.count {
        let row = rows?[item] ?? UInt32(item)
        if !excluded.isEmpty && excluded.contains(Int(row)) { continue }
        let score = unsafe scorer.score(items.base + item * items.stride, bias: catalogue.biases?[item] ?? 0)
        if score.isNaN { continue }
        let key = RankKey.make(score: score, row: row)
        if key < least { continue }
        keys.append(key)
        if keys.count < limit { continue }
        keys.sort(by: >)
        keys.removeLast(keys.count - k)
        least = keys[k - 1]
      }
    }
    keys.sort(by: >)
    return keys.prefix(k).map { RankKey.neighbor($0) }
  }
}

/// Asks batches that are looked at by codes, and says where an answer is not that of the full scan.
struct CodedCheck {
  let scan: FullScan
  let queries: [[Float]]
  var levels = Kernels.available

  init(_ catalogue: Catalogue, rows: [UInt32]? = nil, queries: [[Float]]) {
    scan = FullScan(catalogue: catalogue, rows: rows)
    self.queries = queries
  }

  /// - Returns: The first differences, a sentence each.
  func differences(k: Int, excluding excluded: Set<Int> = [], threads: Int = 1) throws -> [String] {
    let catalogue = scan.catalogue
    let truth = queries.map { scan.nearest(to: $0, k: k, excluding: excluded) }
    let matrix = EmbeddingMatrix(uniformRows: queries, dimension: catalogue.items.dimension)
    // What some answers are known to reach: the truth, somewhat less, and nothing.
    let reached: [Float] = truth.enumerated().map { query, truth -> Float in
      truth.count == min(k, catalogue.count) && query % 3 != 2
        ? (query % 3 == 0 ? truth[truth.count - 1].score : truth[truth.count - 1].score.nextDown) : -.infinity
    }
    let without: RowSet? = excluded.isEmpty ? nil : RowSet(excluded.map { Row($0) }, capacity: catalogue.count)
    var differences: [String] = []
    for level in levels {
      let index = ExhaustiveIndex(catalogue, rows: scan.rows, level: level)
      // What a third of the queries are known to reach is nothing, so the others stand for all at the levels but one.
      let knowledge: [[Float]?] = level == levels.last ? [nil, reached] : [reached]
      for known in knowledge {
        let table = try index.nearest(
          toEach: matrix, k: k, excluding: { _ in without }, reached: known, execution: Execution(threads: threads))
        for query in queries.indices {
          let found = Array(table[query])
          let right = truth[query]
          if found == right { continue }
          let place: Int = found.indices.first { $0 >= right.count || found[$0] != right[$0] } ?? found.count
          let (one, other) = (Array(found[place...].prefix(2)), Array(right.dropFirst(place).prefix(2)))
          let counts = "\(found.count) found of \(right.count)"
          differences.append(
            "\(level), query \(query), reached \(known?[query] as Any): \(counts); at \(place) \(one), not \(other)")
        }
      }
      // One by one: the codes are there now.
      if queries.count >= ExhaustiveIndex.fewestForCodes && index.codesOfFew() == nil {
        differences.append("\(level): a search for one query does without the codes that a batch has made")
      }
      // The first twelve, and one of each seven further on: queries of every kind, for kinds take turns of 4 to 12.
      for (query, vector) in queries.enumerated() where query < 12 || query % 7 == 0 {
        let found = try index.nearest(to: vector.span, k: k, excluding: without)
        if found != truth[query] {
          differences.append("\(level), query \(query) alone: \(found.prefix(3)), not \(truth[query].prefix(3))")
        }
      }
    }
    return Array(differences.prefix(5))
  }
}

// Requests as tests write them.

extension ExhaustiveIndex {
  func nearest(to query: Span<Float>, k: Int, excluding excluded: RowSet? = nil) throws(SearchError) -> [Neighbor] {
    try nearest(to: query, SearchRequest(k: k, filter: excluded.map { .excluding($0) }))
  }

  func nearest(
    toEach queries: EmbeddingMatrix, k: Int, excluding: (@Sendable (Int) -> RowSet?)? = nil, reached: [Float]? = nil,
    execution: Execution = Execution()
  ) throws -> NeighborTable {
    var filter: (@Sendable (Int) -> RowFilter?)?
    if let excluding { filter = { query in excluding(query).map { .excluding($0) } } }
    return try nearest(toEach: queries, k: k, filter: filter, reached: reached, execution: execution)
  }
}
