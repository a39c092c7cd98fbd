import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive
@testable import AkinHNSW

@Suite("A recall by lists")
struct ListSampleTests {
  /// Queries with the same ranks by both rankings, or others by the best item.
  private static func queries(_ ranks: [[Int]], best: [[Int]]? = nil, compared: Int = 1000) -> [ListSample.Query] {
    zip(ranks, best ?? ranks).map { ListSample.Query([$0, $1], compared: compared) }
  }

  /// What a new sample decides.
  private static func verdict(
    _ queries: [ListSample.Query], _ target: Double, lists: Int, isWorth: (Int) -> Bool
  ) -> ListSample.Verdict {
    var sample = ListSample()
    var own: MeasuredRecall?
    return sample.learn(queries, own: &own, target: target, lists: lists) { number, _ in isWorth(number) }
  }

  private static func number(_ verdict: ListSample.Verdict) -> Int? {
    if case .lists(let number, _) = verdict { number } else { nil }
  }

  @Test(
    "takes the fewest lists that the sample's confidence allows, more for a higher target, none where none is worth it")
  func decision() {
    // One item in ten lies in list r with r uniform in 1...10.
    let random = CounterRandom(seed: 6, purpose: 1)
    let queries = Self.queries(
      (0..<256).map { query in
        (0..<10).map { 1 + Int(random.uniform(at: UInt64(10 * query + $0)) * 10) }
      })
    var last = 0
    for target in [0.3, 0.6, 0.9, 0.99] {
      let number = Self.number(Self.verdict(queries, target, lists: 20) { _ in true }) ?? 0
      #expect(number >= last && number >= Int(target * 10) && number <= Int(target * 12.5) + 1, "\(target): \(number)")
      last = number
    }
    #expect(Self.verdict(queries, 0.9, lists: 20) { $0 < 5 } == .none)
    // What is not worth it by one measure may be by another.
    #expect(Self.number(Self.verdict(queries, 0.9, lists: 20) { $0 < 15 }) != nil)
  }

  @Test("waits for more queries where too few are sure, and ends where the most are not")
  func patience() {
    let one = Self.queries(Array(repeating: [1], count: 64))
    #expect(Self.verdict(one, 0.99, lists: 30) { $0 < 4 } == .more)
    let all = Self.queries(Array(repeating: [1], count: 256))
    #expect(Self.verdict(all, 0.99, lists: 30) { $0 < 4 } == .lists(1, by: .byMean))
    #expect(Self.verdict(all, 0.9999, lists: 30) { $0 < 4 } == .none, "the most queries are not sure")
    let empty = Self.queries(Array(repeating: [], count: 64))
    #expect(Self.number(Self.verdict(empty, 0.5, lists: 30) { $0 < 4 }) == nil, "empty answers say nothing")
    // Long answers of few queries look sure, and are not; nor do few speak against lists.
    for rank in [1, 9] {
      let few = Self.queries(Array(repeating: Array(repeating: rank, count: 100), count: 63))
      #expect(Self.verdict(few, 0.9, lists: 30) { $0 < 4 } == .more, "\(rank)")
    }
  }

  @Test("takes the ranking that needs fewer lists")
  func rankings() {
    for (means, best, expected) in [(4, 4, ListRanking.byMean), (4, 2, .byBestItem), (2, 4, .byMean)] {
      let queries = Self.queries(
        Array(repeating: [1, means], count: 64), best: Array(repeating: [1, best], count: 64))
      #expect(Self.verdict(queries, 0.9, lists: 30) { _ in true } == .lists(min(means, best), by: expected))
    }
  }

  /// A sample of 256 queries that one list answers, and what it has decided.
  private static func easy(_ target: Double = 0.9) -> ListSample {
    var (sample, own) = (ListSample(), MeasuredRecall?.none)
    let verdict = sample.learn(
      queries(Array(repeating: [1, 1], count: 256)), own: &own, target: target, lists: 30
    ) { _, _ in true }
    #expect(verdict == .lists(1, by: .byMean) && sample.isFull && sample.total == 256 && own == nil)
    return sample
  }

