import AkinVectors

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
}
