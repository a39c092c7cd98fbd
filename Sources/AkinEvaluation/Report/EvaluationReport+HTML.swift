extension EvaluationReport {
  /// The report as one HTML page without scripts and external resources, in light or dark colours by the reader's system.
  ///
  /// Equal reports give equal bytes.
  public var html: String {
    Page.html(
      title: title,
      body: summary + Page.legend(models.map(\.name)) + tables + differences + charts + Page.facts(protocolFacts)
        + EvaluationReport.definitions)
  }

  private var rankers: [(number: Int, model: Model, ranking: RankingReport)] {
    models.enumerated().compactMap { number, model in model.ranking.map { (number, model, $0) } }
  }

  /// One sentence: the difference between the model and the strongest baseline, with its interval.
  private var summary: String {
    guard let leader, let first = rankers.first(where: { $0.model.name == leader.name }), let k = ks.first,
      let own = first.ranking.estimate(.ndcg, k: k)
    else { return "" }
    let rivals = rankers.filter { $0.model.isBaseline }
    let best = rivals.max {
      ($0.ranking.estimate(.ndcg, k: k)?.mean ?? 0) < ($1.ranking.estimate(.ndcg, k: k)?.mean ?? 0)
    }
    guard let best, let difference = first.ranking.difference(from: best.ranking, .ndcg, k: k) else { return "" }
    let interval = difference.interval
    let verdict =
      interval.lowerBound > 0 ? "beats" : (interval.upperBound < 0 ? "is beaten by" : "cannot be told apart from")
    return """
      <p class="lead"><strong>\(SVG.escaped(first.model.name))</strong> \(verdict) \
      <strong>\(SVG.escaped(best.model.name))</strong>, the strongest baseline: NDCG@\(k) \
      \(decimal(own.mean, 4)), a difference of \(decimal(difference.mean, 4)) per user (95 % interval \
      \(decimal(interval.lowerBound, 4)) to \(decimal(interval.upperBound, 4)), \(difference.count) users).</p>

      """
  }

  private var tables: String {
    let numbers = table
    guard !numbers.isEmpty else { return "" }
    var out = "<h2>Metrics</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Metric</th>"
    for model in models { out += "<th scope=\"col\">\(SVG.escaped(model.name))</th>" }
    out += "</tr></thead>\n<tbody>\n"
    for row in numbers {
      out += "<tr><th scope=\"row\">\(SVG.escaped(row.name))</th>"
      let best = row.best
      for (number, value) in row.values.enumerated() {
        guard let value else {
          out += "<td class=\"none\">–</td>"
          continue
        }
        let error = value.standardError > 0 ? " <small>± \(decimal(value.standardError, 4))</small>" : ""
        out += "<td\(number == best ? " class=\"best\"" : "")>\(decimal(value.mean, 4))\(error)</td>"
      }
      out += "</tr>\n"
    }
    return out + "</tbody></table></div>\n<p class=\"note\">± one standard error over users (over predictions for RMSE "
      + "and MAE). The best value of each row is highlighted.</p>\n"
  }

  /// By how much the best model is ahead of the others, user by user.
  private var differences: String {
    let others = models.filter { !$0.isBaseline && $0.name != leader?.name }
    guard let leader, !others.isEmpty else { return "" }
    let columns = [RankingMetric.ndcg, .recall].flatMap { metric in ks.map { (metric, $0) } }
    var out =
      "<h2>\(SVG.escaped(leader.name)) is ahead by</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Of</th>"
    for (metric, k) in columns { out += "<th scope=\"col\">\(metric.name)@\(k)</th>" }
    out += "<th scope=\"col\">Training</th></tr></thead>\n<tbody>\n"
    for model in [leader] + others {
      out += "<tr><th scope=\"row\">\(SVG.escaped(model.name))</th>"
      for (metric, k) in columns {
        guard let lead = lead(over: model, metric, k: k) else {
          out += "<td class=\"none\">–</td>"
          continue
        }
        out +=
          "<td>\(decimal(lead.mean, 4)) <small>\(decimal(lead.interval.lowerBound, 4)) to "
          + "\(decimal(lead.interval.upperBound, 4))</small></td>"
      }
      out += "<td>\(model.trainSeconds.map { decimal($0, 2) + " s" } ?? "–")</td></tr>\n"
    }
    return out
      + "</tbody></table></div>\n<p class=\"note\">The mean of the differences user by user, with its 95 % interval; below 0 "
      + "the other model is ahead.</p>\n"
  }

  private var charts: String {
    var out = ""
    for metric in [RankingMetric.ndcg, .recall] { out += chart(of: metric) }
    out += timeChart + decileChart + lossChart
    return out.isEmpty ? "" : "<div class=\"charts\">\n" + out + "</div>\n"
  }

  private func chart(of metric: RankingMetric) -> String {
    let series = rankers.map { number, model, ranking in
      Chart.Series(
        name: model.name, colour: number,
        points: ranking.ks.compactMap { k in
          ranking.estimate(metric, k: k).map { (Double(k), $0.mean, 1.959964 * $0.standardError) }
        }, isDashed: model.isBaseline)
    }
    guard let ks = rankers.first?.ranking.ks, ks.count > 1 else { return "" }
    let drawing = Chart(series: series, xName: "k", yName: "\(metric.name)@k").lines(
      xTicks: ks.map(Double.init), isLogarithmic: true, yFromZero: true, label: "\(metric.name) by k")
    return Page.figure("\(metric.name) by length of the list", drawing, "Bands are 95 % intervals over users.")
  }

  private var timeChart: String {
    guard let k = ks.last else { return "" }
    let series = rankers.compactMap { number, model, ranking -> Chart.Series? in
      guard let seconds = model.trainSeconds, let quality = ranking.estimate(.ndcg, k: k) else { return nil }
      return Chart.Series(
        name: model.name, colour: number, points: [(max(seconds, 1e-3), quality.mean, 1.959964 * quality.standardError)]
      )
    }
    guard series.count > 1 else { return "" }
    let drawing = Chart(series: series, xName: "seconds of training", yName: "NDCG@\(k)")
      .dots(label: "NDCG by seconds of training")
    return Page.figure("Quality and training time", drawing, "All folds together. Bars are 95 % intervals over users.")
  }

  private var decileChart: String {
    guard let k = ks.last else { return "" }
    let series = rankers.map { number, model, ranking in
      Chart.Series(
        name: model.name, colour: number,
        points: (ranking.deciles(k: k)?.deciles ?? []).enumerated().compactMap { place, decile in
          decile.recall.map { (Double(place), $0, 0) }
        })
    }
    guard series.contains(where: { !$0.points.isEmpty }) else { return "" }
    let items = rankers.first?.ranking.deciles(k: k)?.deciles.map(\.items) ?? []
    let drawing = Chart(
      series: series, xName: "items in each tenth of the interactions, by popularity", yName: "Recall@\(k)"
    )
    .bars(names: items.map { "\($0)" }, label: "Recall by popularity")
    return Page.figure(
      "Recall@\(k) by popularity", drawing,
      "Most popular items on the left, long tail on the right. Each group has a tenth of the training interactions; the "
        + "number below it counts its items.")
  }

  private var lossChart: String {
    var series: [Chart.Series] = []
    for (number, model) in models.enumerated() {
      for (fold, losses) in model.losses.enumerated() where losses.count > 1 {
        series.append(
          Chart.Series(
            name: model.losses.count > 1 ? "\(model.name), fold \(fold + 1)" : model.name, colour: number,
            points: losses.enumerated().map { (Double($0 + 1), $1, 0) }))
      }
    }
    guard let longest = series.map(\.points.count).max() else { return "" }
    let step = max(1, (longest + 7) / 8)
    let ticks = stride(from: 1, through: longest, by: step).map(Double.init)
    let drawing = Chart(series: series, xName: "epoch", yName: "loss").lines(
      xTicks: ticks, isLogarithmic: false, yFromZero: false, label: "Training loss by epoch")
    return Page.figure("Training loss", drawing, "One line per fold.")
  }
}
