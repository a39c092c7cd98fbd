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
  /// What the vectors as bytes are relative to, where bytes lose nothing.
  let byteOffset: Float?
  /// How far above the true distance a code's is likely to be.
  let codeDoubt: CodeDoubt
  /// How many nodes from the first a search scores at least before it walks.
  let seeds: Int
  /// How many nodes needed a link of their own to be reached.
  let repaired: Int
  /// What the graph finds of the exact answers; empty when it is small.
  let measured: [MeasuredRecall]
  let kernels: UnsafePointer<akin_kernels>

  /// Orders and links items, proves that every linked node can be reached, and measures what searches find.
  ///
  /// - Parameters:
  ///   - users: Vectors that inner products will be asked with, or `nil`.
  ///   - leastCodedBytes: See ``NodeCodes``.
  ///   - release: Lets go of the memory behind `items` and `users` as far as it was read; it must come back by itself.
  /// - Throws: ``HNSWError``, ``Cancelled``.
  init(
    items: EmbeddingMatrix, biases: [Float]?, users: EmbeddingMatrix? = nil, metric: Metric,
    options: HNSWBuildOptions, leastCodedBytes: Int = NodeCodes.leastBytes, kernels: UnsafePointer<akin_kernels>,
    execution: Execution, release: () -> Void = {}
  ) throws {
    let biases = metric == .innerProduct ? biases : nil
    let order = try unsafe NodeOrder(
      items: items, biases: biases, metric: metric, kernels: kernels, execution: execution)
    let isReordered = metric == .innerProduct
    self.items = isReordered ? items.reordered(order.rows, release: release) : items
    self.biases = biases.map { biases in order.rows.map { biases[Int($0)] } }
    let codes = try unsafe NodeCodes.fit(
      of: self.items, metric: metric, leastBytes: leastCodedBytes, kernels: kernels, execution: execution)
    let space = try unsafe BuildSpace.space(
      of: self.items, biases: self.biases, metric: metric, codes: codes, leastCodedBytes: leastCodedBytes,
      kernels: kernels, execution: execution)
    let seeds = metric == .innerProduct ? min(items.count, BuildSpace.seeds) : 0
    let measurement = unsafe SelfMeasurement(
      items: self.items, biases: self.biases, metric: metric, order: order, codes: codes, seeds: seeds,
      kernels: kernels, seed: options.seed, execution: execution)
    var measured: [MeasuredRecall] = []
    draft = try GraphBuilder.build(
      space: space, inserted: order.linked, m: options.m ?? HNSWBuildOptions.usualM(for: metric), options: options,
      execution: execution, heldOut: measurement.heldOut
    ) { draft, heldOut in
      measured = try measurement.measure(draft, heldOut: heldOut)
    }
    repaired = try Reachability(
      repairing: draft, linked: order.linked, space: space, efConstruction: options.efConstruction,
      execution: execution
    ).repaired
    codeDoubt = unsafe CodeDoubt(of: codes, items: self.items, metric: metric, ground: draft.ground, kernels: kernels)
    byteOffset = metric == .euclidean && codes != nil ? ByteVectors.offset(of: self.items) : nil
    if metric == .innerProduct { measured = try measurement.measure(draft, users: users) }
    try execution.checkCancellation()
    self.metric = metric
    self.order = order
    unsafe self.kernels = kernels
    self.codes = codes
    self.seeds = seeds
    self.measured = measured
  }
}
