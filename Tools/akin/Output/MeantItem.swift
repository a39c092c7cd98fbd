import Akin
import AkinVectors

extension Console {
  /// Says which item a part of a title was taken for; an id and a whole title say it themselves.
  ///
  /// - Parameters:
  ///   - text: The text of the command line.
  ///   - item: The item that it was taken for.
  ///   - recommender: What knows the titles.
  func sayMeant(_ text: String, _ item: ItemID, of recommender: Recommender) {
    guard ItemID(parsing: text).description != item.description,
      let title = recommender.catalog.row(of: item).flatMap({ recommender.catalog.title(of: $0) }),
      title.lowercased() != text.lowercased()
    else { return }
    say("akin: note: '\(text)' is taken for item \(Cell.id(item).shown), '\(title)'")
  }
}
