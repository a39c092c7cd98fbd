import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The order of build steps, by metric: exact answers come before the links take their memory, vectors are not in
/// memory while items are linked by codes, and the graph is measured on queries that it does not hold.
@safe struct IndexLinking {
  // Safe: the table of kernels is constant.

  let biases: [Float]?
  let metric: Metric
  let order: NodeOrder
  let options: HNSWBuildOptions
  let leastCodedBytes: Int
  /// The codes by node where they stand for the vectors, else `nil`.
  let codes: RowCodes?
  let kernels: UnsafePointer<akin_kernels>
  let execution: Execution
  let release: () -> Void
  let minimumPrefix: Int
  private let m: Int
  private let insertion: InsertionOrder

  /// The result of linking.
  struct Linked {
    var items: EmbeddingMatrix
    var draft: GraphDraft
    /// The links of the base layer, and the nearest nodes by the metric of related items.
    var links: LinkRows
    var codes: RowCodes?
    var repaired: Int
    var measured: [MeasuredRecall]
  }

  /// Nodes with their links, and the number of those that needed a repair link.
  private struct Graph {
    var draft: GraphDraft
    var nearest: KNNGraphDraft
    var repaired: Int
  }

  init(
    biases: [Float]?, metric: Metric, order: NodeOrder, options: HNSWBuildOptions, leastCodedBytes: Int,
    codes: RowCodes?, kernels: UnsafePointer<akin_kernels>, execution: Execution, release: @escaping () -> Void
  ) throws {
    self.biases = biases
    self.metric = metric
    self.order = order
    self.options = options
    self.leastCodedBytes = leastCodedBytes
    self.codes = codes
    unsafe self.kernels = unsafe kernels
    self.execution = execution
    self.release = release
    minimumPrefix = metric == .innerProduct ? BuildMetric.minimumPrefix(norms: order.norms, biases: biases) : 0
    m = options.m ?? HNSWBuildOptions.usualM(for: metric)
    insertion = InsertionOrder(of: order.linked, among: order.rows.count, m: m, seed: options.seed)
  }

  /// By inner product, nodes are numbered by falling norm, users (or stand-ins) are the queries, and items are
  /// linked in another space than the search space.
  func linkReordered(_ source: EmbeddingMatrix, users: EmbeddingMatrix?, queries: EmbeddingMatrix?) throws -> Linked {
    var questions: [GroundTruth] = []
    let graph = try link {
      // The vectors by node are released after this block, and loaded again after linking.
      let items = source.reordered(order.rows, release: release)
      let calibrator = calibrator(items)
      questions = try queries.map { try calibrator.questions(queries: $0) } ?? calibrator.questions(users: users)
      return try vectors(of: items, nil)
    }
    returnFreedMemory()
    let items = source.reordered(order.rows, release: release)
    let codes = try fit(items)
    let links = try packed(graph, items)
    let measured = try calibrator(items).measure(searcher(of: graph.draft, items, codes, links), questions)
    return Linked(
      items: items, draft: graph.draft, links: links, codes: codes, repaired: graph.repaired, measured: measured)
  }

  /// By Euclidean distance and cosine, items are linked in the search space; the build pauses before its last nodes,
  /// which query the graph without them. With given queries there is no pause.
  func linkWithPause(_ items: EmbeddingMatrix, queries: EmbeddingMatrix?) throws -> Linked {
    let calibrator = calibrator(items)
    let heldOut = insertion.last(queries == nil ? calibrator.heldOut : 0)
    let questions = try calibrator.questions(heldOut: heldOut)
    let laterQuestions = try queries.map { try calibrator.questions(queries: $0) } ?? calibrator.relatedQuestions()
    release()
    let codes = try fit(items)
    var measured: [MeasuredRecall] = []
    let graph = try link(heldOut: heldOut.count) { draft in
      measured = try calibrator.measure(searcher(of: draft, items, codes), questions)
      release()
    } in: {
      try vectors(of: items, codes)
    }
    let links = try packed(graph, items)
    release()
    // Items of the graph are asked for where all are linked.
    measured += try calibrator.measure(searcher(of: graph.draft, items, codes, links), laterQuestions)
    measured.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return Linked(
      items: items, draft: graph.draft, links: links, codes: codes, repaired: graph.repaired, measured: measured)
  }

  /// Items of which a graph holds most: these keep their links and measurements, the others are inserted. `nil` where that graph
  /// has nothing to take over.
  func linkGrown(_ source: EmbeddingMatrix, from base: GrowthBase) throws -> Linked? {
    guard base.m == m, let inheritance = Inheritance(from: base, order, insertion) else { return nil }
    let isReordered = metric == .innerProduct
    let items = isReordered ? source.reordered(order.rows, release: release) : source
    let codes = try fit(items)
    let vectors = try vectors(of: items, isReordered ? nil : codes)
    let (draft, nearest) = try GraphBuilder.grow(
      vectors: vectors, from: inheritance, m: m, options: options, execution: execution)
    let repaired = try repair(draft, vectors)
    let graph = Graph(draft: draft, nearest: nearest, repaired: repaired)
    return Linked(
      items: items, draft: draft, links: try packed(graph, items), codes: codes, repaired: repaired,
      measured: base.measured)
  }

