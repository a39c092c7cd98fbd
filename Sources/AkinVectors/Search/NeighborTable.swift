import AkinSupport

/// The answers to a batch of queries: `k` entries for each, filled from the front.
public struct NeighborTable: Sendable, Equatable {
  /// The number of queries.
  public let queryCount: Int
  /// Entries of each query.
  public let k: Int
  /// The number of filled entries of each query.
  public private(set) var counts: [Int]
  private var places: [Neighbor]

  /// Creates a table without answers.
  ///
  /// - Parameters:
  ///   - queryCount: The number of queries.
  ///   - k: Entries of each query.
  public init(queryCount: Int, k: Int) {
    self.queryCount = queryCount
    self.k = k
    counts = Array(repeating: 0, count: queryCount)
    places = Array(repeating: Neighbor(row: Row(UInt32.max), score: -.infinity), count: queryCount * k)
  }

  /// The answer to one query, best first; setting keeps at most `k`.
  ///
  /// - Parameter query: The row of the query.
  public subscript(query: Int) -> ArraySlice<Neighbor> {
    get { places[query * k..<query * k + counts[query]] }
    set {
      counts[query] = min(k, newValue.count)
      for place in 0..<counts[query] { places[query * k + place] = newValue[newValue.startIndex + place] }
    }
  }

  /// Makes a table that `fill` writes.
  ///
  /// - Parameter fill: Gets the places, `k` for each query, and the number of filled ones of each query, which it sets to at
  ///   most `k`.
  @unsafe package init(
    queryCount: Int, k: Int,
    fill: (_ places: UnsafeMutablePointer<Neighbor>, _ counts: UnsafeMutablePointer<Int>) throws -> Void
  ) throws {
    self.init(queryCount: queryCount, k: k)
    guard queryCount > 0, k > 0 else { return }
    try unsafe counts.withUnsafeMutableBufferPointer { counts in
      // Safe: neither array is empty.
      try unsafe places.withUnsafeMutableBufferPointer { try unsafe fill($0.baseAddress!, counts.baseAddress!) }
    }
  }

  /// Fills a table on several threads.
  ///
  /// - Parameter fill: Gets a range of queries and a function that stores the answer to one of them, best first; called
  ///   on any thread, once for each range.
  package init(
    queryCount: Int, k: Int, execution: Execution,
    fill: (_ queries: Range<Int>, _ answer: (_ query: Int, _ neighbors: [Neighbor]) -> Void) throws -> Void
  ) throws {
    self.init(queryCount: queryCount, k: k)
    try unsafe counts.withUnsafeMutableBufferPointer { counts in
      try unsafe places.withUnsafeMutableBufferPointer { places in
        // Safe: only the chunk that holds a query writes its entries.
        let (counts, places) = unsafe (counts, places)
        // Large enough to share work between queries, small enough to keep all threads busy.
        let chunk = max(1, min(256, queryCount / (4 * execution.threads)))
        try execution.forEachChunk(of: queryCount, by: chunk) { _, range in
          try fill(range) { query, neighbors in
            unsafe counts[query] = min(k, neighbors.count)
            for (place, neighbor) in neighbors.prefix(k).enumerated() {
              unsafe places[query * k + place] = neighbor
            }
          }
        }
      }
    }
  }
}
