import AkinVectors

/// The area under the ROC curve (AUC) of one user: the probability that a relevant item has a higher score than another
/// candidate (Hanley and McNeil 1982; per user as in Rendle et al. 2009).
public enum AreaUnderCurve {
  /// Computes `#{(i, j): score(i) > score(j)} / (relevant × others)` over relevant items i and other candidates j.
  ///
  /// Ties count against the model: equal scores for all items give 0, not ½. NaN ranks below every other score.
  ///
  /// - Parameters:
  ///   - scores: One score per item of the catalogue.
  ///   - relevant: The relevant items, ascending.
  ///   - seen: Items that are not candidates.
  /// - Returns: `nil` if no candidate is relevant, or all are.
  /// - Complexity: O(items × log relevant) time.
  public static func value(scores: [Float], relevant: some Sequence<UInt32>, seen: some Sequence<UInt32>) -> Double? {
    var isOther = [Bool](repeating: true, count: scores.count)
    for row in seen { isOther[Int(row)] = false }
    var hits: [Float] = []
    for row in relevant {
      isOther[Int(row)] = false
      hits.append(ordered(scores[Int(row)]))
    }
    guard !hits.isEmpty else { return nil }
    hits.sort()
    var others = 0
    var pairs = 0
    for (row, score) in scores.enumerated() where isOther[row] {
      // Finds the first hit with a higher score than this candidate.
      let score = ordered(score)
      var low = 0
      var high = hits.count
      while low < high {
        let middle = (low + high) / 2
        if hits[middle] > score { high = middle } else { low = middle + 1 }
      }
      others += 1
      pairs += hits.count - low
    }
    guard others > 0 else { return nil }
    return Double(pairs) / (Double(hits.count) * Double(others))
  }

  /// The score, with NaN below every other score.
  private static func ordered(_ score: Float) -> Float { score.isNaN ? -.infinity : score }
}
