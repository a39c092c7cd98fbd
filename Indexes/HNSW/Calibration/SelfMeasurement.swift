import AkinExhaustive
import AkinSupport
import AkinVectors
import CAkinKernels

/// Measures a graph on queries that are not part of it, against the exact answers, while it is built.
///
/// - Under Euclidean distance and cosine queries look like items: the build pauses before its last nodes, which are a
///   random sample, and they are asked of the graph without them. (To ask an item of a graph that holds it finds too
///   much; to pass over it finds too little, since nothing put other links in its place.)
/// - Inner products are asked by users. Where the file has none, sums of a few items stand in for them; and related
///   items are measured on their own, as they are asked by another metric.
///
/// All sums are of whole numbers: they do not depend on threads. Costs about a tenth of the build.
struct SelfMeasurement {
  /// Indexes with fewer linked items are not measured: nothing is faster there than the exact scan.
  static let leastItems = 32
  /// The answers that are measured, as far as an index has four times as many items.
  static let sizes = [1, 10, 100]
  /// What the graph may take for all sets: as long as so many rows met on a walk for each item, a tenth of what insertions
  /// and what goes with them take; at least 20 ms on two threads for each set.
  private static let rowsPerItem = 700.0
  private static let leastBudget = 4e7
  /// How many items are asked for at the most for each candidate that is followed.
  fileprivate static let mostPerCandidate = 4
  /// The widths that are measured, until nothing is left to find or the exact scan is cheaper, or the budget is spent.
  static let efs = [1, 2, 4, 6, 8, 10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]

  private let parts: MeasuredParts
  private let seed: UInt64
  private let execution: Execution

  init(
    items: EmbeddingMatrix, biases: [Float]?, metric: Metric, order: NodeOrder, codes: NodeCodes?, seeds: Int,
    kernels: UnsafePointer<akin_kernels>, seed: UInt64, execution: Execution
  ) {
    parts = unsafe MeasuredParts(
      items: items, biases: biases, metric: metric, order: order, codes: codes, seeds: seeds, kernels: kernels)
    self.seed = seed
    self.execution = execution
  }

  private var isMeasured: Bool { parts.order.linked.count >= SelfMeasurement.leastItems }

  /// How many items the build holds back to ask with.
  var heldOut: Int { isMeasured && parts.metric != .innerProduct ? QuerySet.size(items: parts.items) : 0 }

  /// What a graph finds for items that it does not hold.
  func measure(_ draft: GraphDraft, heldOut: [UInt32]) throws -> [MeasuredRecall] {
    try measure(draft, [QuerySet(heldOut: heldOut, of: parts.items, order: parts.order)])
  }

  /// What a whole graph finds for users, or for what stands in for them, and for related items.
  func measure(_ draft: GraphDraft, users: EmbeddingMatrix?) throws -> [MeasuredRecall] {
    guard isMeasured else { return [] }
    let (items, order) = (parts.items, parts.order)
    var sets: [QuerySet] = []
    if let users { sets.append(QuerySet(users: users, items: items, seed: seed)) }
    // A handful of users says nothing.
    if sets.allSatisfy({ $0.vectors.count < 30 }) {
      sets = [
        QuerySet(sumsOf: 2, byNorm: false, of: items, order: order, seed: seed),
        QuerySet(sumsOf: 4, byNorm: true, of: items, order: order, seed: seed),
      ]
    }
    return try measure(draft, sets + [QuerySet(relatedTo: items, order: order, seed: seed)])
  }

  /// The measurements of some sets, in the order of the file.
  private func measure(_ draft: GraphDraft, _ sets: [QuerySet]) throws -> [MeasuredRecall] {
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    let items = Double(parts.items.count) * SelfMeasurement.rowsPerItem
    var all: [MeasuredRecall] = []
    var index: HNSWIndex?
    var question: Question?
    for (number, set) in sets.enumerated() where set.vectors.count > 0 {
      // Another question has another exact scan: what the last one has made of the items goes first.
      if set.question != question { index = nil }
      let asked = unsafe index ?? HNSWIndex(measuring: parts.storage(draft), kernels: parts.kernels)
      (index, question) = (asked, set.question)
      let budget = max(SelfMeasurement.leastBudget, items * asked.searchCost(.nearest).row / Double(sets.count))
      all += try Asking(index: asked, execution: quiet, budget: budget).measure(set)
      execution.progress?(
        ProgressEvent(stage: "measure", completed: number + 1, total: sets.count, unit: "sets of queries"))
    }
    return all.sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }
}

/// Asks one index.
private struct Asking {
  let index: HNSWIndex
  let execution: Execution
  /// What the graph may take for one set, in nanoseconds of one thread: a share of what the build took.
  let budget: Double
  /// A recall that is as good as exact.
  private let enough = 0.9997

