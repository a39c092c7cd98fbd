/// A position in an embeddings file, from 0. Files use rows, people use ``ItemID``.
public struct Row: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The position.
  public let index: UInt32

  /// Creates the row at a position.
  ///
  /// - Parameter index: The position.
  public init(_ index: UInt32) { self.index = index }

  /// Creates the row at a position below 2³².
  ///
  /// - Parameter index: The position.
  public init(_ index: Int) { self.index = UInt32(index) }

  public static func < (a: Row, b: Row) -> Bool { a.index < b.index }
  public var description: String { "row \(index)" }
}

/// An item of a result, with its score.
///
/// Order is best first: larger score, then smaller row.
public struct Neighbor: Hashable, Comparable, Sendable {
  /// The row of the item in the embeddings file.
  public let row: Row
  /// The score; larger is better. See ``Metric``.
  public let score: Float

  /// Creates a neighbour.
  ///
  /// - Parameters:
  ///   - row: The row of the item.
  ///   - score: The score.
  public init(row: Row, score: Float) {
    self.row = row
    self.score = score
  }

  /// Whether `a` comes before `b` in a result: the larger score, and for equal scores the smaller row.
  public static func < (a: Neighbor, b: Neighbor) -> Bool {
    a.score > b.score || (a.score == b.score && a.row < b.row)
  }
}
