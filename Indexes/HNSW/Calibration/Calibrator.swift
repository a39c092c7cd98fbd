import AkinExhaustive
import AkinSupport
import AkinVectors
import CAkinKernels

/// Measures the recall of a graph during its build, on queries that the graph does not hold.
///
/// - Under Euclidean distance and cosine, queries look like items: the build pauses before its last nodes, a random
///   sample, which query the graph without them. (A query for an item of the graph finds too much; skipping the item
///   finds too little, since no other links replace its own.)
/// - Inner products are queried by users. Without users in the file, sums of a few items replace them. Related items
///   are measured separately, since they use another metric.
///
/// All sums are of whole numbers, so they do not depend on threads. Costs a twentieth of the
/// build on 100,000 × 64 in clouds, a fifth on Fashion-MNIST.
@safe struct Calibrator {
  // Safe: the table of kernels is constant.

  /// Indexes with fewer linked items are not measured: the exact scan is always faster there.
  static let leastItems = 32
  /// The measured values of k, for indexes of at least four times as many items.
  static let sizes = [1, 10, 100]
  /// The budget of graph searches for all sets, in rows scored on a walk for each item: a tenth of the time of the
  /// insertions and their overhead; at least 20 ms on two threads for each set.
  private static let rowsPerItem = 1000.0
  private static let leastBudget = 4e7
  /// The largest number of returned items for each expanded candidate.
  static let mostPerCandidate = 4
  /// The measured values of ef, until no answer is missed, the exact scan is cheaper, or the budget is spent.
  static let efs = [
    1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048,
  ]

  /// The vectors and biases by node.
  let items: EmbeddingMatrix
  let biases: [Float]?
  let metric: Metric
  let order: NodeOrder
  let kernels: UnsafePointer<akin_kernels>
  let seed: UInt64
  let execution: Execution

  private var isMeasured: Bool { order.linked.count >= Calibrator.leastItems }
  /// The steps of the measurement are no progress of the build.
  private var quiet: Execution { Execution(threads: execution.threads, cancellation: execution.cancellation) }

  /// The number of items that the build holds out as queries.
  var heldOut: Int { isMeasured && metric != .innerProduct ? QuerySet.size(items: items) : 0 }

  /// Held-out items and their nearest items.
  func questions(heldOut: ArraySlice<UInt32>) throws -> [GroundTruth] {
    try answered([QuerySet(heldOut: heldOut, of: items, order: order)])
  }

  /// Items of the graph and their related items.
  func relatedQuestions() throws -> [GroundTruth] {
    isMeasured ? try answered([QuerySet(relatedTo: items, order: order, seed: seed)]) : []
  }

  /// Given queries and related items, with their exact answers.
  func questions(queries: EmbeddingMatrix) throws -> [GroundTruth] {
    guard isMeasured else { return [] }
    return try answered([
      QuerySet(.queries, queries, items: items, seed: seed), QuerySet(relatedTo: items, order: order, seed: seed),
    ])
  }

  /// Users (or stand-ins) and related items, with their exact answers.
  func questions(users: EmbeddingMatrix?) throws -> [GroundTruth] {
    guard isMeasured else { return [] }
    var sets: [QuerySet] = []
    if let users { sets.append(QuerySet(.users, users, items: items, seed: seed)) }
    // Too few users make no estimate.
    if sets.allSatisfy({ $0.vectors.count < 30 }) {
      sets = [
        QuerySet(sumsOf: 2, byNorm: false, of: items, order: order, seed: seed),
        QuerySet(sumsOf: 4, byNorm: true, of: items, order: order, seed: seed),
      ]
    }
    return try answered(sets + [QuerySet(relatedTo: items, order: order, seed: seed)])
  }

  private func answered(_ sets: [QuerySet]) throws -> [GroundTruth] {
    var all: [GroundTruth] = []
    var last: (metric: Metric, exhaustive: ExhaustiveIndex)?
    for set in sets {
      let metric = set.question == .related && self.metric == .innerProduct ? .cosine : self.metric
      // Another question has another exact scan: the derived data of the last one is released first.
      if last?.metric != metric { last = nil }
      let exhaustive =
        unsafe last?.exhaustive
        ?? ExhaustiveIndex(
          items: items, metric: metric, biases: biases, rows: nil, kernels: kernels)
      last = (metric, exhaustive)
      // An answer of a hundred has ten times the entries of one of ten, so fewer queries give the same precision.
      let sizes = Calibrator.sizes.filter { $0 == 1 || 4 * $0 <= items.count }
      let long = try GroundTruth(
        set.part, sizes: sizes.filter { $0 >= 100 }, known: nil, by: exhaustive, execution: quiet)
      let short = try GroundTruth(
        set, sizes: sizes.filter { $0 < 100 }, known: long?.truth, by: exhaustive, execution: quiet)
      all += [short, long].compactMap { $0 }
    }
    return all
  }

  /// The recall of the graph, in the order of the file.
  func measure(_ searcher: GraphSearcher, _ questions: [GroundTruth]) throws -> [MeasuredRecall] {
    guard !questions.isEmpty else { return [] }
    let rows = Double(items.count) * Calibrator.rowsPerItem
    var all: [MeasuredRecall] = []
    // Small k, the most common requests, are measured with the most queries.
    let weights = questions.map { $0.set.question == .nearest && ($0.sizes.first ?? 0) < 100 ? 2.0 : 1 }
    let share = rows * SearchCost(of: searcher.storage, .nearest).row / weights.reduce(0, +)
    for (number, asked) in questions.enumerated() {
      let budget = weights[number] * share
      let asking = Asking(searcher: searcher, execution: quiet, budget: max(Calibrator.leastBudget, budget))
      all += try asking.measure(asked)
      execution.progress?(
        ProgressEvent(stage: "measure", completed: number + 1, total: questions.count, unit: "sets of queries"))
    }
    return all.sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }
}

extension GraphSearcher {
  /// Answers a range of a measurement's queries.
  ///
  /// - Parameter answer: Gets what was found for a query, and the work that took.
  func search(
    _ set: QuerySet, _ range: Range<Int>, k: Int, ef: Int,
    _ answer: (_ query: Int, _ neighbors: [Neighbor], _ work: SearchWork) -> Void
  ) {
    let metric = storage.metric
    guard let nodes = set.nodes else {
      return search(set.vectors, range, GraphQuery(by: metric, k: k, ef: ef, count: count), answer)
    }
    let related = metric == .innerProduct ? Metric.cosine : metric
    func asked(_ query: Int) -> GraphQuery {
      GraphQuery(by: related, k: k, ef: ef, omitting: nodes[query], count: count)
    }
    withContexts(min(4, range.count)) { contexts in
      walkInterleaved(contexts, count: range.count) { place, context in
        let query = range.lowerBound + place
        // Safe: the query lies inside the matrix.
        unsafe context.load(set.vectors.base + query * set.vectors.stride, dimension, for: related)
        context.work = SearchWork()
        let asked = asked(query)
        let width = SearchWidth(asked, of: storage)
        let entryPoints = unsafe entryPoints(
          for: UnsafePointer(context.query), stride: dimension, number: 1, asked, at: nodes[query], width)
        begin(context, asked, at: entryPoints[0], width)
      } end: { place, context in
        let query = range.lowerBound + place
        answer(query, self.answer(context, asked(query)), context.work)
      }
    }
  }
}
