import AkinSupport
import AkinVectors

/// Options of ``TwoTower``. With u and v the unit vectors that two networks make of the features of a user and of an item, and
/// s = u · v, the loss is one of
///
///     squared            mean over observed pairs of (s − y)²
///     sampled-softmax    mean over positive pairs of −ln (e^(sᵢ / τ) / (e^(sᵢ / τ) + Σⱼ cⱼ e^(sⱼ / τ) / eⱼ))
///
/// where y is the value, scaled so that the smallest value is −1 and the largest is 1 (or those of ``range``).
///
/// The sum of the softmax is over items that a step has at hand: those of its B pairs (in-batch negatives), and N drawn uniformly
/// from the m items with a positive pair (mixed negative sampling, Yang et al. 2020). Item j stands there cⱼ times, and
/// eⱼ = (B − 1) pⱼ + N / m times on average, with pⱼ its share of all positive pairs: so popular items, which are in-batch negatives
/// more often, are not pushed away for it (the correction by sampling probabilities of Yi et al. 2019), and the sum is on average
/// that over all items. Positive items of the user are left out of it (accidental hits).
///
/// With ``hardNegatives`` H, P = min(4N, m) items are drawn, of which N count: the H with the largest shares of the softmax over all
/// P, summed over the users of the step, and N − H of the others, each as (P − H) / (N − H); eⱼ has P / m in place of N / m. On
/// average the sum is the same, and what weighs most in it is exact. Where m is at most N, each step draws all items, and none is hard.
///
/// Adam (Kingma and Ba 2015) takes a step per batch of pairs, in an order drawn anew each epoch. First weights are uniform (Glorot
/// and Bengio 2010), biases 0.
public struct TwoTowerOptions: Sendable, Equatable {
  /// The loss: `squared` learns ratings, `softmax` to find the items of a user among all. Its other defaults come with ``init(loss:)``
  /// alone.
  public var loss: Objective.Loss
  /// Components of each vector, and outputs of the last layer; 1 to 1024.
  public var dimensions = 32
  /// Outputs of the layers before the last, each followed by max(0, x); at most 7 layers of 1 to 4096 outputs.
  public var hidden = [256, 128]
  /// Passes over the pairs; 1 to 100,000.
  public var epochs = 30
  /// Adam's step size; above 0.
  public var learningRate = 0.01
  /// Pairs per step; 1 to 65,536.
  public var batch = 32
  /// The values that cosines of −1 and 1 stand for; `nil` takes the smallest and the largest value.
  public var range: ClosedRange<Double>?
  /// τ of the softmax; 0.001 to 100.
  public var temperature = 0.15
  /// N, the items that the softmax draws for all pairs of a step; 0 to 65,536. As many as there are items take each item once.
  public var negatives = 512
  /// H, the drawn items that are the hardest of four times as many; at least 1, below ``negatives``. `nil` takes items as they are drawn.
  public var hardNegatives: Int?
  /// The smallest value of a positive pair of the softmax; it does not learn from other pairs. `nil` takes values above 0.
  public var positiveFrom: Double?
  /// The random seed.
  public var seed: UInt64 = 0

  /// Creates the default options of a loss.
  ///
  /// - Parameter loss: `squared` or `softmax`, which by default has more components, more pairs a step and smaller steps.
  public init(loss: Objective.Loss = .squared) {
    self.loss = loss
    if loss == .softmax { (dimensions, epochs, learningRate, batch) = (64, 20, 0.001, 512) }
  }

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.positive("learning-rate", learningRate)
    try OptionCheck.whole("batch", batch, in: 1...65_536)
    try checkLoss()
    if let range {
      guard range.lowerBound.isFinite, range.upperBound.isFinite, range.lowerBound < range.upperBound else {
        throw .option(
          name: "range", expected: "two finite numbers, the first below the second",
          found: "\(range.lowerBound) \(range.upperBound)")
      }
    }
    guard hidden.count < Tower.layerLimit, hidden.allSatisfy({ (1...4096).contains($0) }) else {
      throw .option(
        name: "hidden", expected: "at most \(Tower.layerLimit - 1) numbers from 1 to 4096",
        found: hidden.map { String($0) }.joined(separator: ","))
    }
  }

  /// Checks the loss and its own options.
  private func checkLoss() throws(TrainingError) {
    guard [.squared, .softmax].contains(loss) else {
      throw .option(name: "loss", expected: "squared or sampled-softmax", found: "\(loss)")
    }
    guard loss == .softmax else {
      if let positiveFrom {
        throw .option(name: "positive-from", expected: TrainingError.noneForSquared, found: "\(positiveFrom)")
      }
      if let hardNegatives {
        throw .option(name: "hard-negatives", expected: TrainingError.noneForSquared, found: "\(hardNegatives)")
      }
      return
    }
    if let range {
      throw .option(
        name: "range", expected: "none for sampled-softmax, or squared",
        found: "\(range.lowerBound) \(range.upperBound)")
    }
    guard temperature.isFinite, (0.001...100).contains(temperature) else {
      throw .option(name: "temperature", expected: "0.001 to 100.0", found: "\(temperature)")
    }
    try OptionCheck.whole("negatives", negatives, in: 0...65_536)
    if batch == 1, negatives == 0 {
      throw .option(name: "negatives", expected: "at least 1 with a batch of 1", found: "0")
    }
    if let hardNegatives {
      guard hardNegatives >= 1, hardNegatives < negatives else {
        throw .option(
          name: "hard-negatives", expected: "at least 1, and fewer than the \(negatives) negatives",
          found: "\(hardNegatives)")
      }
    }
    if let positiveFrom { try OptionCheck.notNegative("positive-from", positiveFrom) }
  }

  /// Items that a step draws.
  var pool: Int { hardNegatives == nil ? negatives : 4 * negatives }

  /// Outputs of each layer.
  var widths: [Int] { hidden + [dimensions] }

  /// The entries of ``TrainedModel/options``.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "hidden": .array(hidden.map { .integer(Int64($0)) }),
      "epochs": .integer(Int64(epochs)), "learningRate": .number(learningRate), "batch": .integer(Int64(batch)),
      "seed": .string(String(seed)),
    ]
    if loss == .softmax {
      facts["loss"] = .string("\(loss)")
      facts["temperature"] = .number(temperature)
      facts["negatives"] = .integer(Int64(negatives))
      facts["hardNegatives"] = hardNegatives.map { .integer(Int64($0)) }
      facts["positiveFrom"] = positiveFrom.map { .number($0) }
    }
    facts["range"] = range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
    return facts
  }
}
