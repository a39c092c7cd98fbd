/// The positive pairs of a sampled softmax, and the items that it draws.
struct SoftmaxPairs: Sendable {
  /// The positive pairs, by user: the history of each user.
  let positives: InteractionTable
  /// The share of each item among the positive pairs: its chance to be that of another pair of a step.
  let shares: [Double]
  /// The items with a positive pair, ascending. No other is drawn, or the features of a new item would be those of an item that nobody
  /// takes.
  let items: [UInt32]

  /// - Throws: ``TrainingError/nothingToCompare``.
  init(_ labels: Labels) throws(TrainingError) {
    positives = labels.positives
    var counts = [Int](repeating: 0, count: labels.itemCount)
    for item in positives.others { counts[Int(item)] += 1 }
    let count = Double(positives.others.count)
    shares = counts.map { Double($0) / count }
    items = (0..<UInt32(labels.itemCount)).filter { counts[Int($0)] > 0 }
    try labels.checkComparable(among: items.count)
  }
}
