import AkinSupport

/// How many steps each pair takes in an epoch, where pairs weigh as their values do.
///
/// A pair with the weight value / mean takes its whole part, and one step more with the probability of the rest, which is drawn by
/// seed, epoch and place. In the mean over epochs that is its weight, and equal values take one step each.
struct PairTurns: Sendable {
  /// One divided by the mean value.
  let factor: Double
  private let weights: [Double]
  private let seed: UInt64

  /// - Parameters:
  ///   - values: The value of each pair, above 0.
  ///   - seed: The random seed.
  init(_ values: [Float], seed: UInt64) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(max(values.count, 1))
    factor = 1 / mean
    weights = values.map { Double($0) / mean }
    self.seed = seed
  }

  /// The steps of a pair.
  ///
  /// - Parameters:
  ///   - place: The place of the pair.
  ///   - epoch: The epoch.
  func count(of place: Int, in epoch: Int) -> Int {
    let random = CounterRandom(seed: seed, purpose: 0x42_50_54 << 32 &+ UInt64(epoch))
    return Int(weights[place] + random.uniform(at: UInt64(place)))
  }
}
