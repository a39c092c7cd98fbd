import AkinVectors

/// A bound on float32 rounding for one query: turns the k-th best score so far into a floor for float32 values.
///
/// An item whose float32 value is below the floor has a rounded float64 score below the k-th best, so the scan skips
/// it. The derivation, with u = 2⁻²⁴, d components, γ = nu / (1 - nu), n = d + 16:
///
/// - A sum of d products in any order, fused or not, differs from the exact sum by at most γ Σ|qᵢxᵢ| ≤ γ|q||x|, plus
///   2⁻¹⁴⁹ for each product that underflows. (Higham, Accuracy and Stability of Numerical Algorithms, §3.1.) Of the n
///   roundings, d + 1 are the products and the sums with an initial value; the others cover the rounding of that value,
///   of a scale and of a stored norm, and the errors of float64, which are 2⁻²⁹ of these.
/// - innerProduct: value q·x + b; error γ(|q||x| + |b|).
/// - cosine: value q'·x', both of length 1 up to rounding; error γ.
/// - euclidean in a batch: value q·x - |x|²/2 = (score + |q|²)/2; error γ(|q||x| + |x|²/2), plus that of float64 on
///   |q|².
/// - euclidean, one query: value -Σ(qᵢ-xᵢ)², all terms of one sign; error γ times the value.
///
/// Where float32 could overflow, `trusts` returns false and the block is scored in float64.
struct RoundingBound {
  let metric: Metric
  let queryNorm: Double
  private let gamma: Double
  private let underflow: Double

  init(metric: Metric, dimension: Int, queryNorm: Double) {
    self.metric = metric
    self.queryNorm = queryNorm
    let n = Double(dimension + 16) * 0x1p-24
    gamma = n < 0.25 ? n / (1 - n) : .infinity
    underflow = Double(dimension + 16) * 0x1p-149
  }

  /// The smallest float64 score that may still round to `kth`.
  static func least(roundingTo kth: Float) -> Double {
    if kth == .infinity { return 0x1.ffffffp127 }
    return Double(kth) - Double(kth.magnitude) * 0x1p-24 - 0x1p-150
  }

  /// Whether float32 values of these items are within the error that `floor` assumes.
  func trusts(_ block: NormSummary.Block) -> Bool {
    guard gamma.isFinite else { return false }
    return switch metric {
    case .innerProduct: queryNorm * block.greatest + block.absoluteBias < 0x1p126
    case .cosine: block.moderate
    case .euclidean: queryNorm * block.greatest + 0.5 * block.greatest * block.greatest < 0x1p126
    }
  }

  /// An upper bound on the float64 scores in the block.
  func best(in block: NormSummary.Block) -> Double {
    // 2⁻³⁰ exceeds the error of the float64 sums by far, and norms are widened already.
    switch metric {
    case .innerProduct:
      let product = queryNorm * block.greatest * (1 + 0x1p-30)
      return product + block.bias + (product + block.absoluteBias) * 0x1p-40
    case .cosine: return 1 + 0x1p-30
    case .euclidean:
      let slack = (queryNorm + block.greatest) * 0x1p-30
      let gap = max(0, queryNorm - block.greatest, block.least - queryNorm) - slack
      return gap > 0 ? -gap * gap * (1 - 0x1p-30) : 0
    }
  }

  /// The exact value that q·x plus the start of an item (``EncodedItems``) must have for its score to reach `kth`;
  /// rounded down.
  ///
  /// Under `euclidean`, q and x are differences from the mean. Rounding them to `Float` moves each by at most u of its
  /// length, so |q|² of the rounded difference is off by at most (2u + u²)|q|². Half of that, about 2⁻²⁴|q|², is a
  /// quarter of the amount subtracted for it. ``EncodedQueries`` accounts for the same effect on q·x and |x|².
  ///
  /// - Parameters:
  ///   - kth: The score to reach.
  ///   - square: Under `euclidean`, the squared length of the query, relative to the same origin as the items.
  func wanted(kth: Float, square: Double) -> Double {
    let least = RoundingBound.least(roundingTo: kth)
    guard metric == .euclidean else { return least - least.magnitude * 0x1p-40 }
    return 0.5 * (least + square) - square * 0x1p-22 - (least.magnitude + queryNorm * queryNorm) * 0x1p-40
  }

  /// The floor for product values in a block that `trusts` accepted; without a block, for sums of differences.
  func floor(kth: Float, in block: NormSummary.Block?) -> Float {
    guard let block else { return floorOfDifferences(kth: kth) }
    let least = RoundingBound.least(roundingTo: kth)
    guard least > -.infinity else { return -.infinity }
    switch metric {
    case .innerProduct, .cosine: return down(least - error(in: block))
    case .euclidean:
      let squared = queryNorm * queryNorm
      return down(0.5 * (least + squared) - error(in: block) - (least.magnitude + squared) * 0x1p-30)
    }
  }

  /// A lower bound on the score of every item with a value of at least `value`: the inverse of ``floor(kth:in:)``.
  func score(reaching value: Float, in block: NormSummary.Block?) -> Float {
    guard value > -.infinity, gamma.isFinite else { return -.infinity }
    // 1 / (1 - γ) is below 1 + 2γ.
    guard let block else { return down(min(Double(value), 0) * (1 + 2 * gamma) - underflow) }
    let least = Double(value) - error(in: block)
    switch metric {
    case .innerProduct, .cosine: return down(least)
    case .euclidean:
      let squared = queryNorm * queryNorm
      return down(2 * least - squared - (least.magnitude + squared) * 0x1p-29)
    }
  }

  /// The largest error of a product value in a block that `trusts` accepted.
  private func error(in block: NormSummary.Block) -> Double {
    switch metric {
    case .innerProduct: gamma * (queryNorm * block.greatest + block.absoluteBias) + underflow
    case .cosine: gamma
    case .euclidean: gamma * block.greatest * (queryNorm + 0.5 * block.greatest) + underflow
    }
  }

  /// The floor for negated squared distances from sums of differences, which need no norms.
  private func floorOfDifferences(kth: Float) -> Float {
    let least = RoundingBound.least(roundingTo: kth)
    guard least > -.infinity, gamma.isFinite else { return -.infinity }
    return down(min(least, 0) * (1 + gamma) - underflow)
  }

  /// The largest `Float` that is at most a number.
  private func down(_ value: Double) -> Float {
    let rounded = Float(value)
    return Double(rounded) > value ? rounded.nextDown : rounded
  }
}
