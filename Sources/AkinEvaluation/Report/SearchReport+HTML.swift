extension SearchReport {
  /// The report as one HTML page without scripts and external resources, in light or dark colours by the reader's system.
  ///
  /// Equal reports give equal bytes.
  public var html: String {
    let figures = tradeOff + latencies + spread + popularity
    let charts = figures.isEmpty ? "" : "<div class=\"charts\">\n" + figures + "</div>\n"
    return Page.html(title: title, body: summary + charts + table + Page.facts(facts) + SearchReport.definitions)
  }

  /// The recall that the first sentence asks for.
  private static let usualRecall = 0.95

  private var exact: Search? { searches.first(where: \.isExact) }

  /// One sentence: the fastest search of high recall beside the exact way.
  private var summary: String {
    let able = searches.filter { !$0.isExact && $0.mean >= SearchReport.usualRecall }
    let chosen =
      able.max { $0.latency.queriesPerSecond < $1.latency.queriesPerSecond }
      ?? searches.filter { !$0.isExact }.max { $0.mean < $1.mean }
    guard let chosen else { return "" }
    var times = ""
    if let exact, exact.latency.queriesPerSecond > 0 {
      let ratio = chosen.latency.queriesPerSecond / exact.latency.queriesPerSecond
      times = ", \(decimal(ratio, ratio < 10 ? 1 : 0)) times as many as the exact way"
    }
    return """
      <p class="lead"><strong>\(SVG.escaped(chosen.name))</strong> returns \(decimal(100 * chosen.mean, 2)) % of the true \
      \(k) best, at \(SearchReport.grouped(chosen.latency.queriesPerSecond)) queries a second\(times).</p>

      """
  }

  private var tradeOff: String {
    let points = searches.map { search in
      Chart.Way(
        name: search.name, recall: search.mean, queriesPerSecond: search.latency.queriesPerSecond,
        isExact: search.isExact)
    }
    guard points.contains(where: { $0.queriesPerSecond > 0 }) else { return "" }
    let drawing = Chart.tradeOff(points, xName: "recall@\(k)", yName: "queries a second")
    return Page.figure(
      "Recall and speed", drawing,
      "Up and to the right is better. The diamond is the exact way, the dashed line its speed; the scale of queries a second is "
        + "logarithmic.")
  }

  private var latencies: String {
    let rows = searches.filter { $0.latency.count > 0 }
    guard rows.contains(where: { $0.latency.p50 > 0 }) else { return "" }
    let drawing = Chart.ranges(
      rows.map { row in
        Chart.Range(
          name: row.name, colour: row.isExact ? 1 : 0, values: [row.latency.p50, row.latency.p90, row.latency.p99])
      }, yName: "µs", label: "Latency of each search", notes: ["p50", "p90", "p99"])
    return Page.figure(
      "Latency of \(latencyName)", drawing,
      "Large dot: half are faster. Then 90 % and 99 %. The scale is logarithmic.")
  }

  /// Searches that fit the six colours: all, or some from the first to the last.
  private func shown(_ searches: [Search]) -> [Search] {
    let most = 6
    guard searches.count > most else { return searches }
    return (0..<most).map { searches[$0 * (searches.count - 1) / (most - 1)] }
  }

  /// A line chart of recalls with a legend.
  private func recalls(
    _ searches: [Search], xName: String, xTicks: [Double], label: String,
    _ points: (Search) -> [(x: Double, value: Double)]
  ) -> String {
    let series = searches.enumerated().map { number, search in
      Chart.Series(name: search.name, colour: number, points: points(search).map { ($0.x, $0.value, 0) })
    }
    let least = series.flatMap { $0.points.map(\.value) }.min() ?? 0
    let chart = Chart(series: series, xName: xName, yName: "recall@\(k)", spanned: [1, min(0.95, least)])
    return Page.legend(searches.map(\.name))
      + chart.lines(xTicks: xTicks, isLogarithmic: false, yFromZero: false, label: label)
  }

  private var spread: String {
    let shown = shown(searches.filter { ($0.recall?.distribution.count ?? 0) > 0 })
    guard !shown.isEmpty else { return "" }
    let percents = [1.0, 2, 5] + (1...10).map { 10 * Double($0) }
    let drawing = recalls(
      shown, xName: "% of the queries, the worst first", xTicks: [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
      label: "Recall of single queries"
    ) { search in
      percents.map { ($0, search.recall?.distribution.quantile($0 / 100) ?? 1) }
    }
    return Page.figure(
      "Recall of single queries", drawing, "So many queries have this recall or less. A mean hides the left end.")
  }

  private var popularity: String {
    let shown = shown(searches.filter { $0.deciles?.deciles.contains { $0.recall != nil } ?? false })
    guard let first = shown.first else { return "" }
    let drawing = recalls(
      shown, xName: "tenth by popularity, the most popular first", xTicks: (1...10).map(Double.init),
      label: "Recall by popularity"
    ) { search in
      (search.deciles?.deciles ?? []).enumerated().compactMap { place, decile in
        decile.recall.map { (Double(place + 1), $0) }
      }
    }
    let items = first.deciles?.deciles.map { SearchReport.grouped(Double($0.items)) }.joined(separator: ", ") ?? ""
    return Page.figure(
      "Recall by popularity of the true neighbour", drawing,
      "Tenths of equal popularity in sum, by \(popularityName). They have so many items: \(items).")
  }

  private var table: String {
    guard !searches.isEmpty else { return "" }
    let names = [
      "Search", "Recall@\(k)", "With ties", "Worst 1 %", "Worst 10 %", "Low", "Queries/s", "× exact",
      "p50, p90, p99 in µs",
    ]
    var out = "<h2>Numbers</h2>\n<div class=\"scroll\"><table>\n<thead><tr>"
    for name in names { out += "<th scope=\"col\">\(SVG.escaped(name))</th>" }
    out += "</tr></thead>\n<tbody>\n"
    for search in searches {
      out += "<tr><th scope=\"row\">\(SVG.escaped(search.name))</th>"
      out += cells(search).map { $0.map { "<td>\($0)</td>" } ?? "<td class=\"none\">–</td>" }.joined() + "</tr>\n"
    }
    return out + "</tbody></table></div>\n"
  }

  private func cells(_ search: Search) -> [String?] {
    let (recall, latency) = (search.recall, search.latency)
    let ratio = exact.flatMap { exact in
      exact.latency.queriesPerSecond > 0 ? latency.queriesPerSecond / exact.latency.queriesPerSecond : nil
    }
    let interval = recall.map {
      " <small>\(decimal($0.interval.lowerBound, 3))–\(decimal($0.interval.upperBound, 3))</small>"
    }
    let times = [latency.p50, latency.p90, latency.p99].map { SearchReport.grouped($0) }
    return [
      decimal(search.mean, 4) + (interval ?? ""), recall.map { decimal($0.tieTolerantMean, 4) },
      recall.map { decimal($0.distribution.quantile(0.01), 2) },
      recall.map { decimal($0.distribution.quantile(0.1), 2) },
      recall.map { _ in decimal(100 * search.shareBelow, 1) + " %" }, SearchReport.grouped(latency.queriesPerSecond),
      ratio.map { decimal($0, $0 < 10 ? 2 : 0) }, times.joined(separator: " / "),
    ]
  }

  /// A whole number with commas between thousands.
  private static func grouped(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "-" }
    var out = ""
    for (place, digit) in String(Int(value.rounded())).reversed().enumerated() {
      if place > 0, place % 3 == 0, digit != "-" { out.append(",") }
      out.append(digit)
    }
    return String(out.reversed())
  }

  /// The definitions of the columns.
  private static let definitions = """
    <h2>Definitions</h2>
    <ul class="terms">
    <li><b>Recall@k</b>: the mean share of the true k best items in an answer, with Wilson's 95 % interval. <b>With ties</b>: an item \
    with the score of a true one counts.</li>
    <li><b>Worst 1 %</b>, <b>Worst 10 %</b>: the recall that so many queries do not exceed. <b>Low</b>: the share of queries whose recall \
    is more than 0.1 below the target, or below the mean where there is no target.</li>
    <li><b>p50</b>, <b>p90</b>, <b>p99</b>: the latency that so many do not exceed. Times are those of one machine and one run; recall \
    is not.</li>
    </ul>

    """
}
