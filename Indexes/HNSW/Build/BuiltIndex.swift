import AkinExhaustive
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// A built index in memory, the input of the file writer.
@safe struct BuiltIndex {
  // Safe: the table of kernels is constant.

  /// The vectors by node.
  let items: EmbeddingMatrix
  /// What is written of them, by row.
  let stored: StoredItems
  /// The biases by node, for inner products with biases.
  let biases: [Float]?
  let metric: Metric
  let order: NodeOrder
  let draft: GraphDraft
  /// The links of the base layer and the nearest nodes, by node.
  let links: LinkRows
  /// The codes by node, where they pay.
  let codes: RowCodes?
  /// The offset of vectors as bytes, where bytes are lossless.
  let byteOffset: Float?
  /// The error of code distances.
  let codeError: CodeError
  /// The minimum number of nodes, from the first, that a search scores before its walk.
  let minimumPrefix: Int
  /// The number of nodes that needed a repair link to be reachable.
  let repaired: Int
  /// The measured recall of the graph; empty for small graphs.
  let measured: [MeasuredRecall]
  /// How the items are divided into lists, by node; `nil` where lists cannot serve.
  let lists: ItemLists?
  /// Whether nodes have taken over the links of an older graph.
  let isGrown: Bool
  let kernels: UnsafePointer<akin_kernels>

  /// Orders and links items, proves that every linked node can be reached, and measures what searches find.
  ///
  /// - Parameters:
  ///   - stored: The items.
  ///   - users: Vectors that inner products will be asked with, or `nil`.
  ///   - queries: Queries to measure recall with, in place of users or items, or `nil`.
  ///   - leastCodedBytes: See ``RowCodes``.
  ///   - base: A graph that holds most of the items already, or `nil`.
  ///   - release: Lets go of the memory behind `items` and `users` as far as it was read; it must come back by itself.
  /// - Throws: ``HNSWError``, ``Cancelled``.
  init(
    stored: StoredItems, biases: [Float]?, users: EmbeddingMatrix? = nil,
    queries: EmbeddingMatrix? = nil, metric: Metric,
    options: HNSWBuildOptions, leastCodedBytes: Int = RowCodes.leastBytes, growing base: GrowthBase? = nil,
    kernels: UnsafePointer<akin_kernels>, execution: Execution, release: @escaping () -> Void = {}
  ) throws {
    let (items, isPacked) = (stored.items, stored.store != .float32)
    let isReordered = metric == .innerProduct
    var order = try unsafe NodeOrder(
      items: items, biases: isReordered ? biases : nil, metric: metric, kernels: kernels, execution: execution)
    if options.linksItems {
      let groups = try NodeGroups(of: items, biases: isReordered ? biases : nil, metric: metric, order: order)
        .find(execution)
      order.join(groups.groups, radius: groups.radius)
    } else {
      order.unlink()
    }
    // Without links nothing walks by codes. A walk over packed vectors would decode each that it meets.
    let leastCodedBytes = options.linksItems ? (isPacked ? 0 : leastCodedBytes) : .max
    // Computing the norms has read the whole source.
    release()
    let longest = order.norms.max() ?? 0
    if metric == .euclidean && longest > 0 && !HNSWError.euclideanLengths.contains(longest) {
      throw HNSWError.lengthOutOfRange(longest: longest)
    }
    let biases = isReordered ? biases.map { biases in order.rows.map { biases[Int($0)] } } : nil
    let linking = try unsafe IndexLinking(
      biases: biases, metric: metric, order: order, options: options, leastCodedBytes: leastCodedBytes,
      codes: stored.codes.map { isReordered ? RowCodes($0, reordered: order.rows) : $0 }, kernels: kernels,
      execution: execution, release: release)
    let grown = try base.flatMap { try linking.linkGrown(items, from: $0) }
    isGrown = grown != nil
    let linked =
      try grown
      ?? (isReordered
        ? linking.linkReordered(items, users: users, queries: queries)
        : linking.linkWithPause(items, queries: queries))
    self.items = linked.items
    self.biases = biases
    self.metric = metric
    self.order = order
    draft = linked.draft
    links = linked.links
    codes = linked.codes
    byteOffset =
      isPacked
      ? stored.byteOffset : metric == .euclidean && linked.codes != nil ? ByteVectors.offset(of: items) : nil
    // The bytes say all that the floats do.
    self.stored =
      if let byteOffset, options.store == nil { stored.keptAsBytes(byteOffset) } else { stored }
    codeError = linked.draft.codeError(of: linked.codes, items: linked.items, metric: metric)
    minimumPrefix = linking.minimumPrefix
    repaired = linked.repaired
    measured = linked.measured
    lists = try unsafe ExhaustiveIndex(
      items: linked.items, metric: metric, biases: biases, rows: nil, kernels: kernels
    ).divided(execution)
    unsafe self.kernels = unsafe kernels
    release()
    returnFreedMemory()
    try execution.checkCancellation()
  }
}
