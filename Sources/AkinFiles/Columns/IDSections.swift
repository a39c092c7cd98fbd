/// The names of the sections that hold the ids of one table.
package struct IDSections: Sendable {
  /// u64 ids by row.
  package let numbers: SectionName
  /// u32 rows, sorted by their ids.
  package let order: SectionName
  /// u64 offsets of text ids, by row.
  package let offsets: SectionName
  /// UTF-8 bytes of text ids.
  package let text: SectionName
  /// The word for one row, in messages.
  package let noun: String

  /// All four names.
  package var all: [SectionName] { [numbers, order, offsets, text] }

  /// The items' ids.
  package static let items = IDSections(numbers: "IID8", order: "IIDP", offsets: "ISOF", text: "ISBL", noun: "item")
  /// The users' ids.
  package static let users = IDSections(numbers: "UID8", order: "UIDP", offsets: "USOF", text: "USBL", noun: "user")
}

/// How the ids of a table are stored.
package enum IDKind: UInt16, Sendable {
  /// No ids are stored: the row number is the id.
  case rowNumber = 0
  /// u64 numbers.
  case number = 1
  /// Texts.
  case text = 2
}
