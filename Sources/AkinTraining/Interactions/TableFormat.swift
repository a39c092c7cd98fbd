/// What stands between two fields of a row.
public enum FieldSeparator: Sendable, Equatable, CaseIterable {
  case comma, tab, semicolon
  /// `::`, as in the older MovieLens files. Such files have no quotes.
  case doubleColon

  /// The separator's first byte.
  var byte: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .tab: UInt8(ascii: "\t")
    case .semicolon: UInt8(ascii: ";")
    case .doubleColon: UInt8(ascii: ":")
    }
  }
}

/// A column of a table: by its name in the header (upper and lower case are the same) or by its number, from 1.
public enum ColumnChoice: Sendable, Equatable {
  case name(String)
  case number(Int)

  /// The choice that a person typed: digits are a number, all else is a name.
  public init(_ text: String) {
    if let number = Int(text), number > 0 { self = .number(number) } else { self = .name(text) }
  }
}

/// Whether the first row names the columns.
public enum HeaderRule: Sendable, Equatable {
  /// It does when it holds a known name, or when its value is not a number.
  case detect
  case present, absent
}

/// Finds columns in a first row.
struct ColumnFinder {
  let path: String
  let line: Int
  let first: [String]

  /// The column (from 0) that the caller chose.
  func column(_ choice: ColumnChoice, hasHeader: Bool) throws(InteractionError) -> Int {
    switch choice {
    case .number(let number):
      guard number >= 1, number <= first.count else {
        throw InteractionError(path: path, line: line, .tooFewColumns(needed: number, found: first.count))
      }
      return number - 1
    case .name(let name):
      guard hasHeader else { throw InteractionError(path: path, line: line, .noHeader(name: name)) }
      guard let column = column(named: [name]) else {
        throw InteractionError(path: path, line: line, .missingColumn(name: name, present: first))
      }
      return column
    }
  }

  /// The first column (from 0) with one of these names, the earlier name first.
  func column(named names: [String]) -> Int? {
    for name in names {
      if let column = first.firstIndex(where: { $0.lowercased() == name.lowercased() }) { return column }
    }
    return nil
  }
}
