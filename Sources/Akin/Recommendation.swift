import AkinVectors

/// An item of an answer.
public struct Recommendation: Sendable, Equatable {
  /// The row of the item in the index.
  public let row: Row
  /// The id of the item.
  public let id: ItemID
  /// The title, or `nil`.
  public let title: String?
  /// The score; larger is better.
  public let score: Float

  /// Creates an item of an answer.
  ///
  /// - Parameters:
  ///   - row: The row of the item.
  ///   - id: The id of the item.
  ///   - title: The title, or `nil`.
  ///   - score: The score.
  public init(row: Row, id: ItemID, title: String?, score: Float) {
    self.row = row
    self.id = id
    self.title = title
    self.score = score
  }
}