  /// Links the items by temporary vectors.
  private func link(
    heldOut: Int = 0, pause: (GraphDraft) throws -> Void = { _ in }, in makeVectors: () throws -> BuildVectors
  ) throws -> Graph {
    let vectors = try makeVectors()
    // Linking by codes reads no vectors.
    release()
    returnFreedMemory()
    let (draft, nearest) = try GraphBuilder.build(
      vectors: vectors, order: insertion, m: m, options: options, execution: execution, heldOut: heldOut, pause: pause)
    let repaired = try repair(draft, vectors)
    let refined =
      nearest.isExact
      ? nearest
      : try nearest.refined(
        contexts(dimension: vectors.dimension), isRanked: true, execution: execution
      ) { node, context in
        unsafe vectors.scorer(from: node, context.code)
      }
    return Graph(draft: draft, nearest: refined, repaired: repaired)
  }

  /// Makes every node reachable, and removes the slack of its row; returns how many needed a link for that.
  private func repair(_ draft: GraphDraft, _ vectors: BuildVectors) throws -> Int {
    let reachability = try Reachability(
      repairing: draft, linked: order.linked, vectors: vectors, efConstruction: options.efConstruction,
      execution: execution)
    draft.baseLinks.tighten(to: draft.m0)
    return reachability.repaired
  }

  /// The links and the nearest nodes by the metric of related items, packed.
  private func packed(_ graph: Graph, _ items: EmbeddingMatrix) throws -> LinkRows {
    try LinkRows(graph.draft, nearest: ranked(graph, items), metric: metric, execution: execution)
  }

  /// The rows of the k-nearest-neighbour graph by the metric of related items.
  private func ranked(_ graph: Graph, _ items: EmbeddingMatrix) throws -> [UInt32] {
    let storage = searcher(of: graph.draft, items, nil).storage
    let related = metric == .innerProduct ? .cosine : metric
    let scorer: @Sendable (UInt32, SearchContext) -> NodeScorer = { node, context in
      // Safe: the node lies inside the matrix.
      unsafe context.load(items.base + Int(node) * items.stride, items.dimension, for: related)
      return unsafe NodeScorer(UnsafePointer(context.query), by: related, in: storage, context.decoded)
    }
    let contexts = contexts(dimension: items.dimension)
    // Items with biases were linked by direction and bias; related items have no bias.
    let nearest =
      biases == nil ? graph.nearest : try graph.nearest.refined(contexts, isRanked: false, execution: execution, scorer)
    var rows = try nearest.ranked(contexts, execution: execution, scorer)
    for head in order.linked {
      let found = order.found(with: head)
      guard found.count > 1 else { continue }
      let own = [head] + rows[Int(head) * PackedLinks.mostNearest..<(Int(head) + 1) * PackedLinks.mostNearest - 1]
      for node in found.dropFirst() {
        rows.replaceSubrange(Int(node) * PackedLinks.mostNearest..<(Int(node) + 1) * PackedLinks.mostNearest, with: own)
      }
    }
    return rows
  }

  private func contexts(dimension: Int) -> [SearchContext] {
    (0..<execution.threads).map { _ in
      unsafe SearchContext(nodes: order.rows.count, dimension: dimension, kernels: kernels)
    }
  }

  /// The search codes of an index of these items.
  private func fit(_ items: EmbeddingMatrix) throws -> RowCodes? {
    try unsafe codes
      ?? RowCodes.fit(
        of: items, metric: metric, leastBytes: leastCodedBytes, kernels: kernels, execution: execution)
  }

  /// The vectors for linking: the codes of the index where the search space is the same.
  private func vectors(of items: EmbeddingMatrix, _ codes: RowCodes?) throws -> BuildVectors {
    try unsafe BuildMetric.vectors(
      of: items, biases: biases, metric: metric, codes: codes, leastCodedBytes: leastCodedBytes, kernels: kernels,
      execution: execution)
  }

  private func calibrator(_ items: EmbeddingMatrix) -> Calibrator {
    unsafe Calibrator(
      items: items, biases: biases, metric: metric, order: order, kernels: kernels, seed: options.seed,
      execution: execution)
  }

  private func searcher(
    of draft: GraphDraft, _ items: EmbeddingMatrix, _ codes: RowCodes?, _ links: LinkRows? = nil
  ) -> GraphSearcher {
    unsafe InMemoryGraph(
      items: items, biases: biases, metric: metric, order: order, minimumPrefix: minimumPrefix, kernels: kernels
    ).searcher(of: draft, codes: codes, links: links)
  }
}
