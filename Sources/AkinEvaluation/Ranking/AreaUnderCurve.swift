import AkinVectors

/// The area under the ROC curve of one user: how often a relevant item has a higher score than an irrelevant candidate
/// (Hanley and McNeil 1982; per user as Rendle et al. 2009 do).
public enum AreaUnderCurve {
  /// `#{(i, j): score(i) > score(j)} / (relevant × others)`, over relevant items i and all other candidates j.
  ///
  /// Ties count against the model: a model that gives every item one score has 0, not ½. A score that is NaN is below
  /// every other.
  ///
  /// - Parameters:
  ///   - scores: One for each item of the catalogue.
  ///   - relevant: The relevant items, ascending.
  ///   - seen: The items that are no candidates.
  /// - Returns: `nil` when every candidate is relevant, or none.
  /// - Complexity: O(items × log items) time.
  public static func value(scores: [Float], relevant: some Sequence<UInt32>, seen: some Sequence<UInt32>) -> Double? {
    var role = [UInt8](repeating: 0, count: scores.count)
    for row in seen { role[Int(row)] = 2 }
    for row in relevant { role[Int(row)] = 1 }
    var hits: [Float] = []
    var others: [Float] = []
    for (row, score) in scores.enumerated() where role[row] < 2 {
      let score = score.isNaN ? -Float.infinity : score
      if role[row] == 1 { hits.append(score) } else { others.append(score) }
    }
    guard !hits.isEmpty, !others.isEmpty else { return nil }
    hits.sort()
    others.sort()
    // Both lists ascend, so the number of others below a hit only grows.
    var below = 0
    var pairs = 0
    for hit in hits {
      while below < others.count, others[below] < hit { below += 1 }
      pairs += below
    }
    return Double(pairs) / (Double(hits.count) * Double(others.count))
  }
}
