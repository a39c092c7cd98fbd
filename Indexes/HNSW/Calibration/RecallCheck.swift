import AkinVectors

/// The check of one recall target in a process: some queries are answered by the graph and exactly, too.
///
/// The build measured held-out items, known users or stand-ins for users. Other queries may find less at the same `ef`: vectors of
/// another distribution than the items found .39 to .65 where .90 was planned. What the check sees decides: the `ef` grows until the
/// target is met, or the exact scan answers.
struct RecallCheck {
  /// What is known of the current ``ef``.
  enum State: Equatable {
    /// Not enough: answers come from the exact scan.
    case open
    /// The target is met.
    case kept
    /// No affordable `ef` meets it: the exact scan answers for good.
    case exact
  }

  /// What the checked queries say of the current `ef`.
  enum Verdict { case more, kept, short }

  let k: Int
  let target: Double
  /// The number of candidates that a walk expands.
  private(set) var ef: Int
  private(set) var state: State
  /// The checked queries at the current `ef`.
  private(set) var seen: MeasuredRecall
  /// All queries of this process that were answered exactly for the check.
  private(set) var total = 0
  /// Whether the build measured queries that were no stand-ins. A plan for them stands unless the check contradicts it.
  private var isTrusted: Bool
  /// Whether it stands for single queries, too, before any is checked.
  private let isTrustedAlone: Bool
  private var sinceCheck = 0
  /// What a batch showed of the costs of walks by ``comparedEf``: so many rows of an exact scan cost as much as one.
  private(set) var rowsOfWalk = 0
  /// Whether an exact scan of a batch costs less, although the target is met.
  private(set) var prefersExact = false
  private(set) var comparedEf: Int?
  /// The expected cost of a graph search of the planned `ef` for each candidate, of the exact scan, and of that for a single query.
  private let costs: (perCandidate: Double, exact: Double, single: Double)
  /// Where lists keep the target for single queries and cost less than walks: so many rows of an exact scan cost as much as one.
  var rowsOfListed: Int?
  /// Queries of batches since the last that was checked.
  private var unchecked = 0

  /// The number of checked queries that decide where they can; and that must decide.
  static let first = 64
  static let most = 256
  /// Of a batch, one query in so many is checked for a trusted plan.
  private static let share = 8
  /// Queries between two checks of single ones: until a large shortfall could show; until any could; until as many are known as must
  /// decide; and later at least.
  private static let pauses = (first: 2, second: 4, early: 16, late: 256)
  /// How far the recall of a trusted plan may lie below its target in a check.
  private static let tolerance = 0.005
  /// Fewer checked queries do not show that a target is met, and show a shortfall only where it is large.
  static let fewest = 16
  /// Fewer checked queries show no shortfall: the misses of four equal ones are as many as two standard deviations of their sum.
  static let fewestShort = 6

  /// - Parameters:
  ///   - plan: The plan by the measurements of the build, a graph search.
  ///   - exactCost: The expected cost of the exact scan, as ``SearchPlan/cost``.
  ///   - singleCost: That of a single query.
  ///   - isTrusted: Whether the build measured queries that were no stand-ins.
  ///   - isTrustedAlone: Whether single queries trust that, too; `nil` as batches do.
  init(
    _ plan: SearchPlan, k: Int, target: Double, exactCost: Double, singleCost: Double = 0, isTrusted: Bool,
    isTrustedAlone: Bool? = nil
  ) {
    self.k = k
    self.target = target
    ef = plan.ef ?? 1
    state = isTrusted ? .kept : .open
    self.isTrusted = isTrusted
    self.isTrustedAlone = isTrustedAlone ?? isTrusted
    costs = ((plan.cost ?? 0) / Double(max(1, plan.ef ?? 1)), exactCost, singleCost)
    seen = RecallCheck.none(k, ef: plan.ef ?? 1)
  }

  private static func none(_ k: Int, ef: Int) -> MeasuredRecall {
    MeasuredRecall(
      question: .nearest, family: .users, k: k, ef: ef, queries: 0, expected: 0, found: 0, squaredMisses: 0, scored: 0,
      hops: 0, components: 0)
  }

  /// How a single query is answered.
  enum Step: Equatable {
    case walk(ef: Int)
    /// Exactly, and by the graph for comparison.
    case both(ef: Int)
    case exact
    /// By lists, in place of a walk that costs as much as an exact scan of so many rows.
    case lists(insteadOf: Int)
  }

  /// How the next single query is answered; counts it.
  ///
  /// - Parameter byLists: Whether lists may answer it.
  mutating func next(byLists: Bool = false) -> Step {
    if byLists, let rowsOfListed, state != .exact {
      sinceCheck += 1
      guard sinceCheck >= RecallCheck.pauses.late else { return .lists(insteadOf: rowsOfListed) }
      sinceCheck = 0
      return .both(ef: ef)
    }
    switch state {
    case .exact: return .exact
    case .open: return .both(ef: ef)
    case .kept:
      sinceCheck += 1
      // Under a filter that the build has not measured, no answer rests on it alone.
      if !isTrustedAlone, total < RecallCheck.fewest { return .both(ef: ef) }
      guard sinceCheck >= (total < RecallCheck.most ? RecallCheck.pause(after: total) : pause) else {
        return .walk(ef: ef)
      }
      sinceCheck = 0
      return .both(ef: ef)
    }
  }

