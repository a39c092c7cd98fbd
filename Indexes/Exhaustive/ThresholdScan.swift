import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

// Reverse search: not which items answer a query, but which queries an item answers. With t the last score of a query's list of k,
// the item x with bias b is in the list when q·x + b ≥ t, that is q·x - t ≥ -b: an inner product with a start of -t. So queries are
// encoded as items are, each with its own start, and the bound of their codes (`CodeBlock`) rules most of them out. What is left is
// scored in float64, and compared by score and row. Under Euclidean distance every query is scored.
//
// Cost: a byte a component of each query, a block at a time, and a float64 product for each query that is left.
// Benchmark: `Tools/bench/audience/run.py`.

/// Finds the queries in whose lists an item is, from the last key of each list.
@safe package final class ThresholdScan: @unchecked Sendable {
  // Safe: nothing writes it after `init`, and `queries` keeps its floats alive.
  private let queries: EmbeddingMatrix
  private let metric: Metric
  private let keys: [UInt64]
  /// The queries whose lists have room: any item is in them.
  private let open: [Int]
  /// The queries as codes, each with its last score as start; `nil` where none are used.
  private let coded: EncodedItems?
  private let kernels: UnsafePointer<akin_kernels>

  /// The number of queries.
  package var queryCount: Int { queries.count }

  private static let blockRows = 512
  /// Numbers as large as these have no codes.
  private static let greatest = 0x1p100

  /// Encodes queries.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - metric: The metric of scores.
  ///   - keys: The key (``RankKey``) of the last item of each query's list, 0 for a list that has room.
  ///   - execution: Threads; cancellation.
  /// - Complexity: O(*queries* × *dimension*).
  package init(
    _ queries: EmbeddingMatrix, metric: Metric, lastKeys keys: [UInt64], execution: Execution,
    kernels: UnsafePointer<akin_kernels> = unsafe Kernels.table
  ) throws {
    precondition(keys.count == queries.count, "\(keys.count) keys of \(queries.count) queries")
    self.queries = queries
    self.metric = metric
    self.keys = keys
    unsafe self.kernels = kernels
    open = keys.indices.filter { keys[$0] == 0 }
    guard metric != .euclidean, queries.dimension <= EncodedItems.widest, queries.count > 0 else {
      coded = nil
      return
    }
    let starts = HeldColumn(keys.map { $0 == 0 ? 0 : -RankKey.score($0) })
    coded = try unsafe EncodedItems(
      queries, count: queries.count, metric: metric, biases: starts.base,
      rotation: Rotation(for: queries, metric: metric, kernels: kernels), blockRows: ThresholdScan.blockRows,
      kernels: kernels, execution: execution
    ) { range in
      range.allSatisfy { query in
        let vector = unsafe queries.base + query * queries.stride
        let norm = unsafe kernels.pointee.dot64(vector, vector, queries.dimension).squareRoot()
        return unsafe (norm == 0 || norm > 1 / ThresholdScan.greatest && norm < ThresholdScan.greatest)
          && abs(Double(starts.base[query])) < ThresholdScan.greatest
      }
    }
    withExtendedLifetime(starts) {}
  }

  /// The queries in whose lists an item is, ascending, with its score.
  ///
  /// - Parameters:
  ///   - item: The item's vector, of the dimension of the queries.
  ///   - bias: Its bias.
  ///   - row: Its row, which decides ties.
  package func queries(of item: [Float], bias: Float, row: Row) -> [(query: Int, score: Float)] {
    precondition(item.count == queries.dimension, "an item of \(item.count) components")
    let vector = EmbeddingMatrix(uniformRows: [item], dimension: queries.dimension)
    // Safe: `vector` lives until the end of this call.
    let scorer = unsafe CanonicalScorer(
      metric: metric, query: vector.base, dimension: queries.dimension, kernels: kernels)
    var found: [(query: Int, score: Float)] = []
    // An inner product, a cosine and a distance have the same bits in either order of their vectors.
    func offer(_ query: Int) {
      let score = unsafe scorer.score(queries.base + query * queries.stride, bias: bias)
      guard !score.isNaN, RankKey.make(score: score, row: row.index) >= keys[query] else { return }
      found.append((query, score))
    }
    if let coded {
      scan(coded, vector, norm: scorer.queryNorm, bias: Double(bias)) { if keys[$0] != 0 { offer($0) } }
      for query in open { offer(query) }
      if !open.isEmpty { found.sort { $0.query < $1.query } }
    } else {
      for query in 0..<queries.count { offer(query) }
    }
    withExtendedLifetime(vector) {}
    return found
  }

  /// The queries that their codes do not rule out for an item, ascending; all where there are no codes.
  func candidates(of item: [Float], bias: Float) -> [Int] {
    guard let coded else { return Array(keys.indices) }
    let vector = EmbeddingMatrix(uniformRows: [item], dimension: queries.dimension)
    // Safe: `vector` lives until the end of this call.
    let scorer = unsafe CanonicalScorer(
      metric: metric, query: vector.base, dimension: queries.dimension, kernels: kernels)
    var found: [Int] = []
    scan(coded, vector, norm: scorer.queryNorm, bias: Double(bias)) { found.append($0) }
    withExtendedLifetime(vector) {}
    return found
  }

  /// Calls `offer` for each query that its code does not rule out, ascending.
  private func scan(
    _ coded: EncodedItems, _ vector: EmbeddingMatrix, norm: Double, bias: Double, _ offer: (Int) -> Void
  ) {
    let encoded = unsafe EncodedQueries(
      vector.base, stride: vector.stride, count: 1, norms: [norm], inPairs: kernels.pointee.level == AKIN_AVX2,
      for: coded)
    let filter = unsafe CodeFilter(queries: 1, over: coded)
    let positions = UnsafeMutablePointer<UInt32>.allocate(capacity: ThresholdScan.blockRows)
    defer { unsafe positions.deallocate() }
    for start in stride(from: 0, to: queries.count, by: ThresholdScan.blockRows) {
      let range = start..<min(start + ThresholdScan.blockRows, queries.count)
      let block = unsafe coded.blocks[start / ThresholdScan.blockRows]
      guard let ask = encoded.ask(0, block, wanted: wanted(norm: norm, bias: bias, in: block)) else {
        for query in range { offer(query) }
        continue
      }
      // Safe: the batch has room for one query, and `positions` for a block.
      unsafe filter.batch.removeAll()
      unsafe filter.batch.add(0, ask, code: encoded.code(of: 0))
      unsafe filter.find(in: coded, range)
      let count = unsafe filter.positions(of: 0, into: positions)
      for place in 0..<count { offer(start &+ Int(unsafe positions[place])) }
    }
  }

  /// The exact value that q·x - t must have for the item to be in the list of a query; rounded down.
  ///
  /// The score is the float64 sum q·x + b, rounded to `Float`. It reaches t, a `Float`, only where the sum is at least t less half a
  /// unit of its last place: at most 2⁻²⁴ |t|, or 2⁻¹⁵⁰. A float64 sum of products is off by less than 2⁻⁴⁰ |q||x|.
  private func wanted(norm: Double, bias: Double, in block: CodeBlock) -> Double {
    let (length, own) = metric == .cosine ? (1.0, 1.0) : (norm, block.norm + block.tail)
    return -bias - block.start * 0x1p-23 - length * own * 0x1p-38 - abs(bias) * 0x1p-48 - 0x1p-149
  }
}
