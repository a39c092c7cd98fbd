import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive
@testable import AkinHNSW

@Suite("A recall by lists")
struct ListedSearchTests {
  private static func number(_ verdict: ListSample.Verdict) -> Int? {
    if case .lists(let number, _) = verdict { number } else { nil }
  }

  @Test("is learned from single queries: the first are answered exactly")
  func single() throws {
    let items = EmbeddingMatrix(
      uniformRows: (0..<16_400).map { [Float($0 % 41), Float($0 % 43) / 2, Float($0 % 400) / 97] }, dimension: 3)
    var options = HNSWBuildOptions()
    options.linksItems = false
    let index = try HNSWIndex(Embeddings(items: items, metric: .euclidean), options: options)
    let queries = EmbeddingMatrix(
      uniformRows: (0..<400).map { [Float($0 % 39) + 0.3, Float($0 % 37) / 2, Float($0) / 97] }, dimension: 3)
    let request = SearchRequest(k: 5, effort: .recall(0.9))
    let truth = try index.nearest(
      toEach: queries, SearchRequest(k: 5, effort: .exact), execution: Execution(threads: 2))
    var (good, listed) = (0, 0)
    for query in 0..<400 {
      let isListed = try index.plan(request).way != .exact
      let found = try index.nearest(to: queries[Row(query)].span, request)
      good += RecallCheck.good(found, truth[query])
      listed += isListed ? 1 : 0
      if !isListed { #expect(found[...] == truth[query], "query \(query)") }
    }
    #expect((300...336).contains(listed), "\(listed) of 400 by lists")
    #expect(Double(good) >= 0.9 * 2000)
    var lone = request
    lone.allowsExactFallback = false
    #expect(try index.nearest(to: queries[Row(0)].span, lone)[...] == truth[0], "no exact answers, no lists")
  }

  @Test(
    "are taken for single queries, which the graph answers too, where walks cost far more", arguments: Metric.allCases)
  func dearWalks(metric: Metric) throws {
    let (rows, dimension) = (16_400, 5)
    // By inner product, lengths would leave the exact scan little to compare.
    let normal = normalMatrix(rows: rows + 300, dimension: dimension, seed: 40)
    let noise = unsafe matrix(rows: rows + 300, dimension: dimension) { row, values in
      let own = normal[Row(row)]
      let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for component in 0..<dimension { unsafe values[component] = own[component] / length }
    }
    var options = HNSWBuildOptions()
    options.linksItems = false
    let index = try Built(
      Catalogue(rows: (0..<rows).map { noise[Row($0)] }, dimension: dimension, metric: metric), options
    ).index
    let request = SearchRequest(k: 5, effort: .recall(0.8))
    var answered = 0
    for query in 0..<300 {
      let own = noise[Row(rows + query)]
      let truth = try index.nearest(to: own.span, SearchRequest(k: 5, effort: .exact))
      if query < 200 {
        // As if each were checked: a walk costs as much as an exact scan.
        let found = try index.listed(to: own.span, request, target: 0.8, known: truth, insteadOf: rows)
        #expect(found == nil || found == truth, "what is known is the answer")
      } else if let found = try index.listed(to: own.span, request, target: 0.8, insteadOf: rows) {
        answered += RecallCheck.good(found, truth)
      }
    }
    #expect(Double(answered) >= 0.8 * 500, "\(metric): \(answered)")
    // A cheap walk leaves lists no room.
    #expect(try index.listed(to: noise[Row(rows)].span, request, target: 0.8, insteadOf: 90) == nil)
  }

  @Test("is kept on a batch, learned once, and told by the plan", arguments: Metric.allCases)
  func batch(metric: Metric) throws {
    let (rows, dimension, asked) = (17_000, 6, 600)
    let (clouds, noise) = (
      normalMatrix(rows: 90, dimension: dimension, seed: 1),
      normalMatrix(rows: rows + asked, dimension: dimension, seed: 2)
    )
    func vector(_ number: Int) -> [Float] {
      let own = zip(clouds[Row(number * 7 % 90)], noise[Row(number)]).map { $0 + 0.3 * $1 }
      // By inner product, lengths would leave the exact scan little to compare.
      let length = metric == .innerProduct ? own.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
      return own.map { $0 / length }
    }
    // Nothing is linked, so the plan is the exact scan.
    var options = HNSWBuildOptions()
    options.linksItems = false
    let index = try Built(
      Catalogue(rows: (0..<rows).map(vector), dimension: dimension, metric: metric), options
    ).index
    let queries = EmbeddingMatrix(uniformRows: (rows..<rows + asked).map(vector), dimension: dimension)
    var request = SearchRequest(k: 10, effort: .recall(0.9))
    func answers(_ request: SearchRequest, threads: Int) throws -> NeighborTable {
      try index.nearest(toEach: queries, request, execution: Execution(threads: threads))
    }
    let truth = try answers(SearchRequest(k: 10, effort: .exact), threads: 2)
    func recall(_ table: NeighborTable) -> Double {
      Double((0..<asked).reduce(0) { $0 + RecallCheck.good(table[$1], truth[$1]) }) / Double(asked * 10)
    }
    let key = index.key(request, 0.9)
    // An eighth of the first batch, and of the next one in 64 queries, since 256 are not known.
    for (checked, threads) in [(75...75, 2), (9...10, 1)] {
      let before = index.checks.lists(key)?.total ?? 0
      let table = try answers(request, threads: threads)
      let found = recall(table)
      #expect(found >= 0.9 - 0.005 && found < 1, "\(metric): \(found)")
      let number = try #require(index.checks.lists(key).flatMap { Self.number($0.last) }, "\(metric)")
      let plan = try index.plan(request, isBatch: true)
      #expect(
        plan.way == .lists(number) && checked.contains((plan.checkedQueries ?? 0) - before)
          && plan.basis == .checkedQueries)
      #expect(try index.plan(request).way == plan.way)
      // Single queries, and batches of a few, find as much.
      var good = 0
      for query in 200..<210 {
        good += RecallCheck.good(try index.nearest(to: queries[Row(query)].span, request), truth[query])
      }
      let few = try index.nearest(toEach: queries.rows(100..<109), request, execution: Execution(threads: 1))
      for query in 0..<9 { good += RecallCheck.good(few[query], truth[100 + query]) }
      #expect(good >= 160, "\(metric): \(good) of 190")
    }
    // A recall of 1 is exact.
    #expect(try answers(SearchRequest(k: 10, effort: .recall(1)), threads: 2) == truth)
    // Queries of other kinds, for which the sample does not speak, are answered exactly.
    var limited = request
    limited.minimumScore = truth[0].last?.score
    var exactly = limited
    exactly.effort = .exact
    #expect(try answers(limited, threads: 2) == answers(exactly, threads: 2))
    let each: @Sendable (Int) -> RowFilter? = { .excluding(RowSet([Row(UInt32($0))], capacity: rows)) }
    let own = SearchRequest(k: 10, effort: .exact)
    #expect(
      try index.nearest(toEach: queries, request, filter: each, execution: Execution(threads: 2))
        == index.nearest(toEach: queries, own, filter: each, execution: Execution(threads: 2)))
    // An answer that is too short is made exactly.
    var short = truth
    for query in [0, 5, 599] { short[query] = truth[query].prefix(query % 4) }
    #expect(try index.completed(short, queries, request, Execution(threads: 1)) == truth)
    // In place of walks that keep the target, lists answer where they cost less, by the samples of checks.
    let checked = Array(stride(from: 0, to: asked, by: 4))
    func listed(_ target: Double, _ known: [Int], insteadOf rowsOfWalk: Int) throws -> NeighborTable? {
      try index.listed(
        toEach: queries, SearchRequest(k: 10, effort: .recall(target)), target: target,
        known: (known, known.map { truth[$0] }), insteadOf: rowsOfWalk, filter: nil, execution: Execution(threads: 2))
    }
    #expect(
      try listed(0.85, [checked[0]], insteadOf: metric == .innerProduct ? 2000 : 3000) == nil, "one query says nothing")
    let table = try #require(try listed(0.85, checked, insteadOf: rows), "\(metric)")
    #expect(recall(table) >= 0.85 - 0.005, "\(metric): \(recall(table))")
    // Cheap walks leave no room for lists; the same sample says so for them alone.
    for rowsOfWalk in [100, metric == .innerProduct ? 900 : 2500] {
      #expect(try listed(0.96, checked, insteadOf: rowsOfWalk) == nil)
    }
    for known in [[checked[0]], []] { #expect(try listed(0.96, known, insteadOf: rows) != nil, "\(metric)") }
    let walked = try index.plan(SearchRequest(k: 10, effort: .recall(0.85)), isBatch: true)
    #expect(walked.way != .exact)
    request.allowsExactFallback = false
    #expect(index.listPlan(request, target: 0.9) == nil)
    request.allowsExactFallback = true
    // A filter has a sample of its own.
    let odd = RowFilter.only(RowSet((0..<rows).filter { $0 % 2 == 1 }.map { Row(UInt32($0)) }, capacity: rows))
    let filtered = try answers(SearchRequest(k: 10, effort: .recall(0.8), filter: odd), threads: 2)
    let filteredExactly = try answers(SearchRequest(k: 10, effort: .exact, filter: odd), threads: 2)
    let good = (0..<asked).reduce(0) { $0 + RecallCheck.good(filtered[$1], filteredExactly[$1]) }
    #expect(Double(good) >= 0.795 * Double(asked * 10), "\(metric): \(good)")
    #expect((0..<asked).allSatisfy { filtered[$0].allSatisfy { odd.allows($0.row) } })
  }
}
