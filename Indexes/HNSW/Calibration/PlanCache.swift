import AkinVectors
import Synchronization

/// Plans by the measurements of a build, which do not change: a single query takes less time than it takes to choose its plan.
final class PlanCache: Sendable {
  struct Key: Hashable {
    let k: Int
    let recall: Double
    let question: Question
    let isBatch: Bool
  }

  private let known = Mutex<[Key: SearchPlan]>([:])
  /// The largest number of plans that are kept; a program uses a few.
  private static let limit = 256

  /// The plan of a key; `make` makes one that is not known.
  func plan(_ key: Key, _ make: (Key) -> SearchPlan) -> SearchPlan {
    if let plan = known.withLock({ $0[key] }) { return plan }
    let plan = make(key)
    known.withLock { known in
      if known.count >= PlanCache.limit { known.removeAll() }
      known[key] = plan
    }
    return plan
  }
}
