import AkinSupport

/// A metric of one ranked list of one user, from 0 to 1.
///
/// `h(j)` is 1 if the item at place j (counted from 1) is relevant, else 0. R is the number of relevant items of the user. A
/// list shorter than k counts as followed by irrelevant items. Relevance is binary. Libraries differ in their definitions, so
/// each case states its own.
public enum RankingMetric: String, Sendable, CaseIterable {
  /// Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), with binary gains and base 2:
  /// `Σ_{j≤k} h(j) / log2(j + 1)`, divided by the same sum of the ideal list, which has relevant items at the first
  /// `min(k, R)` places.
  case ndcg
  /// `Σ_{j≤k} h(j) / R`: the share of the relevant items in the list.
  case recall
  /// `Σ_{j≤k} h(j) / min(k, R)`: recall relative to the ideal list (Liang et al. 2018, *Variational Autoencoders for
  /// Collaborative Filtering*). The ideal list has 1 also if R > k.
  case cappedRecall = "recallMin"
  /// `Σ_{j≤k} h(j) / k`: the share of the list that is relevant.
  case precision
  /// Average precision: `Σ_{j≤k} h(j) · precision@j / min(k, R)`. Its mean over users is MAP@k. (Some libraries divide by R.)
  case averagePrecision = "map"
  /// 1 if any of the k items is relevant, else 0.
  case hitRate
  /// 1 over the place of the first relevant item; 0 if none is among the k. Its mean over users is MRR@k (Voorhees 1999).
  case reciprocalRank = "mrr"

  /// The name in tables: `NDCG`, `Recall`, …
  public var name: String {
    switch self {
    case .ndcg: "NDCG"
    case .recall: "Recall"
    case .cappedRecall: "Recall(min)"
    case .precision: "Precision"
    case .averagePrecision: "MAP"
    case .hitRate: "HR"
    case .reciprocalRank: "MRR"
    }
  }

  /// Computes the metric of one list.
  ///
  /// - Parameters:
  ///   - hits: Whether the item at each place is relevant, best first; places beyond `k` do not count.
  ///   - relevant: R, at least 1, and at least the number of hits.
  ///   - k: The length of the list; at least 1.
  /// - Complexity: O(k).
  public func value(hits: some Collection<Bool>, relevant: Int, k: Int) -> Double {
    precondition(relevant >= 1 && k >= 1, "a metric needs a relevant item and a place")
    var found = 0
    var sum = 0.0
    var place = 0
    for isHit in hits.prefix(k) {
      place += 1
      guard isHit else { continue }
      found += 1
      switch self {
      case .ndcg: sum += 1 / log2(Double(place + 1))
      case .averagePrecision: sum += Double(found) / Double(place)
      case .reciprocalRank: if found == 1 { sum = 1 / Double(place) }
      case .recall, .cappedRecall, .precision, .hitRate: break
      }
    }
    switch self {
    case .ndcg: return sum / RankingMetric.bestGain(places: min(k, relevant))
    case .recall: return Double(found) / Double(relevant)
    case .cappedRecall: return Double(found) / Double(min(k, relevant))
    case .precision: return Double(found) / Double(k)
    case .averagePrecision: return sum / Double(min(k, relevant))
    case .hitRate: return found > 0 ? 1 : 0
    case .reciprocalRank: return sum
    }
  }

  /// The discounted gain of the ideal list, summed from the first place on like every list, so that the ideal list has
  /// exactly 1.
  private static func bestGain(places: Int) -> Double {
    var gain = 0.0
    for place in 1...places { gain += 1 / log2(Double(place + 1)) }
    return gain
  }
}
