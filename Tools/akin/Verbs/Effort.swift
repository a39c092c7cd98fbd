import Akin
import AkinSupport

/// How hard one question is searched: exactly, or with `ef` candidates.
enum Effort: Sendable, Equatable {
  case exact
  case graph(ef: Int)

  /// Reads `-k`, `--ef` and `--exact`, and refuses what has no meaning together.
  init(_ arguments: Arguments) throws {
    try arguments.refuse(Common.ef, with: Common.exact)
    let k = arguments[Common.k]
    if let ef = arguments[Common.ef], ef < k { throw SearchError.effortBelowCount(ef: ef, k: k) }
    self = arguments[Common.exact] ? .exact : .graph(ef: arguments[Common.ef] ?? max(Common.defaultEffort, k))
  }

  /// The same for the front door.
  func options(includesSeen: Bool = false) -> SearchOptions {
    switch self {
    case .exact: SearchOptions(isExact: true, includesSeen: includesSeen)
    case .graph(let ef): SearchOptions(ef: ef, includesSeen: includesSeen)
    }
  }

  /// `exact` or `graph`: the `way` of reports.
  var way: String { self == .exact ? "exact" : "graph" }

  /// The `ef`, or `nil` when exact.
  var ef: Int? { if case .graph(let ef) = self { ef } else { nil } }
}
