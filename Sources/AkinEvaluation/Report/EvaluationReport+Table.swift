/// One line of a comparison: a metric, and what each model has of it.
public struct ComparisonRow: Sendable {
  /// The metric's name without its k, as a key: `ndcg`, `rmse`.
  public let key: String
  /// The length of lists, or `nil` for metrics without one.
  public let k: Int?
  /// The metric's name, k included: `NDCG@10`.
  public let name: String
  /// Whether a larger value is better, or `nil` when neither is.
  public let isLargerBetter: Bool?
  /// One for each model of the report, `nil` where the model has none.
  public let values: [Estimate?]

  /// The model with the best value, when one is better than another; the first of equal ones.
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
  /// All metrics as lines, those that nobody has left out.
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
    return rows.filter { row in row.values.contains { $0 != nil } }
  }

  private func row(
    _ key: String, _ k: Int?, _ name: String, larger: Bool?, _ value: (Model) -> Estimate?
  ) -> ComparisonRow {
    ComparisonRow(
      key: key, k: k, name: k.map { "\(name)@\($0)" } ?? name, isLargerBetter: larger, values: models.map(value))
  }

  /// A number that is no mean over users.
  private func exact(_ value: Double?) -> Estimate? { value.map { Estimate(mean: $0, standardError: 0, count: 0) } }
}
