import AkinSupport
import AkinVectors
import CAkinKernels

/// A built index in memory, as the file writer takes it.
@safe struct BuiltIndex {
  /// The vectors by node.
  let items: EmbeddingMatrix
  /// The biases by node, when inner products have them.
  let biases: [Float]?
  let metric: Metric
  let order: NodeOrder
  let draft: GraphDraft
  /// The codes by node, where they pay.
  let codes: NodeCodes?
  /// How far above the true distance a code's is likely to be.
  let codeDoubt: CodeDoubt
  /// How many nodes from the first a search scores before it walks.
  let seeds: Int
  /// How many nodes needed a link of their own to be reached.
  let repaired: Int
  let kernels: UnsafePointer<akin_kernels>

  /// Orders and links items, and proves that every linked node can be reached.
  ///
  /// - Parameter leastCodedBytes: See ``NodeCodes``.
  /// - Throws: ``HNSWError``, ``Cancelled``.
  init(
    items: EmbeddingMatrix, biases: [Float]?, metric: Metric, options: HNSWBuildOptions,
    leastCodedBytes: Int = NodeCodes.leastBytes, kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws {
    let biases = metric == .innerProduct ? biases : nil
    let order = try unsafe NodeOrder(
      items: items, biases: biases, metric: metric, kernels: kernels, execution: execution)
    let isReordered = metric == .innerProduct
    self.items = isReordered ? items.reordered(order.rows) : items
    self.biases = biases.map { biases in order.rows.map { biases[Int($0)] } }
    let space = unsafe Space(
      BuildSpace.make(self.items, biases: self.biases, metric: metric), kernels: kernels)
    draft = try GraphBuilder.build(space: space, inserted: order.linked, options: options, execution: execution)
    repaired = try Reachability(
      repairing: draft, linked: order.linked, space: space, efConstruction: options.efConstruction,
      execution: execution
    ).repaired
    codes = try unsafe NodeCodes(
      of: self.items, metric: metric, leastBytes: leastCodedBytes, kernels: kernels, execution: execution)
    codeDoubt = unsafe CodeDoubt(of: codes, items: self.items, metric: metric, ground: draft.ground, kernels: kernels)
    try execution.checkCancellation()
    self.metric = metric
    self.order = order
    unsafe self.kernels = kernels
    seeds = metric == .innerProduct ? min(items.count, BuildSpace.seeds) : 0
  }
}
