import AkinVectors

/// Features of users, or of items: sparse rows of named features.
///
/// An absent feature is 0: a genre that a film does not have, or a number that is not given.
public struct FeatureTable: Sendable, Equatable {
  /// One id per row, all different.
  public let ids: IDColumn
  /// The names of the features, all different: a column (`year`), or a column and a word (`genre=Drama`).
  public let names: [String]
  /// Row `r` is at `offsets[r]..<offsets[r + 1]`; one offset more than rows.
  public let offsets: [Int]
  /// The features of each row, strictly ascending within a row.
  public let columns: [UInt32]
  /// The value of each feature of a row, finite.
  public let values: [Float]

  /// Creates a table; arrays that do not match trap.
  ///
  /// - Parameters:
  ///   - ids: One id per row, all different.
  ///   - names: The names of the features, all different.
  ///   - offsets: Row `r` is at `offsets[r]..<offsets[r + 1]`.
  ///   - columns: The features of each row, strictly ascending within a row.
  ///   - values: One finite value per element of `columns`.
  public init(ids: IDColumn, names: [String], offsets: [Int], columns: [UInt32], values: [Float]) {
    precondition(offsets.count == ids.count + 1 && offsets.first == 0, "each id has a row")
    precondition(offsets.last == columns.count && columns.count == values.count, "each feature of a row has a value")
    self.ids = ids
    self.names = names
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }

  /// The number of rows.
  public var rowCount: Int { ids.count }
  /// The number of features.
  public var featureCount: Int { names.count }
}
