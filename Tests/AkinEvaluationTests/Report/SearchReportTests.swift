import AkinSupport
import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("Measured searches as a page")
struct SearchReportTests {
  private func list(_ rows: some Sequence<Int>) -> [Neighbor] {
    rows.enumerated().map { Neighbor(row: Row($1), score: -Float($0)) }
  }

  /// Searches that find 1, 2, … of ten items each, and the exact way.
  private func report(
    searches: Int = 4, queries: Int = 30, name: String = "ef", times: [Double] = [10, 20, 400], target: Double? = nil,
    exactRecall: Double = 1
  ) -> SearchReport {
    let truth = (0..<queries).map { list($0..<$0 + 10) }
    var all = (0..<searches).map { number in
      let answers = truth.enumerated().map { Array($1.prefix(min(10, number + 5 + $0 % 3))) }
      return SearchReport.Search(
        name: "\(name) \(number)", recall: RecallReport(answers: answers, truth: truth, k: 10), target: target,
        latency: LatencySummary(microseconds: times, wallSeconds: 0.001 * Double(number + 1)),
        deciles: PopularityDeciles(
          of: answers, truth: truth, k: 10, popularity: (0..<queries + 10).map { 1000 / ($0 + 1) }))
    }
    all.append(
      SearchReport.Search(
        name: "exact", recall: nil, exactRecall: exactRecall,
        latency: LatencySummary(microseconds: times, wallSeconds: 0.05)))
    return SearchReport(
      title: "Recall of <x>", facts: [("Queries", "\(queries), \"all\"")], k: 10, latencyName: "one query",
      popularityName: "the number of users who have the item", searches: all)
  }

  @Test("It stands alone, the same report gives the same bytes, and every element that opens closes")
  func alone() {
    let html = report().html
    for word in ["<script", "http:", "https:", "url(", "@import", "src=", "href=", "<x>", "nan", "inf\""] {
      #expect(!html.contains(word), "found \(word)")
    }
    #expect(html == report().html && html.contains("prefers-color-scheme: dark"))
    for tag in ["svg", "text", "figure", "table", "tr", "td", "th", "main", "p", "dl", "ul", "li", "title", "div"] {
      #expect(count("<\(tag)>", html) + count("<\(tag) ", html) == count("</\(tag)>", html), "\(tag)")
    }
    #expect(count("<svg ", html) == 4 && html.contains("Recall of &lt;x&gt;"))
  }

  @Test("The first sentence names the fastest search of a recall of 0.95, else the best one")
  func lead() {
    // Search n finds 5 + n to 7 + n of 10: 0.6, 0.7, 0.8, 0.9, 0.97, 1 on average.
    #expect(report(searches: 3).html.contains("<strong>ef 2</strong> returns 80.00 % of the true 10 best"))
    let many = report(searches: 7).html
    #expect(many.contains("<strong>ef 4</strong> returns 96.67 %"))
    #expect(
      many.contains("at 600 queries a second, 10 times as many as the exact way"), "3 queries in 5 ms, beside 50 ms")
    #expect(!report(searches: 0).html.contains("class=\"lead\""))
  }

  @Test("The exact way is a diamond and a dashed line; each other search is a dot with its numbers")
  func marks() {
    for searches in [1, 4, 9] {
      let html = report(searches: searches).html
      #expect(count("class=\"line dashed s1\"", html) == 1 && count("<polygon points=", html) == 1)
      for number in 0..<searches {
        #expect(html.contains("<title>ef \(number): recall "), "search \(number)")
        #expect(html.contains("<title>ef \(number), p99: 400 µs</title>"), "search \(number)")
      }
      #expect(html.contains("<title>exact: recall 1, 60 queries a second</title>"))
      // Six lines of popularity at most, the first and the last search among them.
      #expect(count("class=\"key s", html) == 2 * min(searches, 6))
    }
  }

  @Test("The exact way of rounded vectors stands at the recall that it has")
  func rounded() {
    let html = report(exactRecall: 0.9875).html
    #expect(html.contains("<title>exact: recall 0.9875, 60 queries a second</title>"))
    #expect(html.contains("<td>0.9875</td>") && !html.contains("exact: recall 1,"))
  }

  @Test("The table has the share of queries far below the target, or below the mean")
  func low() {
    // Of search 0, a third of the queries each have 0.5, 0.6 and 0.7.
    #expect(report(searches: 1, target: 0.75).html.contains("<td>66.7 %</td>"))
    #expect(report(searches: 1, target: 0.65).html.contains("<td>33.3 %</td>"))
    #expect(report(searches: 1).html.contains("<td>0.0 %</td>"))
  }

  @Test("Pages without queries, without times and with one search have no numbers that are none", arguments: [0, 1, 3])
  func few(queries: Int) {
    for times in [[], [0, 0, 0], [5]] as [[Double]] {
      let html = report(searches: 1, queries: queries, times: times).html
      #expect(!html.contains("nan") && !html.contains("inf\"") && html.hasSuffix("</html>\n"), "\(queries), \(times)")
    }
  }

  private func count(_ part: String, _ text: String) -> Int { text.components(of: part) }
}
