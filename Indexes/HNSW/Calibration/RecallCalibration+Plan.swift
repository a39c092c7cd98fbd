import AkinSupport
import AkinVectors

extension RecallCalibration {
  /// The cheapest plan for a recall target.
  ///
  /// A measurement for one `k` holds for every smaller `k`: the nearest are found most reliably. Between two measured
  /// `ef`, misses are taken as a power of `ef`: on thirteen sets this gave 1.02 times the true misses at the median,
  /// and 0.93 to 1.6 times for nine values of `ef` in ten.
  func plan(k: Int, recall target: Double, of question: Question, isBatch: Bool, cost: SearchCost) -> SearchPlan {
    let larger = Set(measurements.filter { $0.question == question && $0.k >= k }.map(\.k)).sorted()
    guard let nearest = larger.first else { return .exact }
    var best = exactPlan(measurements(of: question, k: nearest), k: k, isBatch: isBatch, cost: cost)
    guard target < 1 else { return best }
    for measured in larger {
      guard var plan = graphPlan(k: k, recall: target, of: question, measured: measured, cost: cost) else { continue }
      plan.basis = measurements(of: question, k: measured).first?.family.basis
      if plan.cost ?? .infinity < best.cost ?? .infinity { best = plan }
    }
    return best
  }

  /// Whether some measured `ef` supports a recall target, whatever it costs.
  func supports(k: Int, recall target: Double, of question: Question, cost: SearchCost) -> Bool {
    measurements.contains {
      $0.question == question && $0.k >= k
        && graphPlan(k: k, recall: target, of: question, measured: $0.k, cost: cost) != nil
    }
  }

  /// The cheapest graph search by the measurements for one `k`; `nil` where none supports the target.
  private func graphPlan(
    k: Int, recall target: Double, of question: Question, measured: Int, cost: SearchCost
  ) -> SearchPlan? {
    let points = GraphPoint.worst(of: measurements(of: question, k: measured))
    return GraphPoint.plan(reaching: target, on: points, k: k, cost: cost)
  }

  /// The exact scan, with the cost of its most expensive family.
  private func exactPlan(_ all: [MeasuredRecall], k: Int, isBatch: Bool, cost: SearchCost) -> SearchPlan {
    var plan = SearchPlan.exact
    for one in all where one.ef == nil {
      let price = cost.exact(rows: one.rowsPerQuery, components: one.componentsPerQuery, k: k, isBatch: isBatch)
      if price > plan.cost ?? -1 {
        plan.rowsPerQuery = one.rowsPerQuery
        plan.hopsPerQuery = 0
        plan.cost = price
      }
    }
    return plan
  }
}

/// One `ef` of one k, with the family of the lowest recall.
private struct GraphPoint {
  var ef: Double
  var bound: Double
  var rows: Double
  var hops: Double

  /// The measured `ef`. A family not measured at an `ef` (it had missed nothing before) counts with its largest
  /// measured one below.
  static func worst(of all: [MeasuredRecall]) -> [GraphPoint] {
    let families = Set(all.map(\.family))
    var points: [GraphPoint] = []
    for ef in Set(all.compactMap(\.ef)).sorted() {
      let here = families.compactMap { family in
        all.filter { $0.family == family && $0.ef ?? .max <= ef }.max { $0.ef ?? 0 < $1.ef ?? 0 }
      }
      guard here.count == families.count else { continue }
      points.append(
        GraphPoint(
          ef: Double(ef), bound: here.map(\.assured).min() ?? 0, rows: here.map(\.rowsPerQuery).max() ?? 0,
          hops: here.map(\.hopsPerQuery).max() ?? 0))
    }
    return points
  }

  /// The cheapest `ef` whose bound reaches the target, or `nil`: the smallest, unless a larger one takes less work. (By
  /// inner product, more candidates mean a longer prefix, which may end the search without a walk.)
  static func plan(reaching target: Double, on points: [GraphPoint], k: Int, cost: SearchCost) -> SearchPlan? {
    guard let place = points.firstIndex(where: { $0.bound >= target }) else { return nil }
    var point = points[place]
    if place > 0 {
      let (low, high) = (points[place - 1], point)
      // low.bound < target <= high.bound. A curve that falls to zero has an unknown end.
      let missed = max(1 - high.bound, (1 - target) / 4)
      let share = log((1 - low.bound) / (1 - target)) / log((1 - low.bound) / missed)
      let ef = (low.ef * pow(high.ef / low.ef, share)).rounded(.up)
      if ef > low.ef, ef < high.ef {
        // Work grows in proportion to ef.
        let part = (ef - low.ef) / (high.ef - low.ef)
        point = GraphPoint(
          ef: ef, bound: target, rows: low.rows + part * (high.rows - low.rows),
          hops: low.hops + part * (high.hops - low.hops))
      }
    }
    func price(_ point: GraphPoint) -> Double {
      cost.graph(rows: point.rows, hops: point.hops, ef: Int(point.ef), k: k)
    }
    for later in points[(place + 1)...] where later.bound >= target && price(later) < price(point) { point = later }
    return SearchPlan(
      way: .graph(ef: Int(point.ef)), recall: point.bound, rowsPerQuery: point.rows, hopsPerQuery: point.hops,
      cost: price(point))
  }
}
