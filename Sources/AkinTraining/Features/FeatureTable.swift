import AkinVectors

/// What is known of users, or of items, beside what they have to do with each other: sparse rows of named features.
///
/// A feature that a row does not have is 0 there: a genre that a film is not of, a number that nobody filled in.
public struct FeatureTable: Sendable, Equatable {
  /// Whose features: one id a row, all different.
  public let ids: IDColumn
  /// The features' names, all different: a column's own (`year`), or with a value of it (`genre=Drama`).
  public let names: [String]
  /// `offsets[r]..<offsets[r + 1]` is the place of row `r`; one more than there are rows.
  public let offsets: [Int]
  /// The features of each row, strictly ascending within it.
  public let columns: [UInt32]
  /// Their values, finite.
  public let values: [Float]

  /// Creates a table from its parts.
  public init(ids: IDColumn, names: [String], offsets: [Int], columns: [UInt32], values: [Float]) {
    precondition(offsets.count == ids.count + 1 && offsets.first == 0, "one row an id")
    precondition(offsets.last == columns.count && columns.count == values.count, "one value a feature of a row")
    self.ids = ids
    self.names = names
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }

  /// How many rows there are.
  public var rowCount: Int { ids.count }
  /// How many features there are.
  public var featureCount: Int { names.count }
}
