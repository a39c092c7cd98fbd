import Akin

/// The search request of a command line.
struct SearchOptions {
  /// The request.
  var request: SearchRequest
  /// The recall target as typed, or `nil`.
  var target: RecallTarget?
  /// Whether the list ends at a score and not at a number of items.
  var isOpenEnded = false
  /// How far lists trade score for variety.
  var diversity = 0.0
  /// The largest number of items of a category, or `nil`.
  var perCategory: Int?

  /// Reads `-k`, `--ef`, `--recall`, `--exact`, `--no-fallback`, `--min-score`, `--diversity` and `--per-category`.
  ///
  /// - Throws: `UsageError` for more than one of `--ef`, `--recall` and `--exact`, and for `--no-fallback` without `--recall`.
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
    try SearchOptions.setFallback(arguments, recall: Common.recall, of: &request)
    isOpenEnded = arguments.has(Common.minimumScore) && !arguments.has(Common.k)
    diversity = arguments[Common.diversity]
    perCategory = arguments[Common.perCategory]
  }

  /// The options for an index of `count` items: an open-ended list may hold all of them.
  func reaching(_ count: Int) -> SearchOptions {
    guard isOpenEnded else { return self }
    var options = self
    options.request.k = max(1, count)
    return options
  }

  /// The plan of the last search of a single answer, which asked for so many items.
  func plan(
    of index: any VectorIndex, for question: Question = .nearest, asked k: Int
  ) throws(SearchError) -> SearchPlan {
    var asked = request
    asked.k = k
    return try index.plan(asked, for: question, isBatch: false)
  }

  /// The request of the first search for lists of an index of `count` items.
  func firstSearch(count: Int) -> SearchRequest {
    var asked = request.forCandidates(diversity: diversity)
    if let perCategory, perCategory < request.k { asked.k = ListSearch.first(ofLimited: asked.k, count: count) }
    return asked
  }

  /// The limit of items per category, over the categories of the items.
  ///
  /// - Throws: `AttributeError` for items without categories.
  func categoryLimit(_ attributes: AttributeTable) throws -> CategoryLimit? {
    try perCategory.map { try CategoryLimit($0, of: attributes) }
  }

  init(_ request: SearchRequest, target: RecallTarget? = nil) {
    self.request = request
    self.target = target
  }

  /// Reads `--no-fallback`.
  ///
  /// - Throws: `UsageError` without a recall target.
  static func setFallback(
    _ arguments: Arguments, recall: any AnyOption, of request: inout SearchRequest
  ) throws(UsageError) {
    guard arguments[Common.noFallback] else { return }
    guard arguments.has(recall) else {
      throw arguments.error(.lonely(Common.noFallback.spelling, needs: recall.spelling))
    }
    request.allowsExactFallback = false
  }

  /// Throws when two options set the search effort.
  static func refuse(_ arguments: Arguments, ef: any AnyOption, recall: any AnyOption) throws(UsageError) {
    try arguments.refuse(ef, with: Common.exact)
    try arguments.refuse(ef, with: recall)
    try arguments.refuse(recall, with: Common.exact)
  }

  /// The plan of an index for the request. After a search, the plan that the search used: a search for a recall target may
  /// check it, and take another plan.
  func plan(
    of index: any VectorIndex, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    try index.plan(request, for: question, isBatch: isBatch)
  }
}

extension Console {
  /// The number of items to return, at most those that there are; says so when it cuts.
  func cut(_ k: Int, to count: Int, quiet: Bool) -> Int {
    guard k > count else { return k }
    if !quiet {
      say("akin: note: -k \(Numbers.grouped(k)) is cut to \(Numbers.grouped(count)): the index has no more items")
    }
    return max(count, 1)
  }
}

extension SearchPlan {
  /// `exact`, `graph` or `lists`: the `way` of reports.
  var wayName: String {
    switch way {
    case .exact: "exact"
    case .graph: "graph"
    case .lists: "lists"
    }
  }
}
