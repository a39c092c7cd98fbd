import AkinVectors

/// What float32 can get wrong, for one query: turns the k-th best score so far into a floor for float32 values.
///
/// An item whose float32 value lies below the floor has a score, in float64 and rounded, that is below the k-th best,
/// so it need not be looked at again. The derivation, with u = 2⁻²⁴, d components, γ = nu / (1 - nu), n = d + 16:
///
/// - A sum of d products in any order, fused or not, differs from the true one by at most γ Σ|qᵢxᵢ| ≤ γ|q||x|, plus
///   2⁻¹⁴⁹ for each product that underflows. (Higham, Accuracy and Stability of Numerical Algorithms, §3.1.) Of the n
///   roundings d + 1 are the products and sums with a starting value; the others pay for the rounding of that value, of
///   a scale, of a stored norm, and for float64's own errors, which are 2⁻²⁹ of these.
/// - innerProduct: value q·x + b; error γ(|q||x| + |b|).
/// - cosine: value q'·x', both of length 1 up to rounding; error γ.
/// - euclidean in a batch: value q·x - |x|²/2 = (score + |q|²)/2; error γ(|q||x| + |x|²/2), plus float64's on |q|².
/// - euclidean alone: value -Σ(qᵢ-xᵢ)², all terms of one sign; error γ times the value.
///
/// Where float32 could overflow, `trusts` says no and the block is scored in float64 throughout.
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

  /// Whether float32 values of these items are within the error that `floor` allows for.
  func trusts(_ block: NormSummary.Block) -> Bool {
    guard gamma.isFinite else { return false }
    return switch metric {
    case .innerProduct: queryNorm * block.greatest + block.absoluteBias < 0x1p126
    case .cosine: block.moderate
    case .euclidean: queryNorm * block.greatest + 0.5 * block.greatest * block.greatest < 0x1p126
    }
  }

  /// No item of the block has a larger float64 score.
  func best(in block: NormSummary.Block) -> Double {
    // 2⁻³⁰ is far more than the float64 sums can be off, and a norm is already widened.
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

  /// What q·x and what an item starts from (``EncodedItems``) must add up to, in exact arithmetic, for its score to reach
  /// `kth`; rounded down.
  ///
  /// Under `euclidean` q and x are the differences from the mean. Rounding them to `Float` moves each by at most u of its
  /// length, so |q|² taken from the rounded one is off by at most (2u + u²)|q|². Half of that, about 2⁻²⁴|q|², is a quarter
  /// of what is taken off for it. What the same does to q·x and |x|² is among the errors that ``EncodedQueries`` counts.
  ///
  /// - Parameter square: Under `euclidean` the query's squared length, relative to what the items are relative to.
  func wanted(kth: Float, square: Double) -> Double {
    let least = RoundingBound.least(roundingTo: kth)
    guard metric == .euclidean else { return least - least.magnitude * 0x1p-40 }
    return 0.5 * (least + square) - square * 0x1p-22 - (least.magnitude + queryNorm * queryNorm) * 0x1p-40
  }

  /// The floor for a product's values in a block that `trusts` accepted; without a block, for sums of differences.
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

  /// A score that every item has whose value is `value` or more: the other way round.
  func score(reaching value: Float, in block: NormSummary.Block?) -> Float {
    guard value > -.infinity, gamma.isFinite else { return -.infinity }
    // 1 / (1 - γ) is less than 1 + 2γ.
    guard let block else { return down(min(Double(value), 0) * (1 + 2 * gamma) - underflow) }
    let least = Double(value) - error(in: block)
    switch metric {
    case .innerProduct, .cosine: return down(least)
    case .euclidean:
      let squared = queryNorm * queryNorm
      return down(2 * least - squared - (least.magnitude + squared) * 0x1p-29)
    }
  }

  /// What a product's value can be off in a block that `trusts` accepted.
  private func error(in block: NormSummary.Block) -> Double {
    switch metric {
    case .innerProduct: gamma * (queryNorm * block.greatest + block.absoluteBias) + underflow
    case .cosine: gamma
    case .euclidean: gamma * block.greatest * (queryNorm + 0.5 * block.greatest) + underflow
    }
  }

  /// The floor for negated squared distances that were summed as differences: it needs no norms.
  private func floorOfDifferences(kth: Float) -> Float {
    let least = RoundingBound.least(roundingTo: kth)
    guard least > -.infinity, gamma.isFinite else { return -.infinity }
    return down(min(least, 0) * (1 + gamma) - underflow)
  }

  /// The largest `Float` that is not above a number.
  private func down(_ value: Double) -> Float {
    let rounded = Float(value)
    return Double(rounded) > value ? rounded.nextDown : rounded
  }
}
