import AkinVectors
import CAkinKernels

/// What a graph is measured over: the parts of an index that do not change while it is built.
@safe struct GraphParts {
  // Safe: the table of kernels is constant.
  let items: EmbeddingMatrix
  let biases: [Float]?
  let metric: Metric
  let order: NodeOrder
  let seeds: Int
  let kernels: UnsafePointer<akin_kernels>

  /// A graph as a search reads it, before there is a file. Rows are nodes: what is asked is how many are found.
  ///
  /// - Parameter codes: Those that it is searched by.
  func storage(_ draft: GraphDraft, codes: NodeCodes?) -> GraphStorage {
    let norms = HeldColumn(order.norms)
    let biases = biases.map { HeldColumn($0) }
    let copies = order.copies > 0 ? HeldColumn(order.nextCopy) : nil
    let parts: [AnyObject?] = [norms, biases, copies, codes, draft]
    let owner = HeldIndex(parts)
    // Safe: each column has an element a node, and `owner` keeps all of them and the draft's links alive.
    let coded = unsafe codes.map { unsafe (book: $0.book, bytes: $0.bytes, tails: $0.tails) }
    let top = draft.topLevel
    let entry = draft.entry.map { (node: $0, point: draft.point(of: $0, level: top)) }
    return unsafe GraphStorage(
      items: items, metric: metric, biases: biases.map { unsafe $0.base }, norms: norms.base, rows: nil,
      nodes: nil, nextCopy: copies.map { unsafe $0.base }, codes: coded,
      codeError: CodeError(of: codes, items: items, metric: metric, ground: draft.ground, kernels: kernels),
      normBound: order.norms.max() ?? 0, ground: draft.layer(0),
      upper: top > 0 ? (1...top).map { draft.layer($0) } : [], entry: entry, seeds: seeds, owner: owner)
  }
}

/// A column at an address that stays while the column lives.
@safe private final class HeldColumn<Element: BitwiseCopyable> {
  let base: UnsafePointer<Element>

  init(_ elements: [Element]) {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
    _ = unsafe memory.update(fromContentsOf: elements)
    unsafe base = UnsafePointer(memory.baseAddress!)
  }

  deinit {
    // Safe: `init` allocated it, and the elements are trivial.
    unsafe base.deallocate()
  }
}

/// Keeps the parts of an index in memory alive.
private final class HeldIndex {
  private let parts: [AnyObject?]

  init(_ parts: [AnyObject?]) { self.parts = parts }
}
