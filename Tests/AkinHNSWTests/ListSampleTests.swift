import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive
@testable import AkinHNSW

@Suite("The sample that tells how many lists keep a recall")
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
    // Of batches six at a time.
    #expect((0..<2560).map { _ in full.start(1, isBatch: true).wanted }.filter { $0 > 0 } == [6, 6, 6])
    #expect(full.start(2560, isBatch: true).wanted == 22)
    #expect(full.start(1000, isBatch: true).wanted == 10 && full.start(900, isBatch: true).wanted == 7)
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
          for _ in 0..<3200 {
            let wanted = checks.withLists(key) { $0.start(1, isBatch: true) }.wanted
            guard wanted > 0 else { continue }
            var own: MeasuredRecall?
            _ = checks.withLists(key) {
              $0.learn(
                Self.queries(Array(repeating: [1, 1], count: wanted)), own: &own, target: 0.9, lists: 30
              ) { _, _ in true }
            }
          }
        }
      }
    }
    #expect(checks.lists(key)?.total == 256 + 8 * 3200 / 768 * 6)
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
}
