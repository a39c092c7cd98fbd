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

  /// How the next single query is answered. `make` makes the check of a new key.
  func next(_ key: Key, _ make: () -> RecallCheck) -> RecallCheck.Step {
    all.withLock { all in
      if all.count >= RecallChecks.limit, all[key] == nil { all.removeAll() }
      return all[key, default: make()].next()
    }
  }

  /// Adds a checked query that a walk of `ef` answered; not where another thread has changed the `ef` meanwhile.
  func add(_ key: Key, ef: Int, found: [Neighbor], truth: [Neighbor], count: Int) {
    all.withLock { all in
      guard var check = all[key], check.ef == ef, check.state != .exact else { return }
      check.add(found: found, truth: truth)
      check.decide(count: count)
      all[key] = check
    }
  }
}
