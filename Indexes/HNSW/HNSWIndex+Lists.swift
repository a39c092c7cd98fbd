import AkinExhaustive
import AkinSupport
import AkinVectors

// Where no graph search keeps a recall target at a lower cost than the exact scan, a batch answers a sample of its queries exactly,
// and the others by as many of the nearest lists (`ItemLists`) as the sample needed.

extension HNSWIndex {
  /// Smaller batches are answered exactly: there is nothing to gain beside a sample.
  private static let fewestListed = 2 * RecallCheck.first

  /// Answers a batch for a recall target by lists; `nil` where they are not worth it.
  ///
  /// - Parameters:
  ///   - queries: Finite queries.
  ///   - target: The recall, below 1.
  ///   - known: Rows of the batch that are answered exactly already, and their answers.
  func listed(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, target: Double,
    known: (rows: [Int], answers: [ArraySlice<Neighbor>]) = ([], []),
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable? {
    guard target < 1, queries.count >= HNSWIndex.fewestListed else { return nil }
    let (key, exact) = (key(request, target), exhaustive())
    var sample = checks.lists(key) ?? ListSample()
    guard !sample.isHopeless, let lists = try exact.lists(for: queries.count, execution) else { return nil }
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    let wanted =
      sample.number == nil
      ? min(RecallCheck.most, max(RecallCheck.first, queries.count / 8)) : max(1, queries.count / RecallCheck.most)
    let more = RecallCheck.places(in: queries.count).filter { !known.rows.contains($0) }
      .prefix(max(0, wanted - known.rows.count))
    let found = try answers(to: queries, Array(more), request, ef: nil, filter: filter, quiet)
    let (rows, answers) = (known.rows + more, known.answers + more.indices.map { found[$0 - more.startIndex] })
    let asked = EmbeddingMatrix(uniformRows: rows.map { queries[Row($0)] }, dimension: dimension)
    sample.add(try exact.ranks(of: answers, to: asked, in: lists, quiet))
    let exactRows = exact.allowedItems(by: request.filter)?.allowedCount ?? count
    sample.decide(target, k: request.k, lists: lists.count) { lists.isWorth($0, insteadOf: exactRows) }
    checks.set(sample, key)
    guard let number = sample.number else { return nil }
    var table = try exact.nearest(
      toEach: queries, request, filter: filter, in: lists, number: number, execution: execution)
    for (row, answer) in zip(rows, answers) { table[row] = answer }
    return table
  }

  /// The plan of a batch after what this process has learned of lists, or `nil`.
  func listPlan(_ request: SearchRequest, target: Double) -> SearchPlan? {
    guard let sample = checks.lists(key(request, target)), let number = sample.number else { return nil }
    var plan = SearchPlan(way: .lists(number), recall: target)
    plan.checkedQueries = sample.total
    plan.basis = .checkedQueries
    return plan
  }
}
