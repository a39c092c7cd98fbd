import AkinVectors
import Synchronization

/// The checks of an index in a process, one for each k, recall target and filter, and what is known of lists.
final class RecallChecks: Sendable {
  struct Key: Hashable {
    let k: Int
    let target: Double
    /// The hash of the shared filter, or `nil`.
    var filter: Int?
  }

  private let all = Mutex(Recent<RecallCheck>())
  private let listed = Mutex(Recent<ListSample>())

  subscript(key: Key) -> RecallCheck? {
    get { all.withLock { $0.values[key]?.value } }
    set { all.withLock { all in if let newValue { all.set(key, newValue) } } }
  }

  /// Keeps a check that a batch has made, and what other threads have learned meanwhile.
  func merge(_ check: RecallCheck, _ key: Key) {
    all.withLock { all in
      var check = check
      if let stored = all.values[key]?.value { check.merge(stored) }
      all.set(key, check)
    }
  }

  /// How the next single query is answered, by lists only where these may. `make` makes the check of a new key.
  func next(_ key: Key, byLists: Bool = false, _ make: () -> RecallCheck) -> RecallCheck.Step {
    all.withLock { all in
      var check = all.values[key]?.value ?? make()
      defer { all.set(key, check) }
      return check.next(byLists: byLists)
    }
  }

  /// Adds a checked query that a walk of `ef` answered; not where another thread has changed the `ef` meanwhile.
  ///
  /// - Returns: The expected cost of the next walk; `nil` where none follows.
  @discardableResult
  func add(_ key: Key, ef: Int, found: [Neighbor], truth: [Neighbor], count: Int) -> Double? {
    all.withLock { all in
      guard var check = all.values[key]?.value, check.ef == ef, check.state != .exact else { return nil }
      check.add(found: found, truth: truth)
      check.decide(count: count)
      all.set(key, check)
      return check.state == .exact ? nil : check.walkCost
    }
  }

  /// Keeps whether lists answer single queries in place of walks that cost as much as an exact scan of so many rows.
  func setLists(_ key: Key, insteadOf rowsOfWalk: Int?) {
    all.withLock { all in
      guard var check = all.values[key]?.value else { return }
      check.rowsOfListed = rowsOfWalk
      all.set(key, check)
    }
  }

  /// What is known of lists.
  func lists(_ key: Key) -> ListSample? { listed.withLock { $0.values[key]?.value } }

  /// Reads or changes what is known of lists, while no other thread does.
  func withLists<R>(_ key: Key, _ body: (inout ListSample) -> R) -> R {
    listed.withLock { all in
      var sample = all.values[key]?.value ?? ListSample()
      defer { all.set(key, sample) }
      return body(&sample)
    }
  }
}

/// Values by key. Of too many the one goes that was used the longest time ago, those of a filter first: a program has few k and targets,
/// and may have a filter for each user.
private struct Recent<Value> {
  private(set) var values: [RecallChecks.Key: (value: Value, used: UInt64)] = [:]
  private var clock: UInt64 = 0
  private static var most: Int { 256 }

  mutating func set(_ key: RecallChecks.Key, _ value: Value) {
    clock += 1
    if values.count >= Self.most, values[key] == nil,
      let oldest = values.min(by: { Self.age($0) < Self.age($1) })
    {
      values[oldest.key] = nil
    }
    values[key] = (value, clock)
  }

  private static func age(
    _ entry: (key: RecallChecks.Key, value: (value: Value, used: UInt64))
  ) -> (Int, UInt64) {
    (entry.key.filter == nil ? 1 : 0, entry.value.used)
  }
}
