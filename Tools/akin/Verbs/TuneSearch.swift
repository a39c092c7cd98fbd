import AkinSupport
import AkinTraining

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

  /// The fewest epochs of a rung, where they are more than 1.
  ///
  /// Measured on ml-latest-small. After one epoch of wals the best of eight settings stood among the last three, from the second
  /// on among the first three, and from the fourth on its value was within a hundredth of its last. Settings of bpr stood in no
  /// order (a rank correlation of 0.1 to 0.4 with 32 epochs) before they ranked better than by popularity. The best of nine
  /// settings of mf stood third after one and two epochs of exact rows, and first from four on; of stochastic gradient descent it
  /// stood last or last but one up to 16 epochs, and first at 32. Adam and gradient descent take as many steps or more.
  ///
  /// On the same ratings, by NDCG@10 (a list of the most popular has .078): the best of eight settings of contrastive (.112 after 24
  /// epochs) stood last or last but one up to 16 epochs (.035), and first from 20 on. Of nine settings of logistic the best three after
  /// 40 epochs were the best three from 16 on; the first (.142) stood fourth to seventh up to 8. The best of eight of two-tower, with
  /// genres, years and shares of genres as features, stood sixth after one epoch, last after two to five, and first from 10 on.
  static func leastEpochs(of method: any TrainingMethod) -> Int {
    if let options = method as? MFOptions { return [.als, .adamw].contains(options.optimiser) ? 4 : 32 }
    return ["wals": 4, "two-tower": 10, "logistic": 16, "contrastive": 20, "bpr": 32][method.model.name] ?? 1
  }

  let points: [[String]]
  let way: Way
  let epochs: Int
  /// The fewest epochs of a rung: with fewer, the order of combinations says little about that of whole trainings.
  var least = 1

  /// Whether there are too few epochs for a rung before the last.
  var isShort: Bool { way == .halving && points.count > TuneSearch.factor && epochs > 1 && limits.count == 1 }

  /// The limits of epochs, ascending; the last is all epochs. Halving starts so low that the last rung has at most 3
  /// combinations, but never below ``least``; where that saves nothing, there is one rung.
  var limits: [Int] {
    guard way == .halving else { return [epochs] }
    var limits = [epochs]
    var left = points.count
    // A rung of two thirds of all epochs costs what it saves.
    guard TuneSearch.factor * least < (TuneSearch.factor - 1) * epochs else { return limits }
    while left > TuneSearch.factor, limits[0] > least {
      limits.insert(max(least, limits[0] / TuneSearch.factor), at: 0)
      left = TuneSearch.kept(of: left)
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
    return Rung(limit: limits[number], points: Array(before.prefix(TuneSearch.kept(of: before.count))))
  }

  /// How many of some combinations go on to the next rung.
  static func kept(of count: Int) -> Int { (count + factor - 1) / factor }
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
