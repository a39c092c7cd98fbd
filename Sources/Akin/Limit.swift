import AkinVectors

/// The end of a list by score: the smallest score, or the smallest prediction, of its items.
///
/// A list of all items from a score on may be of any length, so it is searched for step by step, each for four times as many, until
/// an answer is shorter than asked.
package struct Limit {
  let score: Float?
  let prediction: Float?
  let objective: Objective?

  /// The number of items of the first search.
  static let firstStep = 64

  /// The number of items of the search after one for `k`.
  static func step(after k: Int, most: Int) -> Int { k > most / 4 ? most : 4 * k }

  /// The number of items of the last search that an answer of `count` items needs.
  package static func lastStep(for count: Int, most: Int) -> Int {
    var k = min(firstStep, most)
    while k <= count, k < most { k = step(after: k, most: most) }
    return k
  }

  /// Whether there is a limit.
  var isThere: Bool { score != nil || prediction != nil }

  /// The items, best first, that reach the limit.
  func prefix(_ found: [Neighbor], offset: Float) -> [Neighbor] {
    guard isThere else { return found }
    return Array(found.prefix { reaches($0.score + offset) })
  }

  private func reaches(_ value: Float) -> Bool {
    if let score, value < score { return false }
    guard let prediction else { return true }
    return (objective.map { Float($0.prediction(ofScore: Double(value))) } ?? value) >= prediction
  }
}
