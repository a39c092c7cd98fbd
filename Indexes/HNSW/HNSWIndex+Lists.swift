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
    let (key, exact) = (listKey(request, target), exhaustive())
    let allowed = exact.allowedItems(by: request.filter, always: true)?.allowedCount ?? count
    let others = min(allowed, rowsOfWalk ?? count)
    guard ItemLists.areWorth(insteadOf: others, in: exact) else { return nil }
    let start = checks.withLists(key) { $0.start(queries.count, isBatch: isBatch) }
    // Lists pay for themselves by what they save: less than an exact scan where the other way costs less, more of a single query.
    let share = Double(min(others, start.compared)) / Double(max(1, count)) * (isBatch ? 1 : HNSWIndex.costOfSingle)
    guard
      let lists = try exact.lists(
        for: Int((Double(queries.count) * share).rounded(.up)), waits: isBatch, execution)
    else { return nil }
    var wanted = start.wanted
    if rowsOfWalk != nil, !start.last.isLists {
      let isDear =
        isBatch && queries.count >= RecallCheck.first && start.total < RecallCheck.first
        && ItemLists.areWorth(insteadOf: others / HNSWIndex.dearWalk, in: exact)
      wanted = isDear ? RecallCheck.first : 0
    }
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var sampled = SampledRows(known, of: queries.count, after: start.total)
    var (verdict, own, unseen) = (start.last, MeasuredRecall?.none, 0)
    while true {
      let more = sampled.next(min(wanted, RecallCheck.most))
      if !more.isEmpty {
        let found = try self.answers(to: queries, more, request, ef: nil, filter: nil, quiet)
        sampled.add(more, more.indices.map { found[$0] })
      }
      // Where nothing new was asked, what was decided holds.
      guard unseen < sampled.rows.count else { break }
      let asked = EmbeddingMatrix(
        uniformRows: sampled.rows[unseen...].map { queries[Row($0)] }, dimension: dimension)
      let new = Array(sampled.answers[unseen...])
      let ranks = try exact.ranks(of: new, to: asked, by: request.filter, in: lists, quiet)
      let compared = try exact.comparedItems(for: new, to: asked, quiet)
      let queriesOfSample = new.indices.map { place in
        ListSample.Query(ListRanking.allCases.map { ranks[$0]?[place] ?? [] }, compared: compared[place])
      }
      unseen = sampled.rows.count
      verdict = checks.withLists(key) { sample in
        sample.learn(queriesOfSample, own: &own, target: target, lists: lists.count) { number, compared in
          lists.isWorth(number, insteadOf: min(others, compared))
        }
      }
      if verdict != .more || rowsOfWalk != nil || wanted >= RecallCheck.most || sampled.isWhole { break }
      wanted = max(2 * wanted, RecallCheck.first)
    }
    guard case .lists(let number, let ranking) = verdict else {
      if rowsOfWalk != nil || sampled.rows.isEmpty { return nil }
      return try exactly(
        toEach: queries, request, besides: sampled.rows, sampled.answers, filter: nil, execution: execution)
    }
    var table =
      sampled.isWhole
      ? NeighborTable(queryCount: queries.count, k: min(request.k, count))
      : try exact.nearest(toEach: queries, request, in: lists, number: number, by: ranking, execution: execution)
    for (row, answer) in zip(sampled.rows, sampled.answers) { table[row] = answer }
    return sampled.isWhole ? table : try completed(table, queries, request, execution)
  }

  /// What is known of lists under a filter holds for that alone: a query visits no more lists for what it leaves out.
  func listKey(_ request: SearchRequest, _ target: Double) -> RecallChecks.Key {
    RecallChecks.Key(
      k: request.k, target: target, filter: exhaustive().allowedItems(by: request.filter, always: true)?.hash)
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
    guard mayBeListed(request), let sample = checks.lists(listKey(request, target)),
      case .lists(let number, _) = sample.last
    else { return nil }
    var plan = SearchPlan(way: .lists(number), recall: target)
    plan.checkedQueries = sample.total
    plan.basis = .checkedQueries
    return plan
  }
}

/// The rows of a batch that are answered exactly.
private struct SampledRows {
  private(set) var rows: [Int]
  private(set) var answers: [ArraySlice<Neighbor>]
  private let count: Int
  private let seen: Int
  /// The places that are left, once they are needed.
  private var places: ArraySlice<Int>?

  /// - Parameter seen: How many queries were sampled before.
  init(_ known: (rows: [Int], answers: [ArraySlice<Neighbor>]), of count: Int, after seen: Int) {
    (rows, answers, self.count, self.seen) = (known.rows, known.answers, count, seen)
  }

  /// Whether no row is left, or the most are taken.
  var isWhole: Bool { rows.count >= count }

  /// More rows, until so many are known.
  mutating func next(_ wanted: Int) -> [Int] {
    guard wanted > rows.count, !isWhole else { return [] }
    var left = places ?? RecallCheck.places(in: count, after: seen).filter { !rows.contains($0) }[...]
    let more = Array(left.prefix(wanted - rows.count))
    left = left.dropFirst(more.count)
    places = left
    return more
  }

  mutating func add(_ more: [Int], _ found: [ArraySlice<Neighbor>]) {
    rows += more
    answers += found
  }
}
