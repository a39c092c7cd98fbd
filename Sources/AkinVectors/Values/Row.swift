/// A position in an embeddings file, counted from 0. Files store it; people see ``ItemID``.
public struct Row: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The position.
  public let index: UInt32

  /// Creates the row at a position.
  public init(_ index: UInt32) { self.index = index }

  /// Creates the row at a position below 2³².
  public init(_ index: Int) { self.index = UInt32(index) }

  public static func < (a: Row, b: Row) -> Bool { a.index < b.index }
  public var description: String { "row \(index)" }
}

/// An item that was found, and how well it matches.
///
/// Order is best first: larger score, then smaller row.
public struct Neighbor: Hashable, Comparable, Sendable {
  /// The item's position in the embeddings file.
  public let row: Row
  /// The score; larger is better. See ``Metric``.
  public let score: Float

  /// Creates a neighbour.
  public init(row: Row, score: Float) {
    self.row = row
    self.score = score
  }

  /// Whether `a` stands before `b` in a result: the better score, and for equal scores the smaller row.
  public static func < (a: Neighbor, b: Neighbor) -> Bool {
    a.score > b.score || (a.score == b.score && a.row < b.row)
  }
}
