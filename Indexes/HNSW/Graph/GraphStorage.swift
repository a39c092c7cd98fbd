import AkinExhaustive
import AkinQuantization
import AkinVectors
import CAkinKernels

/// The arrays of a graph index, in a mapped file or in memory.
///
/// Opening the file has checked that every pointer has the extent in its comment. The stored numbers are not trusted:
/// each use checks them first.
@safe struct GraphStorage: @unchecked Sendable {
  // Safe: `owner` keeps the arrays alive, nothing writes them, and the table of kernels is constant.

  /// The vectors by node.
  var vectors: NodeVectors
  var metric: Metric
  /// One bias a node, or `nil` when no item has a bias.
  var biases: UnsafePointer<Float>?
  /// One norm a node.
  var norms: UnsafePointer<Float>
  /// The embeddings row of each node, or `nil` when they are equal.
  var rows: UnsafePointer<UInt32>?
  /// The node of each embeddings row, or `nil` when they are equal.
  var nodes: UnsafePointer<UInt32>?
  /// For each node the next one with the same vector; `nil` when there are no copies.
  var nextCopy: UnsafePointer<UInt32>?
  /// For each first of some copies the next one of its group of nearly equal vectors; `nil` when there are no groups.
  var nextMember: UnsafePointer<UInt32>?
  /// At least the distance of a member from the first of its group: of directions under cosine, with biases by inner product.
  var groupRadius: Float
  /// The codes for walks; `nil` without codes.
  var codes: CodeTable?
  /// How much of the spread the axes of the codes keep.
  let keptShare = KeptShare()
  /// The vectors as bytes, where bytes are lossless.
  var bytes: ByteVectors?
  /// The error of code distances.
  var codeError: CodeError
  /// An upper bound on the norms.
  var normBound: Float
  /// Links of layer 0.
  var baseLayer: Layer
  /// The upper layers, from level 1.
  var upperLayers: [Layer]
  /// The entry point and its slot on the highest layer; `nil` for an empty graph.
  var entry: (node: UInt32, slot: UInt32)?
  /// The minimum number of nodes, from the first, that a search scores before its walk (see ``prefix(ef:)``); 0 except
  /// for inner products, and where norms hardly differ.
  var minimumPrefix: Int
  /// How the items are divided into lists, by node, or `nil`.
  var partition: Partition?
  var kernels: UnsafePointer<akin_kernels>
  var owner: AnyObject

  /// The number of items of largest norm that a search scores before its walk: half of ``minimumPrefix`` for each
  /// candidate of `ef`, so that both parts of the search grow together.
  ///
  /// Expanding one candidate takes as long as scoring 300 to 1,000 items. On four sets of factors, 256 for each
  /// answered 10 to 38 % more queries than 128 at recalls from 0.98 on (AVX2: 7 to 34 %), and 0 to 9 % more at 0.9
  /// (AVX2: 11 % fewer to 6 % more); 384 and 512 answered still more from 0.98 on, but fewer below.
  ///
  /// - Parameter ef: The ef of the search.
  func prefix(ef: Int) -> Int { GraphStorage.prefix(minimum: minimumPrefix, ef: ef) }

  /// The prefix for a given minimum prefix.
  static func prefix(minimum: Int, ef: Int) -> Int { minimum * max(2, ef) / 2 }

  /// The layer of a level.
  func layer(_ level: Int) -> Layer { level == 0 ? baseLayer : upperLayers[level - 1] }

  /// The embeddings row of a node, or `nil` where the file points outside or the row does not lead back to the node: no
  /// two nodes share a row, whatever the file holds.
  @inline(__always)
  func row(of node: UInt32) -> UInt32? {
    guard Int(node) < vectors.count else { return nil }
    guard let rows = unsafe rows, let nodes = unsafe nodes else { return node }
    let row = unsafe rows[Int(node)]
    return unsafe Int(row) < vectors.count && nodes[Int(row)] == node ? row : nil
  }

  /// The node of an embeddings row, or `nil` for an unknown row or where the file points outside.
  func node(of row: UInt32) -> UInt32? {
    guard Int(row) < vectors.count else { return nil }
    guard let nodes = unsafe nodes else { return row }
    let node = unsafe nodes[Int(row)]
    return Int(node) < vectors.count ? node : nil
  }

  /// The first node that a condition holds for among a node, its copies, and the rest of its group with theirs; `nil` for none.
  @inline(__always)
  func found(with node: UInt32, where condition: (UInt32) -> Bool) -> UInt32? {
    var first = node
    var place: UInt32? = node
    while let current = place, !condition(current) {
      place = copy(after: current)
      if place == nil, let next = member(after: first) { (first, place) = (next, next) }
    }
    return place
  }

  /// Where a walk for the items related to a node starts: at the node, if it is linked, its links and its nearest nodes. For a
  /// copy or a member of a group these are the linked node and that one's nearest.
  func starts(relatedTo node: UInt32) -> [UInt32] {
    guard Int(node) < vectors.count else { return [] }
    return (baseLayer.hasLinks(node) ? [node] : []) + nearest(to: node)
  }

  /// The links of a node and its nearest nodes; none before the links are packed.
  func nearest(to node: UInt32) -> [UInt32] {
    guard case .packed(let packed) = baseLayer.rows else { return [] }
    return [UInt32](packed.all(of: Int(node)).prefix { $0 < vectors.count })
  }

  /// The next node of a chain of copies, or `nil` at its end. Chains ascend, so they end.
  @inline(__always)
  func copy(after node: UInt32) -> UInt32? {
    guard let nextCopy = unsafe nextCopy else { return nil }
    let next = unsafe nextCopy[Int(node)]
    return next > node && Int(next) < vectors.count ? next : nil
  }

  /// The next node of a group, or `nil` at its end. Groups ascend, so they end.
  @inline(__always)
  func member(after node: UInt32) -> UInt32? {
    guard let nextMember = unsafe nextMember else { return nil }
    let next = unsafe nextMember[Int(node)]
    return next > node && Int(next) < vectors.count ? next : nil
  }
}
