import AkinExhaustive
import AkinSupport
import AkinVectors

// Where lists (`ItemLists`) cost less than the exact scan, or than walks that keep a recall target, queries visit as many of the nearest
// as a sample of exact answers needed.

extension HNSWIndex {
  /// Whether the queries of a request may be answered by lists.
  ///
  /// What a sample says of one kind of question holds for it alone, so queries with excluded rows or a minimum score get no lists, nor do
  /// those with filters of their own, nor a request that allows no exact answers.
  func mayBeListed(_ request: SearchRequest) -> Bool {
    request.allowsExactFallback && request.excluded == nil && request.minimumScore == nil
  }

  /// Answers queries for a recall target by lists, or exactly where their sample shows that lists are not worth it; `nil` where that is
  /// known before, or where walks that keep the target cost less.
  ///
  /// - Parameters:
  ///   - queries: Finite queries.
  ///   - target: The recall, below 1.
  ///   - known: Rows of the batch that are answered exactly already, and their answers.
  ///   - rowsOfWalk: So many rows of an exact scan cost as much as a walk that keeps the target; `nil` where none does. Where walks are
  ///     not dear, no more queries are answered exactly than are known.
  ///   - isBatch: Whether other threads wait while one makes lists.
  func listed(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, target: Double,
    known: (rows: [Int], answers: [ArraySlice<Neighbor>]) = ([], []), insteadOf rowsOfWalk: Int? = nil,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, isBatch: Bool = true, execution: Execution
  ) throws -> NeighborTable? {
    guard target < 1, queries.count > 0, filter == nil, mayBeListed(request) else { return nil }
    let (key, exact) = (key(request, target), exhaustive())
    let others = min(exact.allowedItems(by: request.filter)?.allowedCount ?? count, rowsOfWalk ?? count)
    var sample = checks.lists(key) ?? ListSample()
    defer { checks.set(sample, key) }
    let last = sample.last
    var wanted = known.rows.count
    if rowsOfWalk == nil || last.isLists {
      wanted = sample.wanted(of: queries.count)
    } else if isBatch, queries.count >= RecallCheck.first, sample.total < RecallCheck.first,
      ItemLists.areWorth(insteadOf: others / HNSWIndex.dearWalk, in: exact)
    {
      wanted = RecallCheck.first
    }
    sample.last = .none
    // Lists pay for themselves by what they save: less than an exact scan where the other way costs less, more of a single query.
    let share = Double(min(others, sample.compared)) / Double(max(1, count)) * (isBatch ? 1 : HNSWIndex.costOfSingle)
    guard ItemLists.areWorth(insteadOf: others, in: exact),
      let lists = try exact.lists(
        for: Int((Double(queries.count) * share).rounded(.up)), waits: isBatch, execution)
    else { return nil }
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var (rows, answers) = known
    var places = RecallCheck.places(in: queries.count, after: sample.total).filter { !rows.contains($0) }[...]
    var unseen = 0
    while true {
      let more = Array(places.prefix(max(0, min(wanted, RecallCheck.most) - rows.count)))
      places = places.dropFirst(more.count)
      let found = try self.answers(to: queries, more, request, ef: nil, filter: nil, quiet)
      rows += more
      answers += more.indices.map { found[$0] }
      guard unseen < rows.count else {
        // Nothing new was asked: what was decided holds.
        sample.last = last
        break
      }
      let asked = EmbeddingMatrix(uniformRows: rows[unseen...].map { queries[Row($0)] }, dimension: dimension)
      let new = Array(answers[unseen...])
      sample.add(
        try exact.ranks(of: new, to: asked, by: request.filter, in: lists, quiet),
        compared: try exact.comparedItems(for: new, to: asked, quiet))
      unseen = rows.count
      let budget = min(others, sample.compared)
      sample.last = sample.verdict(target, k: request.k, lists: lists.count) { lists.isWorth($0, insteadOf: budget) }
      if sample.last != .more || rowsOfWalk != nil || wanted >= RecallCheck.most || places.isEmpty { break }
      wanted *= 2
    }
    guard case .lists(let number, let ranking) = sample.last else {
      if rowsOfWalk != nil || rows.isEmpty { return nil }
      return try exactly(toEach: queries, request, besides: rows, answers, filter: nil, execution: execution)
    }
    var table = try exact.nearest(
      toEach: queries, request, in: lists, number: number, by: ranking, execution: execution)
    for (row, answer) in zip(rows, answers) { table[row] = answer }
    return try completed(table, queries, request, execution)
  }

  /// A walk that costs less than so many scans of the nearest list is not worth a sample, nor codes of lists.
  static let dearWalk = 3

  /// An exact scan for one query takes about as long as for so many of a batch.
  private static let costOfSingle = 6.0

  /// Answers one query for a recall target by lists, or exactly as a part of their sample; `nil` where it is answered otherwise.
  ///
  /// - Parameters:
  ///   - known: Its exact answer, if that is known: then the sample learns it.
  ///   - rowsOfWalk: So many rows of an exact scan cost as much as a walk; `nil` in place of the exact scan.
  func listed(
    to query: Span<Float>, _ request: SearchRequest, target: Double, known: [Neighbor]? = nil,
    insteadOf rowsOfWalk: Int? = nil
  ) throws(SearchError) -> [Neighbor]? {
    let one = EmbeddingMatrix(uniformRows: [query.indices.map { query[$0] }], dimension: dimension)
    do {
      let table = try listed(
        toEach: one, request, target: target, known: known.map { ([0], [$0[...]]) } ?? ([], []), insteadOf: rowsOfWalk,
        filter: nil, isBatch: false, execution: Execution(threads: 1))
      return table.map { Array($0[0]) }
    } catch let error as SearchError {
      throw error
    } catch {
      // Nothing cancels it.
      return nil
    }
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

  /// The plan after what this process has learned of lists, or `nil`.
  func listPlan(_ request: SearchRequest, target: Double) -> SearchPlan? {
    guard mayBeListed(request), let sample = checks.lists(key(request, target)),
      case .lists(let number, _) = sample.last
    else { return nil }
    var plan = SearchPlan(way: .lists(number), recall: target)
    plan.checkedQueries = sample.total
    plan.basis = .checkedQueries
    return plan
  }
}
