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
      // The hits from `low` on have a higher score than this candidate.
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

  private static func ordered(_ score: Float) -> Float { score.isNaN ? -.infinity : score }
}
