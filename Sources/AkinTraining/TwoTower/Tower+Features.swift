import AkinSupport
import AkinVectors

/// How the features of a table and those that a tower was trained with match.
public struct FeatureMatch: Sendable, Equatable {
  /// Features of the table that the tower does not know, in the table's order: they are left out.
  public let unknown: [String]
  /// Columns that the tower was trained with and of which the table has nothing, in the tower's order: they are 0.
  public let missing: [String]
}

extension Tower {
  /// The vectors of the rows of a table, whoever they are: that is what a tower is for.
  ///
  /// Features are found by name; those that the table does not have are 0, those that the tower does not know are left out
  /// (``match(_:)`` tells).
  ///
  /// - Throws: ``Cancelled``.
  /// - Complexity: O(*weights*) for each row.
  public func vectors(for table: FeatureTable, execution: Execution = Execution()) throws -> EmbeddingMatrix {
    // Asked by name, never walked through.
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

  /// How the features of a table and of this tower match, by their names.
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

  /// The column that a feature is of: `genre` for `genre=Drama`.
  private static func column(of name: String) -> String {
    name.firstIndex(of: "=").map { String(name[..<$0]) } ?? name
  }
}
