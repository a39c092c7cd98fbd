import Akin
import AkinEvaluation
import AkinSupport

/// The page of measured searches that `akin recall --html` and `akin query --html` write.
struct SearchPage {
  static let html = Option<String?>.optional(
    "html", .output(usually: "html"),
    "Also write an HTML page: recall against speed, latencies, and recall by popularity")

  /// The users of each item, or how often it is a true neighbour, by row.
  let popularity: (counts: [Int], name: String)
  /// The exact answers.
  let truth: [[Neighbor]]
  let k: Int

  /// - Parameters:
  ///   - index: The index, for its number of items.
  ///   - embeddings: The embeddings of the users, or `nil`.
  ///   - truth: The exact answers.
  ///   - k: The k of recall@k.
  init(_ index: any ItemIndex, _ embeddings: EmbeddingFile?, truth: [[Neighbor]], k: Int) {
    self.truth = truth
    self.k = k
    var counts = [Int](repeating: 0, count: index.count)
    if let embeddings, let users = embeddings.popularity() {
      for (item, number) in users.enumerated() {
        guard let row = index.row(of: embeddings.itemIDs.id(of: Row(item))) else { continue }
        counts[Int(row.index)] = Int(number)
      }
      popularity = (counts, "the number of users who have the item")
    } else {
      for one in truth.joined() { counts[Int(one.row.index)] += 1 }
      popularity = (counts, "the number of exact answers that hold the item")
    }
  }

  /// One way to search.
  func search(
    _ name: String, target: Double? = nil, answers: [[Neighbor]], recall: RecallReport, latency: LatencySummary
  ) -> SearchReport.Search {
    SearchReport.Search(
      name: name, recall: recall, target: target, latency: latency,
      deciles: PopularityDeciles(of: answers, truth: truth, k: k, popularity: popularity.counts))
  }

  /// Writes the page.
  func write(
    _ searches: [SearchReport.Search], title: String, facts: [(label: String, value: String)], latencyName: String,
    to path: String, _ arguments: Arguments, _ console: Console
  ) throws {
    let report = SearchReport(
      title: title, facts: facts, k: k, latencyName: latencyName, popularityName: popularity.name, searches: searches)
    var file = try AtomicOutput(path: path, overwrite: arguments[Common.force])
    try file.write(report.html)
    try file.commit()
    if !arguments[Common.quiet] { console.say("wrote \(path)") }
  }
}
