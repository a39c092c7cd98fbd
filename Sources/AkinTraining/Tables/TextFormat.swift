/// The separator between two fields of a row: one character, or several.
public struct FieldSeparator: Sendable, Hashable {
  /// The bytes of the separator.
  let bytes: [UInt8]

  /// `,`
  public static let comma = FieldSeparator(",")
  /// A tab.
  public static let tab = FieldSeparator("\t")
  /// `;`
  public static let semicolon = FieldSeparator(";")
  /// `|`
  public static let pipe = FieldSeparator("|")
  /// One space or several; spaces at both ends of a row are ignored.
  public static let space = FieldSeparator(" ")
  /// `::`, as in older MovieLens files.
  public static let doubleColon = FieldSeparator("::")

  /// The characters of the separator.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Creates a separator.
  ///
  /// - Parameter text: The characters; empty text, line ends and double quotes trap.
  public init(_ text: String) {
    precondition(FieldSeparator.isUsable(text), "a separator has characters that no other rule uses")
    bytes = Array(text.utf8)
  }

  /// Whether a text can separate fields: 1 to 16 bytes without line ends and double quotes.
  ///
  /// - Parameter text: The text.
  public static func isUsable(_ text: String) -> Bool {
    (1...16).contains(text.utf8.count) && !text.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0x22 }
  }

  /// The separator in words.
  var name: String {
    switch self {
    case .tab: "tab"
    case .space: "space"
    default: "'\(String(decoding: bytes, as: UTF8.self))'"
    }
  }

  /// Whether files are looked through for this separator anyway.
  public var isUsual: Bool { [.comma, .tab, .semicolon, .pipe, .space, .doubleColon].contains(self) }

  /// Whether fields may stand in double quotes unless the caller says otherwise: TSV and its kin have no quotes.
  var usuallyQuotes: Bool { self == .comma || self == .semicolon || self == .pipe }
}

/// The meaning of double quotes around a field.
public enum FieldQuoting: String, Sendable, CaseIterable {
  /// A quote is an ordinary character.
  case none
  /// A field in double quotes may hold separators and line ends, and a doubled quote is one quote (RFC 4180).
  case double
}

/// The encoding of a text file.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// UTF-8.
  case utf8 = "utf-8"
  /// ISO-8859-1.
  case latin1
  /// Windows-1252.
  case windows1252 = "windows-1252"
}

/// The character before the fraction of a number.
public enum DecimalMark: String, Sendable, CaseIterable {
  /// `3.5`
  case point
  /// `3,5`
  case comma
}

/// How a text file spells rows, fields and numbers.
public struct TextFormat: Sendable, Equatable {
  /// The field separator; `nil` detects it from the first rows.
  public var separator: FieldSeparator?
  /// A further separator that is detected: where the first lines hold it equally often, it is preferred to the usual ones.
  public var otherSeparator: FieldSeparator?
  /// The meaning of double quotes. `nil`: none between tabs, spaces and separators of several characters; else as
  /// ``FieldQuoting/double``, but a line end between quotes is an error.
  public var quoting: FieldQuoting?
  /// The encoding.
  public var encoding = TextEncoding.utf8
  /// The character before the fraction of a number.
  public var decimalMark = DecimalMark.point

  /// Creates a format.
  ///
  /// - Parameters:
  ///   - separator: The field separator; `nil` detects it.
  ///   - quoting: The meaning of double quotes; `nil` depends on the separator.
  ///   - encoding: The encoding.
  ///   - decimalMark: The character before the fraction of a number.
  public init(
    separator: FieldSeparator? = nil, quoting: FieldQuoting? = nil, encoding: TextEncoding = .utf8,
    decimalMark: DecimalMark = .point
  ) {
    self.separator = separator
    self.quoting = quoting
    self.encoding = encoding
    self.decimalMark = decimalMark
  }
}

/// The choice of a column of a table.
public enum ColumnChoice: Sendable, Equatable {
  /// By the name in the header, regardless of case, spaces, `_`, `-` and `.`.
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
  /// It does if it holds known names and no numbers, or words above columns of numbers.
  case detect
  /// The first row names the columns.
  case present
  /// The first row holds data.
  case absent
}
