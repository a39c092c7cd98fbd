import AkinQuantization
import AkinVectors
import CAkinKernels

/// Where the numbers of a graph index are, in a mapped file or in memory.
///
/// Every pointer reaches as far as its comment says, which the opening of the file has checked; what the numbers there
/// say is believed nowhere: each use compares first.
@safe struct GraphStorage: @unchecked Sendable {
  // Safe: `owner` keeps all of it alive, nobody writes it, and the table of kernels is constant.

  /// The vectors by node; their padding is zero.
  var items: EmbeddingMatrix
  var metric: Metric
  /// One a node, or `nil` when no item has a bias.
  var biases: UnsafePointer<Float>?
  /// One a node.
  var norms: UnsafePointer<Float>
  /// The embeddings row of each node, or `nil` when they are the same.
  var rows: UnsafePointer<UInt32>?
  /// The node of each embeddings row, or `nil` when they are the same.
  var nodes: UnsafePointer<UInt32>?
  /// For each node the next one with the same vector; `nil` when there are no copies.
  var nextCopy: UnsafePointer<UInt32>?
  /// Codes to walk by; `nil` when the index has none.
  var codes: CodeTable?
  /// The vectors as bytes, where that loses nothing.
  var bytes: ByteVectors?
  /// How far above the true distance a code's is likely to be.
  var codeError: CodeError
  /// At least the largest norm.
  var normBound: Float
  /// Links of layer 0.
  var baseLayer: Layer
  /// Layers above, from level 1.
  var upperLayers: [Layer]
  /// The node that a search starts from, and its slot on the highest layer; `nil` when nothing is linked.
  var entry: (node: UInt32, slot: UInt32)?
  /// How many nodes from the first are scored at least before the graph is walked (see ``prefix(ef:)``); 0 but for
  /// inner products, and where norms hardly differ.
  var minimumPrefix: Int
  var kernels: UnsafePointer<akin_kernels>
  var owner: AnyObject

  /// How many of the items of largest norm a search scores before it walks: half of ``minimumPrefix`` for each candidate that
  /// it follows, as whoever looks further at one looks further at the other.
  ///
  /// To follow one candidate takes as long as to score 300 to 1,000 items. On four sets of factors 256 for each answered
  /// 10 to 38 % more queries than 128 did at recalls from 0.98 on (AVX2: 7 to 34 %), at 0.9 as many to 9 % more (AVX2: 11 %
  /// fewer to 6 % more); 384 and 512 still more from 0.98 on, but fewer below.
  func prefix(ef: Int) -> Int { GraphStorage.prefix(minimum: minimumPrefix, ef: ef) }

  /// The same where only the least is known.
  static func prefix(minimum: Int, ef: Int) -> Int { minimum * max(2, ef) / 2 }

  /// The layer of a level.
  func layer(_ level: Int) -> Layer { level == 0 ? baseLayer : upperLayers[level - 1] }

  /// The embeddings row of a node, or `nil` where the file points outside, or the row does not lead back to the node:
  /// so no two nodes have one row, whatever the file says.
  @inline(__always)
  func row(of node: UInt32) -> UInt32? {
    guard Int(node) < items.count else { return nil }
    guard let rows = unsafe rows, let nodes = unsafe nodes else { return node }
    let row = unsafe rows[Int(node)]
    return unsafe Int(row) < items.count && nodes[Int(row)] == node ? row : nil
  }

  /// The node of an embeddings row, or `nil` where there is no such row or the file points outside.
  func node(of row: UInt32) -> UInt32? {
    guard Int(row) < items.count else { return nil }
    guard let nodes = unsafe nodes else { return row }
    let node = unsafe nodes[Int(row)]
    return Int(node) < items.count ? node : nil
  }

  /// The next node of a chain of copies, or `nil` at its end; chains ascend, so they end.
  @inline(__always)
  func copy(after node: UInt32) -> UInt32? {
    guard let nextCopy = unsafe nextCopy else { return nil }
    let next = unsafe nextCopy[Int(node)]
    return next > node && Int(next) < items.count ? next : nil
  }
}
