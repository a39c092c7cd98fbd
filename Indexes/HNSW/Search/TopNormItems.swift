import AkinExhaustive
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The items of largest norm of an index for inner products, as bytes in panels: most answers are among them.
///
/// Nodes are numbered by falling norm (of vector and bias). A search first scans a prefix of them, block by block,
/// until no later item can be in its answer, or until a walk from the best of them is cheaper than the rest. The bytes
/// have bounded errors (``CodeBlock``), so the scan scores only items that may be among the best, and misses none.
///
/// Cost: 0.15 ns a row and query at 64 dimensions (AVX-512 VNNI), and 5 ns for each scored row, some 30 in the first
/// block and few in the others. Benchmark: `Tools/bench/graph/run.py`, the row "akin graph" on factors.
@safe final class TopNormItems: Sendable {
  /// The limit of the items, in bytes as vectors: their codes, a quarter of it, stay in the second-level cache.
  private static let bytes = 2 << 20
  /// Items that share a step of bytes.
  static let blockRows = 256
  /// Queries of one scan: a multiple of the register block of every level.
  static let batch = 24

  /// The number of items.
  let count: Int
  private let encoded: EncodedItems
  /// The items as floats: at least the first ``count``.
  let items: EmbeddingMatrix

  /// - Complexity: O(2 MiB).
  init(of storage: GraphStorage) throws {
    let dimension = storage.vectors.dimension
    let kernels = unsafe storage.kernels
    let count = min(storage.vectors.count, max(16, TopNormItems.bytes / (4 * dimension)))
    let items = storage.vectors.first(count)
    (self.count, self.items) = (count, items)
    encoded = try unsafe EncodedItems(
      items, count: count, metric: .innerProduct, biases: storage.biases,
      rotation: Rotation(identity: dimension, kernels: kernels), blockRows: TopNormItems.blockRows, kernels: kernels,
      execution: Execution(threads: 1)
    ) { range in
      // A file may hold any value.
      range.allSatisfy { node in
        // Safe: the node lies inside the matrix, and there is a bias for it where there are any.
        let vector = unsafe items.base + node * items.stride
        let square = unsafe kernels.pointee.dot64(vector, vector, dimension)
        return unsafe square.isFinite && storage.biases.map { unsafe $0[node].magnitude } ?? 0 <= 0x1p50
      }
    }
  }

  /// Scores the largest items for each of some queries.
  ///
  /// - Parameters:
  ///   - queries: `dimension` components each, `stride` floats from one to the next; at most ``batch``.
  ///   - rows: How many items are scanned for each query, unless fewer tell that no other can be in its answer; half as
  ///     many more where those will tell it.
  ///   - capacity: How many of the best are kept, unless the scan ends with the answer.
  ///   - k: How many the answer shall have, at most `capacity`.
  ///   - allowed: The nodes that may be in the answer; `nil` for all.
  @unsafe func scan(
    _ queries: UnsafePointer<Float>, stride: Int, number: Int, rows: Int, capacity: Int, k: Int,
    allowed: NodeFilter? = nil, of storage: GraphStorage
  ) -> PrefixScan {
    let bounds = (0..<number).map { query in
      unsafe InnerProductBound(of: queries + query * stride, storage: storage)
    }
    var scan = unsafe PrefixScan(
      bounds, capacity: capacity, k: k, rows: rows, count: count, kernels: encoded.kernels)
    let asked = unsafe EncodedQueries(
      queries, stride: stride, count: number, norms: bounds.map(\.length), inPairs: true, for: encoded)
    let batch = unsafe QueryBatch(queries: number, width: encoded.width)
    let values = AlignedFloats(count: number * TopNormItems.blockRows)
    var alive = Array(0..<number)
    var roundings: [CodeRounding] = []
    var first = 0
    while first < count && !alive.isEmpty {
      let size = min(TopNormItems.blockRows, count - first)
      let block = unsafe encoded.blocks[first / TopNormItems.blockRows]
      roundings.removeAll(keepingCapacity: true)
      unsafe batch.removeAll()
      for query in alive {
        let rounding = asked.rounding(of: query, in: block)
        roundings.append(rounding)
        let ask = unsafe akin_code_query(
          code_sum: asked.facts[query].sum, start_scale: rounding.startScale, tail_scale: 0, floor: 0)
        unsafe batch.add(query, ask, code: asked.code(of: query))
      }
      let (codes, starts, _) = unsafe encoded.panels(from: first)
      // Safe: a block begins where a panel does, and `values` has a block for each query.
      unsafe encoded.kernels.pointee.code_product(
        batch.codes, encoded.width, batch.about, alive.count, codes, (size + 15) / 16, encoded.width, starts,
        values.floats.baseAddress!, TopNormItems.blockRows)
      for (place, query) in alive.enumerated() {
        unsafe scan.take(
          values.floats.baseAddress! + place * TopNormItems.blockRows, first..<first + size, for: query,
          queries + query * stride, roundings[place], allowed, items, of: storage)
      }
      first += size
      alive.removeAll { scan.isOver($0, after: first, allowed) }
    }
    for query in 0..<number { scan.end(query) }
    return scan
  }
}
