/// The separator between two fields of a row.
public enum FieldSeparator: Sendable, Equatable, CaseIterable {
  /// `,`
  case comma
  /// A tab.
  case tab
  /// `;`
  case semicolon
  /// `::`, as in older MovieLens files. Such files have no quotes.
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

/// The choice of a column of a table.
public enum ColumnChoice: Sendable, Equatable {
  /// By the name in the header, regardless of case.
  case name(String)
  /// By the number, counted from 1.
  case number(Int)

  /// Parses a choice: digits are a number, any other text is a name.
  ///
  /// - Parameter text: The typed text.
  public init(_ text: String) {
    if let number = Int(text), number > 0 { self = .number(number) } else { self = .name(text) }
  }
}

/// Whether the first row names the columns.
public enum HeaderRule: Sendable, Equatable {
  /// It does if it holds a known name, or if its value is not a number.
  case detect
  /// The first row names the columns.
  case present
  /// The first row holds data.
  case absent
}

/// Finds columns by the first row.
struct ColumnFinder {
  let path: String
  let line: Int
  let first: [String]

  /// The chosen column, counted from 0.
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

  /// The column, counted from 0, with one of these names; earlier names are preferred.
  func column(named names: [String]) -> Int? {
    for name in names {
      if let column = first.firstIndex(where: { $0.lowercased() == name.lowercased() }) { return column }
    }
    return nil
  }
}
