import AkinExhaustive
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

extension RowCodes {
  /// The number of sampled items in ``fitness(_:execution:)``.
  private static let asked = 100
  /// The numbers of compared neighbours, of wanted ones, and of codes that may precede the last wanted one.
  private static let near = (among: 64, wanted: 10, kept: 13)
  /// The smallest fitness of usable codes. Codes along axes are coarser, but save so much more that reranking their
  /// errors pays.
  private static let leastFitness = (plain: 0.9, axes: 0.7)

  /// The codes of `items`, where they pay and distinguish neighbours; otherwise `nil`.
  ///
  /// See ``init(of:metric:leastBytes:kernels:execution:)``.
  static func fit(
    of items: EmbeddingMatrix, metric: Metric, leastBytes: Int, kernels: UnsafePointer<akin_kernels>,
    execution: Execution
  ) throws -> RowCodes? {
    // Vectors of many directions need more axes, and some more than pay.
    for axisCount in CodeBook.axisCounts where axisCount == CodeBook.axisCounts[0] || axisCount <= items.dimension {
      let made = try unsafe RowCodes(
        of: items, metric: metric, leastBytes: leastBytes, axisCount: axisCount, kernels: kernels,
        execution: execution)
      guard let codes = made else { return nil }
      let least = codes.book.axes == nil ? leastFitness.plain : leastFitness.axes
      if try codes.fitness(items, execution: execution) >= least { return codes }
      if codes.book.axes == nil { return nil }
    }
    return nil
  }

  /// The mean share of the ten nearest items of an item that are among the first thirteen by codes, out of its 64
  /// nearest.
  ///
  /// All items share one step. Where many items are closer together than the step (copies with small noise), their
  /// codes are equal, and a walk by codes gets lost among them: for 200,000 such vectors, it found .35 of the ten
  /// nearest, a walk by vectors .71. An item as near as the tenth counts as found. For inner products, the nearest are
  /// by Euclidean distance: items that codes confuse there are equally near to any query.
  ///
  /// - Complexity: that of an exact search for 100 queries.
  func fitness(_ items: EmbeddingMatrix, execution: Execution) throws -> Double {
    let count = min(Self.asked, items.count)
    let nodes = (0..<count).map { UInt32($0 * items.count / count) }
    let exhaustive = unsafe ExhaustiveIndex(
      items: LazyMatrix(items), metric: book.metric == .cosine ? .cosine : .euclidean, biases: nil, rows: nil,
      norms: nil,
      owner: self, kernels: table.kernels)
    let truth = try exhaustive.nearest(
      toEach: EmbeddingMatrix(uniformRows: nodes.map { items[Row($0)] }, dimension: items.dimension),
      k: Self.near.among,
      filter: nil, reached: nil, isCoded: false,
      execution: Execution(threads: execution.threads, cancellation: execution.cancellation))
    var scratch = [Int16](repeating: 0, count: CodeBook.coordinates)
    var distances = [Float](repeating: 0, count: Self.near.among)
    var found = 0
    var wanted = 0
    for (query, node) in nodes.enumerated() {
      let near = truth[query].filter { $0.row.index != node }
      guard near.count > Self.near.kept else { continue }
      let rows = near.map(\.row.index)
      // Safe: the scratch has room for any code, and there is a distance for each row.
      unsafe scratch.withUnsafeMutableBufferPointer { scratch in
        unsafe table.scorer(ofRow: node, scratch.baseAddress!, table.rowGather)
          .scores(rows, rows.count, into: &distances)
      }
      let byCodes = near.indices.sorted {
        distances[$0] != distances[$1] ? distances[$0] < distances[$1] : rows[$0] < rows[$1]
      }
      let last = near[Self.near.wanted - 1].score
      found += min(Self.near.wanted, byCodes.prefix(Self.near.kept).count { near[$0].score >= last })
      wanted += Self.near.wanted
    }
    return wanted > 0 ? Double(found) / Double(wanted) : 1
  }
}
