extension EvaluationReport {
  /// The model with the best NDCG for the shortest lists, of those that are no baselines; ties by their order.
  public var leader: Model? {
    guard let k = ks.first else { return nil }
    let own = models.filter { !$0.isBaseline }
    return own.dropFirst().reduce(own.first) { best, next in
      (next.ranking?.estimate(.ndcg, k: k)?.mean ?? -1) > (best?.ranking?.estimate(.ndcg, k: k)?.mean ?? -1)
        ? next : best
    }
  }

  /// By how much the leader is ahead of another model, user by user; `nil` for the leader itself, and without lists.
  ///
  /// - Parameters:
  ///   - model: Another model of the report.
  ///   - metric: The metric.
  ///   - k: The length of lists.
  public func lead(over model: Model, _ metric: RankingMetric, k: Int) -> Estimate? {
    guard let leader, leader.name != model.name, let own = leader.ranking, let other = model.ranking else { return nil }
    return own.difference(from: other, metric, k: k)
  }

  /// A sentence for each model that is no baseline and not the leader.
  public var comparisons: [String] {
    guard let k = ks.first, let leader else { return [] }
    return models.filter { !$0.isBaseline }.compactMap { model in
      guard let lead = lead(over: model, .ndcg, k: k) else { return nil }
      let (low, high) = (decimal(lead.interval.lowerBound, 4), decimal(lead.interval.upperBound, 4))
      return
        "\(leader.name) is ahead of \(model.name) by \(decimal(lead.mean, 4)) of NDCG@\(k), user by user (95 %: \(low) to "
        + "\(high))"
    }
  }
}
