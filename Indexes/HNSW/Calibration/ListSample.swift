import AkinExhaustive
import AkinVectors

/// What a process knows of how many of the nearest lists hold the answers to its queries of one k, recall target and filter.
///
/// A query that was answered exactly tells it for every number of lists: the rank of the list of each item of its answer. Once that has
/// decided, some queries are still answered exactly: where these alone show a shortfall, what was known before is forgotten.
struct ListSample {
  /// What lists cost less than, and how many reach the target.
  enum Verdict: Equatable {
    /// Too few queries are known.
    case more
    /// No number that is worth it reaches the target.
    case none
    case lists(Int, by: ListRanking)

    var isLists: Bool { if case .lists = self { true } else { false } }
  }

  /// A query that was answered exactly.
  struct Query {
    /// The length of its answer.
    let expected: Int
    /// The items that the exact scan compared with it.
    let compared: Int
    /// For each ranking, and for each of the ``ListSample/numbers``, how many items of the answer so many lists hold.
    private let found: [UInt32]

    /// - Parameter ranks: For each ranking of `ListRanking.allCases`, the ranks of the lists of its answer.
    init(_ ranks: [[Int]], compared: Int) {
      expected = ranks.first?.count ?? 0
      self.compared = compared
      found = ranks.flatMap { ranks in
        let ascending = ranks.sorted()
        var place = 0
        return ListSample.numbers.map { number in
          while place < ascending.count, ascending[place] <= number { place += 1 }
          return UInt32(place)
        }
      }
    }

    /// The items of the answer in so many lists.
    func found(step: Int, _ ranking: Int) -> Int { Int(found[ranking * ListSample.numbers.count + step]) }
  }

  /// What is known before some queries are answered.
  struct Start {
    /// How many of them are to be answered exactly for the sample.
    var wanted: Int
    var last: Verdict
    var total: Int
    /// The items that an exact scan compares with a query, in the mean.
    var compared: Int
  }

  /// The numbers of lists that are considered, ascending.
  static let numbers: [Int] = {
    var (numbers, number) = ([Int](), 1)
    while number <= Partition.mostLists {
      numbers.append(number)
      number = max(number + 1, Int(Double(number) * step))
    }
    return numbers
  }()
  /// Each number of lists that is considered is greater than the last by this factor.
  private static let step = 1.25
  /// A batch that pays for checks of its own, and how many.
  private static let large = (batch: 1000, checks: 10)

  /// The last ``RecallCheck/most`` queries.
  private var queries: [Query] = []
  /// All queries of this process that were answered exactly for the sample.
  private(set) var total = 0
  /// The last decision.
  private(set) var last = Verdict.more
  /// What the lists of the last decision found of the queries that were answered exactly since.
  private(set) var seen = ListSample.nothing
  /// Queries since the last that was answered exactly for the sample, where it has decided.
  private var unchecked = 0

  private static let nothing = MeasuredRecall(
    question: .nearest, family: .queries, k: 0, ef: 0, queries: 0, expected: 0, found: 0, squaredMisses: 0, scored: 0,
    hops: 0, components: 0)

  /// Whether more queries change little.
  var isFull: Bool { queries.count >= RecallCheck.most }

  /// The items that an exact scan compares with a query, in the mean.
  var compared: Int { queries.isEmpty ? .max : queries.reduce(0) { $0 + $1.compared } / queries.count }

  /// Counts queries that are about to be answered, and says how many of them exactly, for the sample: an eighth, but
  /// ``RecallCheck/first``; where it has decided, one in so many as ``pause(_:)`` says.
  mutating func start(_ number: Int, isBatch: Bool) -> Start {
    var start = Start(wanted: max(RecallCheck.first, number / 8), last: last, total: total, compared: compared)
    guard isFull || last.isLists else { return start }
    let pause = pause(isBatch)
    unchecked += number
    start.wanted = unchecked / pause
    // A batch answers several exactly at the cost of a few.
    if isBatch, start.wanted < RecallCheck.fewestShort { start.wanted = 0 }
    unchecked -= start.wanted * pause
    // So many tell a large batch of another kind by themselves.
    if isBatch, number >= ListSample.large.batch { start.wanted = max(start.wanted, ListSample.large.checks) }
    return start
  }

  /// Queries between two that are answered exactly after a decision. The first single ones are as many as of walks; an exact answer costs
  /// one of them as much as a hundred of lists, and one of a batch as much as ten.
  private func pause(_ isBatch: Bool) -> Int {
    if !isBatch, last.isLists, seen.queries < RecallCheck.fewest { return RecallCheck.pause(after: seen.queries) }
    return isBatch ? (isFull ? 128 : 64) : (isFull ? 256 : 128)
  }

  /// Adds queries, forgets the oldest beyond ``RecallCheck/most``, and decides.
  ///
  /// Where the lists of the last decision fall short on the queries since, or on those of a batch alone, only these count.
  ///
  /// - Parameters:
  ///   - own: What the lists of the last decision found of the queries of this batch before; these are added.
  ///   - target: The recall.
  ///   - lists: The number of all lists.
  ///   - isWorth: Whether a number of lists is worth it, given the items that an exact scan compares; no more are considered then.
  mutating func learn(
    _ new: [Query], own: inout MeasuredRecall?, target: Double, lists: Int,
    isWorth: (_ number: Int, _ compared: Int) -> Bool
  ) -> Verdict {
    total += new.count
    queries += new
    queries.removeFirst(max(0, queries.count - RecallCheck.most))
    let before = last
    if case .lists(let number, let ranking) = last, let step = ListSample.numbers.firstIndex(of: number),
      let place = ListRanking.allCases.firstIndex(of: ranking)
    {
      var batch = own ?? ListSample.nothing
      for query in new {
        seen.add(expected: query.expected, found: query.found(step: step, place))
        batch.add(expected: query.expected, found: query.found(step: step, place))
      }
      own = batch
      if let short = [batch, seen].first(where: { $0.fallsShort(of: target, after: RecallCheck.fewestShort) }) {
        queries.removeFirst(max(0, queries.count - short.queries))
      }
    }
    let compared = compared
    last = verdict(target, lists: lists) { isWorth($0, compared) }
    if last != before {
      seen = ListSample.nothing
      own = nil
    }
    return last
  }

  /// The ranking that reaches a target with the least number of lists, and that number, with the confidence of
  /// ``MeasuredRecall/assured``; nothing is decided by fewer than ``RecallCheck/first`` queries.
  private func verdict(_ target: Double, lists: Int, isWorth: (Int) -> Bool) -> Verdict {
    guard queries.count >= RecallCheck.first else { return .more }
    var best = 0.0
    for (step, number) in ListSample.numbers.enumerated() {
      guard number <= lists, isWorth(number) else { break }
      for (place, ranking) in ListRanking.allCases.enumerated() {
        var sum = ListSample.nothing
        for query in queries { sum.add(expected: query.expected, found: query.found(step: step, place)) }
        if sum.expected > 0, sum.assured >= target { return .lists(number, by: ranking) }
        best = max(best, sum.recall)
      }
    }
    // More queries would be surer.
    return best < target || isFull ? .none : .more
  }
}
