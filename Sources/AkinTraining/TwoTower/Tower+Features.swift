import AkinSupport
import AkinVectors

/// How the features of a table match those of a tower, by name.
public struct FeatureMatch: Sendable, Equatable {
  /// Features of the table that the tower does not have, in the table's order; they are ignored.
  public let unknown: [String]
  /// Columns of the tower that the table does not have, in the tower's order; they are 0.
  public let missing: [String]
}

extension Tower {
  /// Makes vectors of all rows of a table, whether training has seen them or not.
  ///
  /// Features match by name. Features that the table does not have are 0; features that the tower does not have are ignored
  /// (see ``match(_:)``).
  ///
  /// - Parameters:
  ///   - table: A table of features.
  ///   - execution: Threads; cancellation.
  /// - Returns: One unit vector per row.
  /// - Throws: `Cancelled`.
  /// - Complexity: O(weights) per row.
  public func vectors(for table: FeatureTable, execution: Execution = Execution()) throws -> EmbeddingMatrix {
    // Looked up, never iterated: its order reaches no result.
    var inputOf: [ItemID: UInt32] = [:]
    for (input, name) in names.enumerated() { inputOf[.text(name)] = UInt32(input) }
    let inputs = table.names.map { inputOf[.text($0)] }
    var offsets = [0]
    var columns: [UInt32] = []
    var values: [Float] = []
    for row in 0..<table.rowCount {
      for place in table.offsets[row]..<table.offsets[row + 1] {
        guard let input = inputs[Int(table.columns[place])] else { continue }
        columns.append(input)
        values.append(table.values[place])
      }
      offsets.append(columns.count)
    }
    return try vectors(of: FeatureRows(offsets: offsets, columns: columns, values: values), execution: execution)
  }

  /// Matches the features of a table with those of the tower, by name.
  ///
  /// - Parameter table: A table of features.
  public func match(_ table: FeatureTable) -> FeatureMatch {
    let own = Set(names.map { ItemID.text($0) })
    let present = Set(table.names.map { ItemID.text(Tower.column(of: $0)) })
    var missing: [String] = []
    for name in names {
      let column = Tower.column(of: name)
      if !present.contains(.text(column)), missing.last != column { missing.append(column) }
    }
    return FeatureMatch(unknown: table.names.filter { !own.contains(.text($0)) }, missing: missing)
  }

  /// The column of a feature: `genre` for `genre=Drama`.
  private static func column(of name: String) -> String {
    name.firstIndex(of: "=").map { String(name[..<$0]) } ?? name
  }
}
