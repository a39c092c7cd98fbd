import Akin
import AkinEvaluation
import AkinSupport

extension RecallVerb {
  /// Writes what was measured as a page.
  static func write(
    _ page: SearchPage, _ measurement: RecallMeasurement, exactRecall: Double, _ targets: [RecallTarget?],
    _ plans: [SearchPlan], to path: String, _ arguments: Arguments, _ console: Console
  ) throws {
    var searches: [SearchReport.Search] = []
    var points = measurement.points[...]
    for (target, plan) in zip(targets, plans) where plan.way != .exact {
      guard let point = points.popFirst() else { break }
      searches.append(
        page.search(
          target.map { "recall \($0.typed)" } ?? "ef \(point.ef)", target: target?.value, answers: point.answers,
          recall: point.recall, latency: point.latency))
    }
    if let exact = measurement.exact {
      searches.append(SearchReport.Search(name: "exact", recall: nil, exactRecall: exactRecall, latency: exact))
    }
    try page.write(
      searches, title: "Recall of \(arguments[index])", facts: facts(page, measurement, arguments),
      latencyName: "one query",
      to: path, arguments, console)
  }

  private static func facts(
    _ page: SearchPage, _ measurement: RecallMeasurement, _ arguments: Arguments
  ) -> [(label: String, value: String)] {
    let asked =
      switch arguments[queries] {
      case .items: "items: their related items"
      case .users(let path): "users" + (path.map { " of \($0)" } ?? "") + ", without what they have seen"
      case .vectors(let path): path
      }
    var facts = [
      (label: "Queries", value: "\(Numbers.grouped(page.truth.count)), \(asked)"),
      (label: "Seed", value: "\(arguments[Common.seed])"), (label: "Threads", value: "\(measurement.threads)"),
    ]
    if let filter = FilterOptions.words(arguments) { facts.append((label: "Filter", value: filter)) }
    return facts
  }
}
