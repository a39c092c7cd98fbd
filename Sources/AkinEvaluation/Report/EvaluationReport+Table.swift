/// One row of the comparison: a metric and its value for each model.
public struct ComparisonRow: Sendable {
  /// The key of the metric, without k: `ndcg`, `rmse`.
  public let key: String
  /// The length of lists, or `nil` for metrics without one.
  public let k: Int?
  /// The name of the metric, with k: `NDCG@10`.
  public let name: String
  /// Whether larger values are better; `nil` if neither direction is.
  public let isLargerBetter: Bool?
  /// One value per model of the report; `nil` if the model has none.
  public let values: [Estimate?]

  /// The model with the best value, ties by number; `nil` with fewer than two values.
  public var best: Int? {
    guard let isLargerBetter else { return nil }
    let known = values.indices.compactMap { index in values[index].map { (index, $0.mean) } }
    guard known.count > 1 else { return nil }
    return known.dropFirst().reduce(known[0]) { best, next in
      (isLargerBetter ? next.1 > best.1 : next.1 < best.1) ? next : best
    }.0
  }
}

extension EvaluationReport {
  /// All metrics that at least one model has.
  public var table: [ComparisonRow] {
    var rows: [ComparisonRow] = []
    for metric in RankingMetric.allCases {
      for k in ks {
        rows.append(
          row(metric.rawValue, k, metric.name, larger: true) { $0.ranking?.estimate(metric, k: k) })
      }
    }
    rows.append(row("auc", nil, "AUC", larger: true) { $0.ranking?.area })
    rows.append(row("rmse", nil, "RMSE", larger: false) { $0.rating?.rmse })
    rows.append(row("mae", nil, "MAE", larger: false) { $0.rating?.mae })
    for k in ks {
      rows.append(row("coverage", k, "Coverage", larger: nil) { model in exact(model.ranking?.coverage(k: k)) })
    }
    for k in ks { rows.append(row("gini", k, "Gini", larger: nil) { model in exact(model.ranking?.gini(k: k)) }) }
    for quality in ListQuality.allCases {
      for k in ks {
        rows.append(row(quality.rawValue, k, quality.name, larger: nil) { $0.ranking?.estimate(quality, k: k) })
      }
    }
    return rows.filter { row in row.values.contains { $0 != nil } }
  }

  private func row(
    _ key: String, _ k: Int?, _ name: String, larger: Bool?, _ value: (Model) -> Estimate?
  ) -> ComparisonRow {
    ComparisonRow(
      key: key, k: k, name: k.map { "\(name)@\($0)" } ?? name, isLargerBetter: larger, values: models.map(value))
  }

  /// A number without a standard error.
  private func exact(_ value: Double?) -> Estimate? { value.map { Estimate(mean: $0, standardError: 0, count: 0) } }
}
