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
  let codeError: CodeError
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
    execution: Execution, release: @escaping () -> Void = {}
  ) throws {
    let isReordered = metric == .innerProduct
    let order = try unsafe NodeOrder(
      items: items, biases: isReordered ? biases : nil, metric: metric, kernels: kernels, execution: execution)
    // The norms have read all of the source.
    release()
    let biases = isReordered ? biases.map { biases in order.rows.map { biases[Int($0)] } } : nil
    let seeds = isReordered ? BuildMetric.seeds(norms: order.norms, biases: biases) : 0
    let m = options.m ?? HNSWBuildOptions.usualM(for: metric)
    let insertion = InsertionOrder(of: order.linked, among: items.count, m: m, seed: options.seed)
    func fit(_ items: EmbeddingMatrix) throws -> NodeCodes? {
      try unsafe NodeCodes.fit(
        of: items, metric: metric, leastBytes: leastCodedBytes, kernels: kernels, execution: execution)
    }
    func measurement(_ items: EmbeddingMatrix) -> Calibrator {
      unsafe Calibrator(
        items: items, biases: biases, metric: metric, order: order, seeds: seeds, kernels: kernels,
        seed: options.seed, execution: execution)
    }
    /// Where items are linked, by the codes of the index where it is searched in the same space.
    func space(of items: EmbeddingMatrix, _ codes: NodeCodes?) throws -> BuildVectors {
      try unsafe BuildMetric.space(
        of: items, biases: biases, metric: metric, codes: codes, leastCodedBytes: leastCodedBytes, kernels: kernels,
        execution: execution)
    }
    var measured: [MeasuredRecall] = []
    /// Links the items in a space that is made first and goes when that is done.
    func link(
      in makeSpace: () throws -> BuildVectors, heldOut: Int = 0, pause: (GraphDraft) throws -> Void = { _ in }
    ) throws -> (draft: GraphDraft, repaired: Int) {
      let space = try makeSpace()
      // No vector is read while items are linked by codes.
      release()
      returnFreedMemory()
      let draft = try GraphBuilder.build(
        space: space, order: insertion, m: m, options: options, execution: execution, heldOut: heldOut, pause: pause)
      let reachability = try Reachability(
        repairing: draft, linked: order.linked, space: space, efConstruction: options.efConstruction,
        execution: execution)
      draft.ground.tighten(to: draft.m0)
      return (draft, reachability.repaired)
    }

    // What is asked is answered exactly before the links take their memory.
    if isReordered {
      var questions: [GroundTruth] = []
      (draft, repaired) = try link(in: {
        // The vectors by node go with this block, and come back when all is linked.
        let items = items.reordered(order.rows, release: release)
        questions = try measurement(items).questions(users: users)
        return try space(of: items, nil)
      })
      returnFreedMemory()
      self.items = items.reordered(order.rows, release: release)
      codes = try fit(self.items)
      measured = try measurement(self.items).measure(draft, by: codes, questions)
    } else {
      self.items = items
      let measurement = measurement(items)
      let heldOut = insertion.last(measurement.heldOut)
      let questions = try measurement.questions(heldOut: heldOut)
      release()
      let codes = try fit(items)
      (draft, repaired) = try link(in: { try space(of: items, codes) }, heldOut: heldOut.count) { draft in
        measured = try measurement.measure(draft, by: codes, questions)
        release()
      }
      self.codes = codes
    }
    codeError = unsafe CodeError(of: codes, items: self.items, metric: metric, ground: draft.ground, kernels: kernels)
    byteOffset = metric == .euclidean && codes != nil ? ByteVectors.offset(of: items) : nil
    release()
    returnFreedMemory()
    try execution.checkCancellation()
    self.biases = biases
    self.metric = metric
    self.order = order
    unsafe self.kernels = kernels
    self.seeds = seeds
    self.measured = measured
  }
}
