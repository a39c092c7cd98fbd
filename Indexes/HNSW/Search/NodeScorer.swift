import AkinQuantization
import AkinVectors
import CAkinKernels

/// Scores nodes for one query: a kernel, its input, and the correction of each node.
///
/// Distances are internal to walks: smaller is nearer, float32.
@safe struct NodeScorer {
  typealias Gather =
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Float>?
    ) -> Void

  /// The conversion from the value of a kernel to a distance.
  enum Rule {
    /// `|q - x|²`, unchanged.
    case plain
    /// `-(q · x)`.
    case negated
    /// `-(q · x + column[node])`.
    case biased
    /// `-(q · x / column[node])`; a node with norm 0 gives NaN, which no search keeps.
    case divided
  }

  let query: UnsafePointer<Float>
  let base: UnsafePointer<Float>
  let stride: Int
  let dimension: Int
  let gather: Gather
  var rule: Rule
  /// One float a node for `biased` and `divided`.
  let column: UnsafePointer<Float>?
  /// The codes to score by, or `nil` to score by vectors.
  var codes: CodeScorer?
  /// The vectors in fewer bytes, where they are kept so, and room for one of them; `nil` where they stand at `base`.
  var packed: (rows: UnsafePointer<PackedRows>, decoded: UnsafeMutablePointer<Float>)?

  /// Writes the distances of `count` nodes; every node is below the number of rows at `base`.
  @inline(__always)
  func distances(to nodes: UnsafePointer<UInt32>, _ count: Int, into distances: UnsafeMutablePointer<Float>) {
    if let codes {
      unsafe codes.scores(nodes, count, into: distances)
    } else if let packed = unsafe packed {
      let (rows, decoded) = unsafe (packed.rows.pointee, packed.decoded)
      var node: UInt32 = 0
      for i in 0..<count {
        unsafe rows.decode(Int(nodes[i]), into: decoded)
        unsafe gather(query, decoded, 0, dimension, &node, 1, distances + i)
      }
    } else {
      unsafe gather(query, base, stride, dimension, nodes, count, distances)
    }
    switch rule {
    case .plain: break
    case .negated:
      for i in 0..<count { unsafe distances[i] = -distances[i] }
    case .biased:
      let column = unsafe column.unsafelyUnwrapped
      for i in 0..<count { unsafe distances[i] = -(distances[i] + column[Int(nodes[i])]) }
    case .divided:
      let column = unsafe column.unsafelyUnwrapped
      for i in 0..<count { unsafe distances[i] = -(distances[i] / column[Int(nodes[i])]) }
    }
  }

  /// Prefetches the input of `distances`.
  @inline(__always)
  func prefetch(_ nodes: UnsafePointer<UInt32>, _ count: Int) {
    if let codes {
      unsafe codes.prefetch(nodes, count)
    } else if let packed = unsafe packed {
      let rows = unsafe packed.rows.pointee
      unsafe akin_prefetch_table(rows.base, rows.stride, rows.rowBytes, nodes, count)
    } else {
      unsafe akin_prefetch_table(base, 4 &* stride, 4 &* dimension, nodes, count)
    }
  }
}

extension NodeScorer {
  /// Scores the nodes of a graph by their vectors, by a metric.
  ///
  /// - Parameters:
  ///   - query: The items' dimension, padded, which stays where it is while the scorer is used.
  ///   - decoded: Room for a vector that is stored in fewer bytes, as long.
  @unsafe init(
    _ query: UnsafePointer<Float>, by metric: Metric, in storage: GraphStorage, _ decoded: UnsafeMutablePointer<Float>
  ) {
    let kernels = unsafe storage.kernels
    let (gather, rule, column): (Gather, Rule, UnsafePointer<Float>?) =
      switch metric {
      case .euclidean: unsafe (kernels.pointee.squared_euclidean_gather, .plain, nil)
      case .cosine: unsafe (kernels.pointee.dot_gather, .divided, storage.norms)
      case .innerProduct:
        unsafe (kernels.pointee.dot_gather, storage.biases == nil ? .negated : .biased, storage.biases)
      }
    let packed = unsafe storage.vectors.packedInPlace
    // Packed rows are decoded one by one, in place of the table.
    let floats = unsafe packed == nil ? storage.vectors.all.matrix : nil
    unsafe self.init(
      query: query, base: floats.map { unsafe $0.base } ?? UnsafePointer(decoded), stride: floats?.stride ?? 0,
      dimension: storage.vectors.dimension, gather: gather, rule: rule, column: column, codes: nil,
      packed: unsafe packed.map { unsafe (rows: $0, decoded: decoded) })
  }

  /// The same by the graph's codes, where it has them for this metric: those of factors do not tell the directions of small
  /// items.
  ///
  /// - Parameter coordinates: The query's coordinates where the codes have axes, else `nil`.
  func byCodes(
    of storage: GraphStorage, metric: Metric, coordinates: QueryCoordinates.Row?, _ context: SearchContext
  ) -> NodeScorer {
    guard let codes = storage.codes, metric == storage.metric else { return self }
    var scorer = self
    // Under cosine, codes are of normalised vectors: no division follows.
    if storage.metric == .cosine { scorer.rule = .negated }
    unsafe scorer.codes = codes.scorer(
      of: query, by: metric, coordinates: coordinates, scratch: context.coordinates, context.code)
    return scorer
  }
}