  /// Queries between two checks of single ones, after some checks.
  static func pause(after checks: Int) -> Int {
    switch checks {
    case ..<fewestShort: pauses.first
    case ..<fewest: pauses.second
    case ..<most: pauses.early
    default: pauses.late
    }
  }

  /// Adds a checked query: its exact answer, and what the graph found with the current ``ef``.
  mutating func add(found: some Collection<Neighbor>, truth: some BidirectionalCollection<Neighbor>) {
    total += 1
    seen.add(expected: truth.count, found: RecallCheck.good(found, truth))
  }

  /// Decides by all checked queries, after a single one.
  mutating func decide(count: Int) {
    switch verdict {
    case .more: break
    case .kept:
      state = .kept
      // Later queries may be of another kind: the past counts for no more than it takes to decide.
      if seen.queries >= RecallCheck.most { seen = RecallCheck.none(k, ef: ef) }
    case .short: widen(count: count)
    }
  }

  /// What the checked queries say: `kept` where the target is met, with the confidence of ``MeasuredRecall/assured``;
  /// `short` where it is not, beyond chance or after the most queries.
  var verdict: Verdict {
    if seen.queries >= RecallCheck.fewest, seen.assured >= target { return .kept }
    if seen.fallsShort(of: target, after: RecallCheck.fewestShort) { return .short }
    return seen.queries >= RecallCheck.most ? last : .more
  }

  /// The verdict where no more queries can be checked.
  var last: Verdict {
    let missed = Double(seen.expected - seen.found)
    let allowed = (1 - target) * Double(seen.expected)
    return isTrusted && missed <= allowed + RecallCheck.tolerance * Double(seen.expected) ? .kept : .short
  }

  /// The next larger `ef`, with nothing checked yet; the exact scan where that is cheaper.
  mutating func widen(count: Int) {
    isTrusted = false
    let next = Calibrator.efs.first { Double($0) >= 1.25 * Double(ef) } ?? 2 * ef
    guard next < count, Double(next) * costs.perCandidate < costs.exact else {
      state = .exact
      return
    }
    ef = next
    (rowsOfWalk, prefersExact) = (0, false)
    state = .open
    seen = RecallCheck.none(k, ef: ef)
  }

  /// Keeps what a batch showed of the costs of the current ``ef``.
  mutating func note(rowsOfWalk: Int, prefersExact: Bool) {
    (self.rowsOfWalk, self.prefersExact, comparedEf) = (rowsOfWalk, prefersExact, ef)
  }

  /// The expected cost of a walk, as ``SearchPlan/cost``.
  var walkCost: Double { costs.perCandidate * Double(ef) }

  /// Whether the target is met, and as many queries were checked as must decide.
  var isKnown: Bool { state == .kept && total >= RecallCheck.most }

  /// Queries between two checks of a known target: at least 256, and so many that the exact answers cost less than a tenth of the walks.
  var pause: Int {
    max(RecallCheck.pauses.late, Int(min(10 * costs.single / max(walkCost, 1), 0x1p20)))
  }

  /// The largest number of queries of a batch that are answered exactly for the check: one in ``pause`` of a known target, counted over
  /// batches; one in 8 of a trusted plan, but 16; else all up to ``most``.
  mutating func sample(of queries: Int) -> Int {
    if isKnown {
      unchecked += queries
      let due = unchecked / pause
      unchecked -= due * pause
      return min(due, queries, RecallCheck.most)
    }
    let most = min(queries, RecallCheck.most)
    return isTrusted ? min(most, max(RecallCheck.fewest, queries / RecallCheck.share)) : most
  }

  /// Places of a batch, at most ``most``, in an order whose every beginning is spread over the batch: by reversed bits.
  ///
  /// - Parameter seen: How many queries were checked before: where the same batch comes again, others are checked.
  static func places(in queries: Int, after seen: Int = 0) -> [Int] {
    let places = min(queries, most)
    let bits = most.trailingZeroBitCount
    let order = (0..<most).map { place in
      (0..<bits).reduce(0) { $0 << 1 | place >> $1 & 1 }
    }.filter { $0 < places }.map { $0 * queries / places }
    let start = order.isEmpty ? 0 : seen % order.count
    return Array(order[start...] + order[..<start])
  }

  /// Keeps what another thread has learned meanwhile: a larger `ef`, or that none is affordable.
  mutating func merge(_ other: RecallCheck) {
    let mine = total
    if other.ef > ef || other.state == .exact { self = other }
    total = max(mine, other.total)
    rowsOfListed = other.rowsOfListed
  }

  /// Forgets the queries checked at the current `ef`, which are about to be counted again.
  mutating func restart() { seen = RecallCheck.none(k, ef: ef) }

  /// The target is met: see ``verdict``.
  mutating func keep() { state = .kept }

  /// The number of items in an answer that are as good as the exact ones: with at least the last exact score, or one step
  /// of `Float` below it. Any of several equal items counts; data with many copies or multiples has thousands of them.
  ///
  /// - Parameter truth: Best first.
  static func good(
    _ answer: some Collection<Neighbor>, _ truth: some BidirectionalCollection<Neighbor>
  ) -> Int {
    guard let last = truth.last else { return 0 }
    let least = last.score.nextDown
    return min(truth.count, answer.count { $0.score >= least })
  }
}
