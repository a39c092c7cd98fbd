import AkinSupport

/// One positive pair under a sampled softmax: −ln (e^s / (e^s + Σⱼ e^(sⱼ))), with s its logit and sⱼ those of the negatives.
///
/// With R = ln Σⱼ e^(sⱼ) and x = R − s the loss is ln (1 + e^x), and no exponential over- or underflows on the way.
struct SoftmaxTerm {
  let loss: Double
  /// The share of the negatives, Σⱼ e^(sⱼ) / (e^s + Σⱼ e^(sⱼ)): minus the gradient by the positive's logit. The gradient by a negative's is its
  /// own part of that.
  let negativeShare: Double

  /// The logit of what is no negative: its exponential is 0 beside that of any other.
  static let never: Float = -1e30

  /// R of exponentials that were summed over the largest logit.
  static func rest(largest: Float, total: Float) -> Double { Double(largest) + log(Double(total)) }

  init(logit: Float, rest: Double) {
    let x = rest - Double(logit)
    let small = exp(-x.magnitude)
    loss = max(x, 0) + log(1 + small)
    negativeShare = x > 0 ? 1 / (1 + small) : small / (1 + small)
  }
}
