import AkinSupport
import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("The report as a page")
struct HTMLTests {
  private func report(name: String = "wals", losses: [[Double]] = [[9, 4, 2]]) throws -> EvaluationReport {
    let drawn = DrawnTest(questions: 20, items: 30, seed: 2)
    var own = RankingTally(ks: [1, 5, 10])
    try own.add(drawn.test, drawn.ranker)
    var popular = RankingTally(ks: [1, 5, 10])
    try popular.add(drawn.test, ScoreRanker.popular(drawn.test))
    return EvaluationReport(
      title: "\(name) on x.csv", protocolFacts: [("Split", "by <hand> & \"eye\"")],
      models: [
        .init(name: name, isBaseline: false, ranking: own.report, losses: losses),
        .init(name: "popular", isBaseline: true, ranking: popular.report),
      ], ks: [5, 10])
  }

  @Test("It stands alone: no script, nothing fetched; and the same report gives the same bytes")
  func alone() throws {
    let html = try report().html
    for word in ["<script", "http:", "https:", "url(", "@import", "src=", "href="] {
      #expect(!html.contains(word), "found \(word)")
    }
    #expect(html == (try report().html))
    #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
    #expect(html.contains("prefers-color-scheme: dark"))
  }

  @Test("Names and facts are text, whatever they hold")
  func escaped() throws {
    let html = try report(name: "<b>'x'&\"\u{7}").html
    #expect(html.contains("&lt;b&gt;&#39;x&#39;&amp;&quot;\u{FFFD}"))
    #expect(!html.contains("<b>'x'"))
    #expect(html.contains("by &lt;hand&gt; &amp; &quot;eye&quot;"))
  }

  @Test("Every element that opens closes")
  func balanced() throws {
    let html = try report().html
    for tag in ["svg", "text", "figure", "table", "tr", "td", "th", "main", "section", "p", "dl", "ul", "li", "title"] {
      let opened = html.components(of: "<\(tag)>") + html.components(of: "<\(tag) ")
      #expect(opened == html.components(of: "</\(tag)>"), "\(tag)")
    }
    #expect(html.components(of: "<svg ") == 4)
  }

  @Test(
    "No number on the page is not a number", arguments: [[[Double]](), [[.nan, 1]], [[5, 5]], [[.infinity]], [[3]]])
  func numbers(losses: [[Double]]) throws {
    let html = try report(losses: losses).html
    #expect(!html.contains("nan") && !html.contains("inf\""))
  }

  @Test("An empty report is a page too")
  func empty() {
    let html = EvaluationReport(title: "nothing", protocolFacts: [], models: [], ks: []).html
    #expect(html.contains("<h1>nothing</h1>"))
  }

  @Test("Numbers are rounded as people expect")
  func decimals() {
    #expect(decimal(0.12345, 4) == "0.1235" || decimal(0.12345, 4) == "0.1234")
    #expect(decimal(-0.5, 2) == "-0.50" && decimal(-0.001, 2) == "0.00")
    #expect(decimal(2.50, 2, trimmed: true) == "2.5" && decimal(3, 2, trimmed: true) == "3")
    #expect(decimal(120, 0) == "120" && decimal(100, 0, trimmed: true) == "100")
    #expect(decimal(.nan, 2) == "-")
  }

  @Test("An axis has round ticks, its values between them", arguments: [0.003, 0.7, 1, 42, 98_765])
  func axis(high: Double) {
    let axis = Axis([0, high], from: 0, to: 100, startingAtZero: true)
    #expect(axis.ticks.count >= 4 && axis.ticks.count <= 12, "\(axis.ticks)")
    #expect(axis.high >= high && axis.low == 0)
    #expect(axis.place(0) == 0 && (axis.place(axis.high) - 100).magnitude < 1e-9)
  }

  @Test("The table names the best, and no best where none is better")
  func table() throws {
    let table = try report().table
    let ndcg = try #require(table.first { $0.name == "NDCG@5" })
    let means = ndcg.values.compactMap { $0?.mean }
    #expect(ndcg.best == (means[0] >= means[1] ? 0 : 1))
    #expect(try #require(table.first { $0.key == "gini" }).best == nil)
    #expect(!table.contains { $0.key == "rmse" })
  }
}

extension String {
  /// How often a text stands in this one.
  func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.range(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }

}

extension Substring {
  fileprivate func range(of part: String) -> Range<Index>? {
    var place = startIndex
    while place < endIndex {
      if self[place...].hasPrefix(part) { return place..<index(place, offsetBy: part.count) }
      place = index(after: place)
    }
    return nil
  }
}
