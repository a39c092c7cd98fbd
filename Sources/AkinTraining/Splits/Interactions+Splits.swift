import AkinSupport
import AkinVectors

extension Interactions {
  /// Makes all splits of a rule: ``SplitRule/count`` splits.
  ///
  /// The same interactions, rule and seed give the same splits, independent of the order of the input rows.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - seed: The random seed.
  /// - Throws: ``SplitError``.
  /// - Complexity: O(pairs × log pairs) per split.
  public func splits(_ rule: SplitRule, seed: UInt64 = 0) throws(SplitError) -> [Split] {
    let plan = try SplitPlan(self, rule, seed: seed)
    return try (0..<rule.count).map { fold throws(SplitError) in try split(plan.parts(fold: fold)) }
  }

  /// Makes one of ``splits(_:seed:)``.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - fold: The number of the split, from 0 to ``SplitRule/count`` − 1; any other number traps.
  ///   - seed: The random seed.
  /// - Throws: ``SplitError``.
  public func split(_ rule: SplitRule, fold: Int, seed: UInt64 = 0) throws(SplitError) -> Split {
    precondition((0..<rule.count).contains(fold), "the rule has this split")
    return try split(SplitPlan(self, rule, seed: seed).parts(fold: fold))
  }

  private func split(_ parts: [Split.Part]) throws(SplitError) -> Split {
    guard parts.contains(.train) else { throw .empty(part: "train on", why: "the split holds out all of them") }
    guard parts.contains(.test) else { throw .empty(part: "test on", why: "the split holds out none of them") }
    return Split(of: self, parts: parts)
  }
}

/// The parts of all pairs, for every fold of a rule.
private struct SplitPlan {
  let table: InteractionTable
  let times: [Double]?
  let rule: SplitRule
  let random: CounterRandom
  /// The fold of each pair, user or item, by the rule.
  private var folds: [Int] = []

  init(_ whole: Interactions, _ rule: SplitRule, seed: UInt64) throws(SplitError) {
    table = whole.byUser
    times = whole.times
    self.rule = rule
    random = CounterRandom(seed: seed, purpose: 0x5350_4C49)
    switch rule {
    case .folds(let count):
      try SplitPlan.check("folds", 2...1_000_000, count)
      guard whole.count >= count else { throw .tooFewPairs(needed: count, found: whole.count) }
      folds = dealt(count: whole.count, folds: count)
    case .strong(let count, let known):
      try SplitPlan.check("folds", 2...1_000_000, count)
      guard known > 0, known < 1 else {
        throw .option(name: "known", expected: "a share above 0 and below 1", found: "\(known)")
      }
      guard whole.byUser.activeRows >= count else {
        throw .tooFewUsers(needed: count, found: whole.byUser.activeRows)
      }
      folds = dealt(count: table.rowCount, folds: count)
    case .coldItems(let count):
      try SplitPlan.check("folds", 2...1_000_000, count)
      let items = (0..<whole.byItem.rowCount).filter { whole.byItem.count(ofRow: $0) > 0 }
      guard items.count >= count else { throw .tooFewItems(needed: count, found: items.count) }
      folds = [Int](repeating: 0, count: whole.byItem.rowCount)
      for (place, fold) in dealt(count: items.count, folds: count).enumerated() { folds[items[place]] = fold }
    case .leaveOut(let count, let order):
      try SplitPlan.check("count", 1...1_000_000_000, count)
      if order == .last, times == nil { throw .noTimes }
    case .time(let share):
      guard share > 0, share < 1 else {
        throw .option(name: "share", expected: "a share above 0 and below 1", found: "\(share)")
      }
      guard let times else { throw .noTimes }
      if let first = times.first, times.allSatisfy({ $0 == first }) {
        throw .empty(part: "test on", why: "all have the same time")
      }
    }
  }

  private static func check(_ name: String, _ range: ClosedRange<Int>, _ found: Int) throws(SplitError) {
    guard range.contains(found) else {
      throw .option(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(found)")
    }
  }

  /// The places in a random order that depends on the seed and the places.
  private func shuffled(_ places: Range<Int>) -> [Int] {
    let keyed = places.map { (key: random.bits(at: UInt64($0)), place: $0) }
    return keyed.sorted { $0.key != $1.key ? $0.key < $1.key : $0.place < $1.place }.map(\.place)
  }

  /// The fold of each of `count` elements; the sizes of folds differ by at most one.
  private func dealt(count: Int, folds: Int) -> [Int] {
    var fold = [Int](repeating: 0, count: count)
    for (turn, place) in shuffled(0..<count).enumerated() { fold[place] = turn % folds }
    return fold
  }

  /// The part of each pair in one fold.
  func parts(fold: Int) -> [Split.Part] {
    var parts = [Split.Part](repeating: .train, count: table.others.count)
    switch rule {
    case .folds:
      for place in parts.indices where folds[place] == fold { parts[place] = .test }
    case .coldItems:
      for place in parts.indices where folds[Int(table.others[place])] == fold { parts[place] = .test }
    case .leaveOut(let count, let order):
      eachUser { pairs in
        guard pairs.count > count else { return }
        for place in latest(count, of: pairs, order) { parts[place] = .test }
      }
    case .time(let share):
      let times = times ?? []
      let place = times.count - Int((share * Double(times.count)).rounded(.up))
      let cut = times.sorted()[max(0, min(times.count - 1, place - 1))]
      for place in parts.indices where times[place] > cut { parts[place] = .test }
    case .strong(_, let share):
      for user in 0..<table.rowCount where folds[user] == fold {
        let pairs = table.offsets[user]..<table.offsets[user + 1]
        guard pairs.count > 1 else { continue }
        let known = max(1, min(pairs.count - 1, Int(share * Double(pairs.count))))
        for (turn, place) in shuffled(pairs).enumerated() { parts[place] = turn < known ? .known : .test }
      }
    }
    return parts
  }

  private func eachUser(_ body: (_ pairs: Range<Int>) -> Void) {
    for user in 0..<table.rowCount { body(table.offsets[user]..<table.offsets[user + 1]) }
  }

  /// The places that a leave-out rule holds out.
  private func latest(_ count: Int, of pairs: Range<Int>, _ order: SplitRule.LeaveOutOrder) -> ArraySlice<Int> {
    guard order == .last, let times else { return shuffled(pairs).suffix(count) }
    return pairs.sorted { times[$0] != times[$1] ? times[$0] < times[$1] : $0 < $1 }.suffix(count)
  }
}
