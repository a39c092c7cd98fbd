import Akin

/// A request as a command line asks for it, and the way that an index chooses for it.
struct SearchOptions {
  /// What is asked.
  var request: SearchRequest
  /// The recall that was asked for, as typed; `nil` when none was.
  var target: RecallTarget?

  /// Reads `-k`, `--ef`, `--recall`, `--exact` and `--min-score`, and refuses what has no meaning together.
  init(_ arguments: Arguments) throws {
    try SearchOptions.refuse(arguments, ef: Common.ef, recall: Common.recall)
    let (ef, target) = (arguments[Common.ef], arguments[Common.recall])
    let effort: SearchEffort? =
      if arguments[Common.exact] {
        .exact
      } else if let target {
        .recall(target.value)
      } else {
        ef.map { .ef($0) }
      }
    self.init(
      SearchRequest(k: arguments[Common.k], effort: effort, minimumScore: arguments[Common.minimumScore]),
      target: target)
  }

  init(_ request: SearchRequest, target: RecallTarget? = nil) {
    self.request = request
    self.target = target
  }

  /// Refuses two ways to say how hard to search.
  static func refuse(_ arguments: Arguments, ef: any AnyOption, recall: any AnyOption) throws(UsageError) {
    try arguments.refuse(ef, with: Common.exact)
    try arguments.refuse(ef, with: recall)
    try arguments.refuse(recall, with: Common.exact)
  }

  /// The plan of an index for the request; the request takes the plan's way, so that it is chosen once.
  mutating func choose(
    by index: any VectorIndex, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    let plan = try index.plan(request, for: question, isBatch: isBatch)
    request.effort = plan.effort
    return plan
  }
}

extension SearchPlan {
  /// The effort that takes this way.
  var effort: SearchEffort { ef.map { .ef($0) } ?? .exact }

  /// `exact` or `graph`: the `way` of reports.
  var wayName: String { ef == nil ? "exact" : "graph" }
}