  @Test("forgets what it knew where six queries in a row, or six of a batch, find nothing: the next 64 decide anew")
  func shortfall() {
    let hard = Self.queries([[9, 9]], compared: 400)
    // Each call is of a batch of its own, or all are of one.
    for isOne in [false, true] {
      var (sample, batch) = (Self.easy(), MeasuredRecall?.none)
      for query in 1...70 {
        var own = isOne ? batch : nil
        let verdict = sample.learn(hard, own: &own, target: 0.9, lists: 30) { _, _ in true }
        batch = own
        switch query {
        case ..<6: #expect(verdict == .lists(1, by: .byMean), "query \(query)")
        case ..<64: #expect(verdict == .more, "query \(query)")
        default: #expect((9...12).contains(Self.number(verdict) ?? 0), "query \(query)")
        }
        #expect(sample.last == verdict)
      }
      #expect(sample.compared == 400 && sample.total == 326)
    }
    // Among many that are found, a batch alone shows it.
    var sample = Self.easy()
    for query in 0..<200 {
      var own: MeasuredRecall?
      let found = Self.queries([[1, 1]])
      #expect(
        sample.learn(found, own: &own, target: 0.9, lists: 30) { _, _ in true } == .lists(1, by: .byMean), "\(query)")
    }
    var own: MeasuredRecall?
    let batch = Self.queries(Array(repeating: [9, 9], count: 6))
    #expect(sample.learn(batch, own: &own, target: 0.9, lists: 30) { _, _ in true } == .more)
    // What misses no more than it may changes nothing.
    var calm = Self.easy(0.5)
    for _ in 0..<100 {
      var own: MeasuredRecall?
      #expect(
        calm.learn(Self.queries([[1, 9]]), own: &own, target: 0.5, lists: 30) { _, _ in true } == .lists(1, by: .byMean)
      )
    }
  }

  @Test(
    "Of single queries one in 2, in 4 and in 128 is answered exactly after a decision, and one in 256 once 256 are known"
  )
  func pauses() {
    var (sample, own) = (ListSample(), MeasuredRecall?.none)
    let easy = Self.queries([[1, 1]])
    var exactly: [Int] = []
    for query in 1...30_000 {
      let start = sample.start(1, isBatch: false)
      guard start.wanted > 0 else { continue }
      exactly.append(query)
      _ = sample.learn(easy, own: &own, target: 0.9, lists: 30) { _, _ in true }
    }
    let first = Array(1...64) + (1...6).map { 64 + 2 * $0 } + (1...10).map { 76 + 4 * $0 }
    #expect(Array(exactly.prefix(80)) == first)
    let gaps = zip(exactly.dropFirst(79), exactly.dropFirst(80)).map { $1 - $0 }
    #expect(gaps == Array(repeating: 128, count: 176) + Array(repeating: 256, count: 28))
    var full = Self.easy()
    #expect((0..<2560).count { _ in full.start(1, isBatch: true).wanted > 0 } == 20)
    #expect(full.start(2560, isBatch: true).wanted == 20)
    #expect(full.start(1000, isBatch: true).wanted == 10 && full.start(900, isBatch: true).wanted < 9)
    // A batch that is not decided yet is asked for an eighth, or 64.
    var new = ListSample()
    #expect(new.start(100, isBatch: true).wanted == 64 && new.start(4000, isBatch: true).wanted == 500)
  }

  @Test("No check is lost where many threads ask")
  func threads() async {
    let checks = RecallChecks()
    let key = RecallChecks.Key(k: 10, target: 0.9)
    checks.withLists(key) { $0 = Self.easy() }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<3200 where checks.withLists(key, { $0.start(1, isBatch: true) }).wanted > 0 {
            var own: MeasuredRecall?
            _ = checks.withLists(key) {
              $0.learn(Self.queries([[1, 1]]), own: &own, target: 0.9, lists: 30) { _, _ in true }
            }
          }
        }
      }
    }
    #expect(checks.lists(key)?.total == 256 + 8 * 3200 / 128)
  }

  @Test("Of more than 256 kinds of queries those of filters go first, the oldest first")
  func recent() {
    let checks = RecallChecks()
    let plan = SearchPlan(way: .graph(ef: 3), recall: 0.9)
    let check = RecallCheck(plan, k: 10, target: 0.9, exactCost: 1, isTrusted: true)
    let plain = RecallChecks.Key(k: 10, target: 0.9)
    checks[plain] = check
    for filter in 0..<300 {
      checks[RecallChecks.Key(k: 10, target: 0.9, filter: filter)] = check
      _ = checks.next(RecallChecks.Key(k: 10, target: 0.9, filter: 0)) { check }
    }
    #expect(checks[plain] != nil && checks[RecallChecks.Key(k: 10, target: 0.9, filter: 0)] != nil)
    let left = (0..<300).filter { checks[RecallChecks.Key(k: 10, target: 0.9, filter: $0)] != nil }
    #expect(left == [0] + Array(46..<300))
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
    "Single queries take lists in place of dear walks, are still checked, and walk again where lists may not answer")
  func inPlaceOfWalks() {
    let plan = SearchPlan(way: .graph(ef: 40), recall: 0.9)
    var check = RecallCheck(plan, k: 10, target: 0.9, exactCost: 1e6, isTrusted: true)
    check.rowsOfListed = 5000
    var steps: [RecallCheck.Step] = []
    for _ in 0..<512 { steps.append(check.next(byLists: true)) }
    #expect(steps.count { $0 == .both(ef: 40) } == 2 && steps.count { $0 == .lists(insteadOf: 5000) } == 510)
    #expect(check.next(byLists: false) == .walk(ef: 40))
    check.rowsOfListed = nil
    #expect(check.next(byLists: true) == .both(ef: 40) && check.next(byLists: true) == .walk(ef: 40))
    let checks = RecallChecks()
    let key = RecallChecks.Key(k: 10, target: 0.9)
    checks.setLists(key, insteadOf: 3)
    #expect(
      checks.next(key, byLists: true) { RecallCheck(plan, k: 10, target: 0.9, exactCost: 1e6, isTrusted: true) }
        == .walk(ef: 40))
    checks.setLists(key, insteadOf: 3)
    #expect(checks.next(key, byLists: true) { check } == .lists(insteadOf: 3))
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

  @Test("Lists are kept in the file; a damaged one loses items at most, and is reported")
  func file() throws {
    let items = EmbeddingMatrix(
      uniformRows: (0..<16_400).map { $0 == 9 ? [0, 0] : [Float($0 % 127) - 60, Float($0 % 129) - 63.5] }, dimension: 2)
    var options = HNSWBuildOptions()
    options.linksItems = false
    let built = try Built(
      Catalogue(rows: (0..<16_400).map { items[Row($0)] }, dimension: 2, metric: .cosine), options)
    let section = built.bytes.section("NLST")
    #expect(section.count == 2 * 16_400)
    let execution = Execution(threads: 2)
    let index = try built.index
    let lists = try #require(try index.exhaustive().lists(for: 1 << 20, execution))
    // The same lists as those that an index without a file divides its items into.
    let other = ExhaustiveIndex(items: items, metric: .cosine)
    let own = try #require(try other.lists(for: 1 << 20, execution))
    #expect(own.owners == lists.owners && own.order == lists.order && own.count == lists.count)
    #expect(lists.owners[9] == Partition.none && lists.order.count == 16_399)
    let start = section.lowerBound
    let damaged = built.bytes.with(UInt16(60_000), at: start + 2 * 77).with(UInt16(0), at: start + 2 * 9)
    let left = try #require(try opened(damaged).exhaustive().lists(for: 1 << 20, execution))
    #expect(left.order.count == 16_398 && !left.order.contains(77) && !left.order.contains(9))
    let rules = try verified(damaged.wholeSealed).damages.map(\.reason)
    #expect(
      rules == [
        .rule("node 9 lies outside of list 0"),
        .outOfRange(position: 77, found: 60_000, limit: UInt64(own.count)),
      ])
    #expect(try verified(built.bytes).isSound)
    // A list that no item is in any more: the others are numbered anew, and looked at again.
    let last = UInt16(own.count - 1)
    var fewer = built.bytes
    for node in 0..<16_400 where own.owners[node] == last { fewer = fewer.with(UInt16(0), at: start + 2 * node) }
    let renumbered = try #require(try opened(fewer).exhaustive().lists(for: 1 << 20, execution))
    #expect(renumbered.count == own.count - 1 && renumbered.order.count == 16_399)
    // What the file says of lists: no numbers, and radii that hold nothing. Whatever a search misses, its answers are scored truly.
    let rows = built.bytes.section("LIST")
    #expect(own.facts.flatMap(\.row).map(\.bitPattern) == lists.facts.flatMap(\.row).map(\.bitPattern))
    for (value, offset) in [(Float.nan, 0), (-1, 64), (.infinity, 68), (0, 64), (1, 8), (1, 84)] {
      var wrong = built.bytes
      for list in 0..<own.count {
        wrong = wrong.with(value.bitPattern, at: rows.lowerBound + list * (rows.count / own.count) + offset)
      }
      #expect(try !verified(wrong.wholeSealed).isSound, "\(value) at \(offset)")
      let index = try opened(wrong)
      let queries = items.rows(0..<200)
      let found = try index.nearest(
        toEach: queries, SearchRequest(k: 3, effort: .recall(0.9)), execution: Execution(threads: 1))
      for query in 0..<200 {
        #expect(
          found[query].allSatisfy { neighbor in
            let (a, b) = (items[Row(query)], items[neighbor.row])
            let product = a[0] * b[0] + a[1] * b[1]
            let lengths = ((a[0] * a[0] + a[1] * a[1]) * (b[0] * b[0] + b[1] * b[1])).squareRoot()
            return abs(product / lengths - neighbor.score) < 1e-5
          })
      }
    }
    #expect(throws: FileError.self) { try opened(built.bytes.with(UInt32(1), at: 248).sealed) }
    #expect(throws: FileError.self) { try opened(built.bytes.with(UInt32(2049), at: 248).sealed) }
    #expect(throws: FileError.self) { try opened(built.bytes.with(UInt32(0), at: 248).sealed) }
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
