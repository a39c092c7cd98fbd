import AkinExhaustive
import AkinSupport
import AkinVectors

// Where no graph search keeps a recall target at a lower cost than the exact scan, a batch answers a sample of its queries exactly,
// and the others by as many of the nearest lists (`ItemLists`) as the sample needed.

extension HNSWIndex {
  /// Smaller batches are answered exactly: there is nothing to gain beside a sample.
  private static let fewestListed = 2 * RecallCheck.first

  /// Answers a batch for a recall target by lists, or exactly where its sample shows that they are not worth it; `nil` where that is
  /// known before, or where another way is at hand.
  ///
  /// What a sample says of one kind of question holds for it alone, so queries with filters of their own, with excluded rows or a
  /// minimum score get no lists, nor does a request that allows no exact answers.
  ///
  /// - Parameters:
  ///   - queries: Finite queries.
  ///   - target: The recall, below 1.
  ///   - known: Rows of the batch that are answered exactly already, and their answers.
  ///   - rowsOfWalk: So many rows of an exact scan cost as much as a walk that keeps the target; `nil` where none does. With a walk, no
  ///     more queries are answered exactly than are known.
  func listed(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, target: Double,
    known: (rows: [Int], answers: [ArraySlice<Neighbor>]) = ([], []), insteadOf rowsOfWalk: Int? = nil,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable? {
    guard target < 1, queries.count >= HNSWIndex.fewestListed, request.allowsExactFallback, filter == nil,
      request.excluded == nil, request.minimumScore == nil
    else { return nil }
    let (key, exact) = (key(request, target), exhaustive())
    let others = min(exact.allowedItems(by: request.filter)?.allowedCount ?? count, rowsOfWalk ?? count)
    var sample = checks.lists(key) ?? ListSample()
    guard !sample.isHopeless, ItemLists.areWorth(insteadOf: others, in: exact),
      let lists = try exact.lists(for: queries.count, execution)
    else { return nil }
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var (rows, answers) = known
    var wanted = sample.number == nil ? max(RecallCheck.first, queries.count / 8) : queries.count / RecallCheck.most
    var places = RecallCheck.places(in: queries.count).filter { !rows.contains($0) }[...]
    var unseen = 0
    while true {
      wanted = rowsOfWalk == nil ? min(RecallCheck.most, max(1, wanted)) : rows.count
      let more = Array(places.prefix(max(0, wanted - rows.count)))
      places = places.dropFirst(more.count)
      let found = try self.answers(to: queries, more, request, ef: nil, filter: nil, quiet)
      rows += more
      answers += more.indices.map { found[$0] }
      let asked = EmbeddingMatrix(uniformRows: rows[unseen...].map { queries[Row($0)] }, dimension: dimension)
      let new = Array(answers[unseen...])
      sample.add(try exact.ranks(of: new, to: asked, in: lists, quiet))
      let compared = try min(others, exact.comparedItems(for: new, to: asked, quiet))
      unseen = rows.count
      sample.decide(target, k: request.k, lists: lists.count) { lists.isWorth($0, insteadOf: compared) }
      if sample.number != nil || sample.isHopeless || wanted >= RecallCheck.most || places.isEmpty { break }
      if rowsOfWalk != nil { break }
      wanted *= 2
    }
    checks.set(sample, key)
    guard let number = sample.number else {
      if rowsOfWalk != nil { return nil }
      return try exactly(toEach: queries, request, besides: rows, answers, filter: nil, execution: execution)
    }
    var table = try exact.nearest(
      toEach: queries, request, in: lists, number: number, by: sample.ranking, execution: execution)
    for (row, answer) in zip(rows, answers) { table[row] = answer }
    return try completed(table, queries, request, execution)
  }

  /// Answers exactly what lists have answered with fewer items than there are.
  func completed(
    _ table: NeighborTable, _ queries: EmbeddingMatrix, _ request: SearchRequest, _ execution: Execution
  ) throws -> NeighborTable {
    let allowed = min(request.k, request.filter?.allowedCount ?? count)
    let short = (0..<queries.count).filter { table[$0].count < allowed }
    guard !short.isEmpty else { return table }
    var table = table
    let exact = try answers(to: queries, short, request, ef: nil, filter: nil, execution)
    for (place, row) in short.enumerated() { table[row] = exact[place] }
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
