import AkinVectors
import Synchronization

/// The checks of an index in a process, one for each k, recall target and filter.
final class RecallChecks: Sendable {
  struct Key: Hashable {
    let k: Int
    let target: Double
    /// The hash of the shared filter, or `nil`.
    var filter: Int?
  }

  private let all = Mutex<[Key: RecallCheck]>([:])
  /// The largest number of checks that are kept; a program uses a few.
  private static let limit = 256

  subscript(key: Key) -> RecallCheck? {
    get { all.withLock { $0[key] } }
    set {
      all.withLock { all in
        if all.count >= RecallChecks.limit, all[key] == nil { all.removeAll() }
        all[key] = newValue
      }
    }
  }

  private let listed = Mutex<[Key: ListSample]>([:])

  /// What is known of lists.
  func lists(_ key: Key) -> ListSample? { listed.withLock { $0[key] } }

  /// Keeps what is known of lists.
  func set(_ sample: ListSample, _ key: Key) {
    listed.withLock { all in
      if all.count >= RecallChecks.limit, all[key] == nil { all.removeAll() }
      all[key] = sample
    }
  }

  /// How the next single query is answered, by lists only where these may. `make` makes the check of a new key.
  func next(_ key: Key, byLists: Bool = false, _ make: () -> RecallCheck) -> RecallCheck.Step {
    all.withLock { all in
      if all.count >= RecallChecks.limit, all[key] == nil { all.removeAll() }
      return all[key, default: make()].next(byLists: byLists)
    }
  }

  /// Adds a checked query that a walk of `ef` answered; not where another thread has changed the `ef` meanwhile.
  ///
  /// - Returns: The expected cost of the next walk; `nil` where none follows.
  @discardableResult
  func add(_ key: Key, ef: Int, found: [Neighbor], truth: [Neighbor], count: Int) -> Double? {
    all.withLock { all in
      guard var check = all[key], check.ef == ef, check.state != .exact else { return nil }
      check.add(found: found, truth: truth)
      check.decide(count: count)
      all[key] = check
      return check.state == .exact ? nil : check.walkCost
    }
  }

  /// Keeps whether lists answer single queries in place of walks that cost as much as an exact scan of so many rows.
  func setLists(_ key: Key, insteadOf rowsOfWalk: Int?) {
    all.withLock { $0[key]?.rowsOfListed = rowsOfWalk }
  }
}