  func measure(_ set: QuerySet) throws -> [MeasuredRecall] {
    let sizes = SelfMeasurement.sizes.filter { $0 == 1 || 4 * $0 <= index.count }
    guard let largest = sizes.last else { return [] }
    let metric = set.question == .related ? index.relatedMetric : index.metric
    let exhaustive = index.exhaustive(by: metric)
    let cost = index.searchCost(set.question)
    let truth = try truth(set, k: largest, exhaustive)

    var all = sizes.map { exact(set, k: $0, truth, exhaustive) }
    let price =
      all.map { one in
        max(
          cost.exact(rows: one.rowsPerQuery, components: one.componentsPerQuery, k: one.k, isBatch: true),
          cost.exact(rows: one.rowsPerQuery, components: one.componentsPerQuery, k: one.k, isBatch: false))
      }.max() ?? 0
    var spent = 0.0
    // What is as good as exact is asked no further.
    var open = sizes
    for ef in SelfMeasurement.efs where ef <= index.count {
      // Answers of up to ef items come from one walk. Larger ones keep more than they follow, so each has a walk of its
      // own, but for those of which so few could only find a small part.
      let together = open.filter { $0 <= ef }
      let apart = open.filter { $0 > ef && $0 <= SelfMeasurement.mostPerCandidate * ef }
      var run = try walk(set, ef: ef, sizes: together, truth)
      for k in apart { run += try walk(set, ef: ef, sizes: [k], truth) }
      all += run
      open.removeAll { k in run.contains { $0.k == k && $0.recall >= enough } }
      if open.isEmpty { break }
      guard let one = run.last else { continue }
      let walk = cost.graph(rows: one.rowsPerQuery, hops: one.hopsPerQuery, ef: ef, k: one.k)
      spent += walk * Double(one.queries * ((together.isEmpty ? 0 : 1) + apart.count))
      if walk > price || spent > budget { break }
    }
    return all
  }

  /// The exact answers, of items that are in the graph and are not the query itself.
  ///
  /// By the product: codes would be as large as those of the index, and a sample of queries hardly pays for making them, but
  /// where vectors are wide.
  private func truth(_ set: QuerySet, k: Int, _ exhaustive: ExhaustiveIndex) throws -> NeighborTable {
    let isCoded = index.dimension > CodeBook.widestPlain
    guard let nodes = set.nodes else {
      let absent = set.absent
      return try exhaustive.nearest(
        toEach: set.vectors, k: k, excluding: { (_: Int) -> RowSet? in absent }, reached: nil, isCoded: isCoded,
        execution: execution)
    }
    let all = try exhaustive.nearest(
      toEach: set.vectors, k: k + 1, reached: nil, isCoded: isCoded, execution: execution)
    var others = NeighborTable(queryCount: nodes.count, k: k)
    for (query, node) in nodes.enumerated() { others[query] = all[query].filter { $0.row.index != node }[...] }
    return others
  }

  /// What the exact scan has to do for an answer.
  private func exact(
    _ set: QuerySet, k: Int, _ truth: NeighborTable, _ exhaustive: ExhaustiveIndex
  ) -> MeasuredRecall {
    var one = MeasuredRecall(set, k: k, ef: nil)
    for query in 0..<set.vectors.count {
      let answer = truth[query].prefix(k)
      let floor = answer.count == k ? answer.last?.score ?? -.infinity : -.infinity
      let work = set.vectors.withRow(Row(query)) { exhaustive.work(answering: $0, kthScore: floor) }
      let expected = set.counting(answer, of: query).count
      one.expected += expected
      one.found += expected
      one.scored += work.rows
      one.components += work.components
    }
    return one
  }

  /// Asks the graph all queries with one `ef`, and compares the first answers with the truth for each size.
  private func walk(
    _ set: QuerySet, ef: Int, sizes: [Int], _ truth: NeighborTable
  ) throws -> [MeasuredRecall] {
    let queries = set.vectors.count
    guard let largest = sizes.last else { return [] }
    // For each query: rows scored, nodes expanded, then what was found of each size.
    let width = 2 + sizes.count
    var counts = [Int](repeating: 0, count: queries * width)
    try unsafe counts.withUnsafeMutableBufferPointer { counts in
      // Safe: each query's counts are written by the one chunk that holds it.
      nonisolated(unsafe) let counts = unsafe counts
      try execution.forEachChunk(of: queries, by: LargestItems.block) { _, range in
        index.search(set, range, k: largest, ef: ef) { query, answer, work in
          unsafe counts[query * width] = work.scored
          unsafe counts[query * width + 1] = work.hops
          for (place, k) in sizes.enumerated() {
            unsafe counts[query * width + 2 + place] = good(
              set.counting(answer.prefix(k), of: query), set.counting(truth[query].prefix(k), of: query))
          }
        }
      }
    }
    return sizes.enumerated().map { place, k in
      var one = MeasuredRecall(set, k: k, ef: ef)
      for query in 0..<queries {
        let expected = set.counting(truth[query].prefix(k), of: query).count
        let missed = expected - counts[query * width + 2 + place]
        one.expected += expected
        one.found += expected - missed
        one.squaredMisses += missed * missed
        one.scored += counts[query * width]
        one.hops += counts[query * width + 1]
      }
      return one
    }
  }

  /// How many of an answer are as good as the truth: with at least its last score, or one step of `Float` below it.
  /// Which of several equal items is meant is no question of recall; data with many copies or multiples has thousands
  /// of them.
  private func good(_ answer: ArraySlice<Neighbor>, _ truth: ArraySlice<Neighbor>) -> Int {
    guard let last = truth.last else { return 0 }
    let least = last.score.nextDown
    return min(truth.count, answer.count { $0.score >= least })
  }
}

extension MeasuredRecall {
  /// Nothing yet, of a set of queries.
  fileprivate init(_ set: QuerySet, k: Int, ef: Int?) {
    self.init(
      question: set.question, family: set.family, k: k, ef: ef, queries: set.vectors.count, expected: 0, found: 0,
      squaredMisses: 0, scored: 0, hops: 0, components: 0)
  }
}
