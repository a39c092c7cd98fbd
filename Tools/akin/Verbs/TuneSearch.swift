import AkinSupport

/// The order of trials and their limits of epochs. The next trial depends only on the completed trials.
struct TuneSearch {
  /// The search method.
  enum Way: String, Sendable, CaseIterable {
    /// Every combination in full.
    case grid
    /// Successive halving (Jamieson and Talwalkar 2016): all combinations for a few epochs, the best third for three times
    /// as many, and so on up to all epochs.
    case halving
  }

  /// Combinations with one limit of epochs.
  struct Rung: Equatable {
    let limit: Int
    let points: [[String]]
  }

  private static let factor = 3

  let points: [[String]]
  let way: Way
  let epochs: Int

  /// The limits of epochs, ascending; the last is all epochs. Halving starts so low that the last rung has at most 3
  /// combinations, but never below one epoch.
  var limits: [Int] {
    guard way == .halving else { return [epochs] }
    var limits = [epochs]
    var left = points.count
    while left > TuneSearch.factor, limits[0] > 1 {
      limits.insert(max(1, limits[0] / TuneSearch.factor), at: 0)
      left = (left + TuneSearch.factor - 1) / TuneSearch.factor
    }
    return limits
  }

  /// The combinations of the rung with a number, given all trials of the rungs before it.
  ///
  /// - Parameters:
  ///   - number: The number of the rung, from 0.
  ///   - best: Returns the trials of a limit, best first.
  func rung(_ number: Int, best: (_ limit: Int) -> [TuneTrial]) -> Rung {
    let limits = limits
    guard number > 0 else { return Rung(limit: limits[0], points: points) }
    let before = best(limits[number - 1]).map(\.point)
    let kept = (before.count + TuneSearch.factor - 1) / TuneSearch.factor
    return Rung(limit: limits[number], points: Array(before.prefix(kept)))
  }
}

extension [TuneTrial] {
  /// The trials, best first: by the longest training, then by the metric, then in the order of the grid.
  func ranked(by metric: TuneMetric, order: [[String]]) -> [TuneTrial] {
    let place = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return sorted { a, b in
      if a.limit != b.limit { return a.limit > b.limit }
      let (x, y) = (metric.score(a.value), metric.score(b.value))
      return x != y ? x > y : place[a.point, default: 0] < place[b.point, default: 0]
    }
  }
}
