import Akin
import AkinEvaluation
import AkinSupport

/// What `akin query --html` draws: the searches of a batch, measured against the exact way.
struct QueryPage {
  let k: Int
  let queries: Int
  private var runs: [(search: SearchOptions, plan: SearchPlan, answers: NeighborTable, times: [Double])] = []

  init(k: Int, queries: Int) { (self.k, self.queries) = (k, queries) }

  /// Adds a search of all queries.
  mutating func add(_ search: SearchOptions, _ plan: SearchPlan, _ answers: NeighborTable, _ times: [Double]) {
    runs.append((search, plan, answers, times))
  }

  /// The time of a query in each run; the speed is that of the fastest run.
  private func latency(_ times: [Double]) -> LatencySummary {
    let count = Double(max(queries, 1))
    return LatencySummary(
      microseconds: times.map { $0 / count * 1e6 }, wallSeconds: (times.min() ?? 0) * Double(times.count) / count)
  }

  /// Answers all queries exactly, unless a search has, and writes the page.
  func write(
    to path: String, _ index: any ItemIndex, _ asked: QueryQuestions, filter: RowFilter?, _ arguments: Arguments,
    _ console: Console, _ execution: Execution
  ) throws {
    let exact: (answers: NeighborTable, times: [Double])
    if let known = runs.first(where: { $0.plan.way == .exact }) {
      exact = (known.answers, known.times)
    } else {
      let request = SearchRequest(k: k, effort: .exact, filter: filter)
      let (answers, times) = try QueryVerb.run(
        request, .exact, on: index, asked, repeats: arguments[QueryVerb.repeats], execution)
      exact = (answers, times)
    }
    let truth = lists(exact.answers)
    let page = SearchPage(index, asked.embeddings ?? (try? index.heldEmbeddings()), truth: truth, k: k)
    var searches: [SearchReport.Search] = []
    for run in runs where run.plan.way != .exact {
      let answers = lists(run.answers)
      searches.append(
        page.search(
          run.search.target.map { "recall \($0.typed)" } ?? "ef \(run.plan.ef ?? 0)", target: run.search.target?.value,
          answers: answers, recall: RecallReport(answers: answers, truth: truth, k: k), latency: latency(run.times)))
    }
    searches.append(SearchReport.Search(name: "exact", recall: nil, latency: latency(exact.times)))
    var facts = [
      (
        label: "Queries",
        value: "\(Numbers.grouped(queries)), \(arguments[QueryVerb.queries] ?? arguments[QueryVerb.vectors] ?? "")"
      ),
      (
        label: "Runs",
        value: "\(arguments[QueryVerb.repeats]) of the whole batch; queries a second are those of the fastest"
      ),
      (label: "Threads", value: "\(execution.threads)"),
    ]
    if let filter = FilterOptions.words(arguments) { facts.append((label: "Filter", value: filter)) }
    try page.write(
      searches, title: "Speed of \(arguments[QueryVerb.index])", facts: facts,
      latencyName: "a query of a batch, over its runs",
      to: path,
      arguments, console)
  }

  private func lists(_ table: NeighborTable) -> [[Neighbor]] { (0..<table.queryCount).map { Array(table[$0]) } }
}
