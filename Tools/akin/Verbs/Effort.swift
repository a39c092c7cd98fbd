import Akin
import AkinSupport

/// How hard a question is searched: exactly, with `ef` candidates, or as the index chooses for a recall.
enum Effort: Sendable, Equatable {
  case exact
  case graph(ef: Int)
  case recall(RecallTarget)

  /// Reads `-k`, `--ef`, `--recall` and `--exact`, and refuses what has no meaning together.
  init(_ arguments: Arguments) throws {
    try Effort.refuse(arguments, ef: Common.ef, recall: Common.recall)
    let k = arguments[Common.k]
    if let target = arguments[Common.recall] {
      self = .recall(target)
    } else {
      self = arguments[Common.exact] ? .exact : .graph(ef: arguments[Common.ef] ?? max(Common.defaultEffort, k))
    }
  }

  /// Refuses two ways to say how hard to search.
  static func refuse(_ arguments: Arguments, ef: any AnyOption, recall: any AnyOption) throws(UsageError) {
    try arguments.refuse(ef, with: Common.exact)
    try arguments.refuse(ef, with: recall)
    try arguments.refuse(recall, with: Common.exact)
  }

  /// What the index does about it: a way, where a recall was asked for.
  func chosen(
    by index: HNSWIndex, k: Int, question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> Effort {
    guard let target else { return self }
    return Effort(try index.plan(k: k, recall: target.value, question: question, isBatch: isBatch))
  }

  /// The way of a plan.
  init(_ plan: SearchPlan) {
    switch plan.way {
    case .exact: self = .exact
    case .graph(let ef): self = .graph(ef: ef)
    }
  }

  /// The same for the front door.
  func options(includesSeen: Bool = false) -> SearchOptions {
    SearchOptions(ef: ef, recall: target?.value, isExact: self == .exact, includesSeen: includesSeen)
  }

  /// `exact` or `graph`: the `way` of reports, once it is chosen.
  var way: String { self == .exact ? "exact" : "graph" }

  /// The `ef`, or `nil` when exact or not chosen.
  var ef: Int? { if case .graph(let ef) = self { ef } else { nil } }

  /// The recall that was asked for, or `nil`.
  var target: RecallTarget? { if case .recall(let target) = self { target } else { nil } }
}
