import Akin

extension Console {
  /// Says why an answer holds no items, where no item is there at all or none reaches the score that was asked for. Filters say it
  /// themselves.
  ///
  /// - Parameters:
  ///   - items: The items of the answer.
  ///   - count: The number of items of the index.
  ///   - least: The smallest score that was asked for.
  func sayEmpty(_ items: [Recommendation], of count: Int, least: Float?) {
    guard items.isEmpty else { return }
    if count == 0 {
      say("akin: note: the index has no items")
    } else if let least {
      say("akin: note: no item has a score of \(least) or more")
    }
  }
}
