import AkinQuantization
import AkinVectors
import CAkinKernels

/// The parts of an index that do not change during the build of its graph. With a draft, they make a searchable graph
/// before the file exists.
@safe struct InMemoryGraph {
  // Safe: the table of kernels is constant.

  let items: EmbeddingMatrix
  let biases: [Float]?
  let metric: Metric
  let order: NodeOrder
  let minimumPrefix: Int
  let kernels: UnsafePointer<akin_kernels>

  /// Searches a draft. Rows are nodes: what is asked is how many are found.
  ///
  /// - Parameters:
  ///   - codes: Those that it is searched by.
  ///   - links: The finished links of the base layer and the nearest nodes, or `nil` for the links of the draft.
  func searcher(of draft: GraphDraft, codes: RowCodes?, links: LinkRows? = nil) -> GraphSearcher {
    let norms = HeldColumn(order.norms)
    let biases = biases.map { HeldColumn($0) }
    let copies = order.copies > 0 ? HeldColumn(order.nextCopy) : nil
    let members = order.nextMember.isEmpty ? nil : HeldColumn(order.nextMember)
    let top = draft.topLevel
    let entry = draft.entry.map { (node: $0, slot: draft.slot(of: $0, level: top)) }
    // Safe: each column has an element a node, and the owner keeps the columns and the links of the draft alive.
    return unsafe GraphSearcher(
      GraphStorage(
        vectors: NodeVectors(items), metric: metric, biases: biases.map { unsafe $0.base }, norms: norms.base,
        rows: nil,
        nodes: nil, nextCopy: copies.map { unsafe $0.base },
        nextMember: members.map { unsafe $0.base }, groupRadius: order.radius,
        codes: codes?.table, bytes: nil,
        codeError: draft.codeError(of: codes, items: items, metric: metric), normBound: order.norms.max() ?? 0,
        baseLayer: links.map { Layer(base: .packed(unsafe $0.links(kernels)), nodes: draft.nodes) } ?? draft.layer(0),
        upperLayers: top > 0 ? (1...top).map { draft.layer($0) } : [], entry: entry,
        minimumPrefix: minimumPrefix, kernels: kernels,
        owner: Owners([norms, biases, copies, members, links?.bytes, codes, draft])))
  }
}

extension GraphDraft {
  /// The error of codes, from pairs that the draft links.
  func codeError(of codes: RowCodes?, items: EmbeddingMatrix, metric: Metric) -> CodeError {
    unsafe CodeError(of: codes, items: items, metric: metric) { node in
      // Safe: a row has so many links.
      unsafe UnsafeBufferPointer(start: baseLinks.row(node), count: baseLinks.count(node))
    }
  }
}
